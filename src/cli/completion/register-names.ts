// Names of registers and fields, of what --svd or --block names; offsets that were used before.
import { STDIN } from '../files/input.js'
import { stateAt } from '../files/state.js'
import { locate } from '../named/located.js'
import type { NameIndex } from '../named/name-index.js'
import type { NamedOptions } from '../named/options.js'
import { readRegisterFile } from '../register-files/read-file.js'
import { remember } from '../session.js'
import { namedAperture } from '../typed/apertures.js'
import { byteCount, isNumber } from '../typed/arguments.js'
import type { Typed } from './typed.js'

const MOST = 2000

/** Names for a place; `ending`: what stands behind one. */
export const registerNames = async (typed: Typed, ending = ''): Promise<string[]> => {
  const { options } = typed
  if (options.svd === undefined && options.block === undefined) return offsetsOf(typed)
  if (options.svd === STDIN) return [] // it is for the command, and a Tab key would wait for it
  return namesIn(await indexOf(typed), typed.current).map(name => `${name}${ending}`)
}

/** Names of the peripherals that --svd's file has. */
export const peripheralNames = ({ options: { svd } }: Typed): string[] =>
  svd === undefined || svd === STDIN
    ? []
    : remember(
        `peripherals ${svd}`,
        () => readRegisterFile(svd).peripherals.map(({ name }) => name),
        stateAt(svd),
      )

const indexOf = ({ given, options }: Typed): Promise<NameIndex> => {
  const base = options.base === undefined ? {} : { base: byteCount('--base')(options.base) }
  return locate(namedAperture(given[0] ?? ''), { ...options, ...base } as NamedOptions)
}

/** Registers; behind a register's dot its fields. */
const namesIn = ({ all }: NameIndex, current: string): string[] => {
  const full = ({ name }: (typeof all)[number]) => name.startsWith(current) || current.startsWith(`${name}.`)
  const short = current === '' || !all.some(full)
  const called = (each: (typeof all)[number]) => (short ? each.info.path : each.name)
  const owner = all.find(each => current.toLowerCase().startsWith(`${called(each).toLowerCase()}.`))
  const fields = owner?.info.fields.map(({ name }) => `${called(owner)}.${name}`) ?? []
  return [...fields, ...all.slice(0, MOST).map(called)]
}

/** The offsets that lines before this one have for the same aperture. */
const offsetsOf = ({ given: [aperture], history }: Typed): string[] =>
  history.flatMap(line => {
    const words = line.split(/\s+/)
    const at = words.indexOf(aperture ?? '')
    const offset = at > 0 ? words[at + 1] : undefined
    return offset !== undefined && isNumber(offset) ? [offset] : []
  })
