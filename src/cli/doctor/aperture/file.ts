// Files, device nodes, and memory.
import { realpathSync, type Stats, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { formatSize } from '../../../system/numbers.js'
import { advise, type Check, obstacle, ok, type, type Verdict, warning } from '../check.js'
import { addressSpace, limit, raise } from '../limits.js'
import { type System, Unreadable } from '../system.js'
import { barChecks } from './bar.js'

/** What of a file is named. */
interface Part {
  readonly path: string
  readonly size?: number | undefined
}

const kindOf = (facts: Stats, { path, size }: Part): Verdict => {
  if (facts.isFile())
    return facts.size > 0
      ? ok(`a file of ${formatSize(facts.size)}`)
      : obstacle('an empty file', type(`truncate -s 16M ${path}`))
  const isDevice = facts.isCharacterDevice() || facts.isBlockDevice()
  if (isDevice && size !== undefined) return ok(`${formatSize(size)} of a device node`)
  return isDevice
    ? obstacle('a device node, which has no end', advise(`say how much of it is meant: file:${path}+4K`))
    : obstacle('no file, nor a device node', advise('name a file'))
}

const there = (part: Part): Check => ({
  name: 'file',
  why: 'it is mapped as far as it goes',
  needed: true,
  look: system => {
    const facts = statSync(system.path(part.path), { throwIfNoEntry: false })
    return facts ? kindOf(facts, part) : obstacle('does not exist', type(`truncate -s 16M ${part.path}`))
  },
})

const permission = (path: string): Check => ({
  name: 'permission',
  why: 'it is opened to be read, and by write and load to be written',
  look: system => {
    const read = system.refusal(path, 'read')
    if (read !== undefined) return obstacle(`it may not be read (${read})`, type(`chmod u+rw ${path}`))
    const write = system.refusal(path, 'write')
    if (write === undefined) return ok('it may be read and written')
    return warning(`it may be read, and not written (${write})`, type(`chmod u+w ${path}`))
  },
})

/** Of a BAR's file in sysfs: whose. */
const BAR = /\/([0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])\/resource([0-5])(_wc)?$/

const behindLinks = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    return path // what is wrong with it, the check tells
  }
}

export const fileChecks = ({ path, size }: Part, system: System): readonly Check[] => {
  const absolute = resolve(path)
  const [, address, bar] = BAR.exec(behindLinks(system.path(absolute))) ?? []
  if (address !== undefined) return barChecks({ address, bar: Number(bar) })
  return [there({ path: absolute, size }), permission(absolute)]
}

const available = (system: System): number => {
  const [, kibibytes] = /^MemAvailable: +(\d+) kB$/m.exec(system.text('/proc/meminfo')) ?? []
  if (kibibytes === undefined) throw new Unreadable('/proc/meminfo says nothing of MemAvailable')
  return Number(kibibytes) * 1024
}

const ram = (size: number): Check => ({
  name: 'memory',
  why: 'a page of it is taken when it is first touched',
  look: system => {
    const left = available(system)
    const found = `${formatSize(size)}, and ${Math.floor(left / 2 ** 20)}M are available`
    return size <= left ? ok(found) : warning(found, advise('touch no more of it than there is'))
  },
})

const space = (size: number): Check => ({
  ...addressSpace,
  look: system => {
    const verdict = addressSpace.look(system)
    return verdict.state === 'ok' && limit(system, 'address space') < size
      ? warning(`${verdict.found}: it is mapped in pieces, by slots`, raise(system, '--as=unlimited'))
      : verdict
  },
})

export const memoryChecks = (size: number): readonly Check[] => [ram(size), space(size)]
