// How the kernel was built, as far as the system tells.
import { gunzipSync } from 'node:zlib'
import { type System, Unreadable } from './system.js'

/** Where a distribution keeps it. */
const places = (release: string): string[] => [
  '/proc/config.gz',
  `/boot/config-${release}`,
  `/lib/modules/${release}/config`,
]

const MOST = 16 * 2 ** 20

const unpacked = (system: System, name: string): string => {
  if (!name.endsWith('.gz')) return system.text(name)
  const bytes = system.bytes(name)
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST }).toString('latin1')
  } catch {
    throw new Unreadable(`${name} can't be unpacked`)
  }
}

const textOf = (system: System): string => {
  const reasons: string[] = []
  for (const name of places(system.facts.release)) {
    try {
      const text = unpacked(system, name)
      if (/^CONFIG_\w+=/m.test(text)) return text
      reasons.push(`${name} says nothing of a kernel`)
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      reasons.push(error.message)
    }
  }
  throw new Unreadable(`how the kernel was built is not known: ${reasons.join(', ')}`)
}

const known = new WeakMap<System, string>()

/** What it was built with of an option, CONFIG_ left out: n also of one that it does not have. Throws Unreadable. */
export const builtWith = (system: System, option: string): 'y' | 'm' | 'n' => {
  const text = known.get(system) ?? textOf(system)
  known.set(system, text)
  const [, value] = new RegExp(`^CONFIG_${option}=([ym])$`, 'm').exec(text) ?? []
  return value === 'y' || value === 'm' ? value : 'n'
}

/** The same; undefined where it is not known. */
export const builtWithIfKnown = (system: System, option: string): 'y' | 'm' | 'n' | undefined => {
  try {
    return builtWith(system, option)
  } catch (error) {
    if (error instanceof Unreadable) return undefined
    throw error
  }
}
