import { badArgument, IoMappingError } from '../system/errors.js'
import { addModes, type Modes } from './modes.js'
import type { Field } from './types.js'

/** A name for each value; of several values, the first is what is written. One name may stand for all others. */
export type Values = Readonly<Record<string, number | readonly number[] | 'others'>>

/** The values that a name stands for by their numbers. */
export const numbersOf = (values: Values[string] | undefined): readonly number[] =>
  values === undefined || values === 'others' ? [] : [values].flat()

/** The name of all values that have none of their own. */
export const othersOf = (names: Values): string | undefined =>
  Object.entries(names).find(([, values]) => values === 'others')?.[0]

/** What the bits of a field stand for. */
export type Kind = 'bit' | 'bits' | 'big-bits' | 'enumeration'

/** A field as it is described; docs/registers.md. */
export class FieldSpec {
  readonly high: number
  readonly low: number
  readonly kind: Kind
  readonly modes: Modes
  /** An enumeration's names, when read and when written. */
  readonly readNames: Values
  readonly writeNames: Values
  /** Whether it may have bits of other fields. */
  readonly mayOverlap: boolean

  constructor(
    high: number,
    low: number,
    kind: Kind,
    modes: Modes = {},
    readNames: Values = {},
    writeNames: Values = readNames,
    mayOverlap = false,
  ) {
    this.high = high
    this.low = low
    this.kind = kind
    this.modes = modes
    this.readNames = readNames
    this.writeNames = writeNames
    this.mayOverlap = mayOverlap
  }

  /** How many bits it has. */
  get width(): number {
    return this.high - this.low + 1
  }

  /** The same field without modes. An enumeration is written by the names that it is read by. */
  plain(): FieldSpec {
    return new FieldSpec(this.high, this.low, this.kind, {}, this.readNames, this.readNames, this.mayOverlap)
  }

  get overlaps(): FieldSpec {
    const { high, low, kind, modes, readNames, writeNames } = this
    return new FieldSpec(high, low, kind, modes, readNames, writeNames, true)
  }

  /** The same field, with other modes. */
  with(change: Modes): FieldSpec {
    const { high, low, kind, modes, readNames, writeNames, mayOverlap } = this
    return new FieldSpec(high, low, kind, { ...modes, ...change }, readNames, writeNames, mayOverlap)
  }
}

addModes(FieldSpec.prototype)

/** Whether two fields have a bit in common. */
export const meet = (one: FieldSpec, other: FieldSpec): boolean =>
  one.low <= other.high && other.low <= one.high

/** A number holds this many bits exactly. */
const NUMBER_BITS = 53

const checkBits = (call: string, high: number, low: number, most: number): void => {
  for (const [name, bit] of [
    ['high', high],
    ['low', low],
  ] as const) {
    if (!(Number.isInteger(bit) && bit >= 0 && bit < 64))
      throw badArgument(`${call}: ${name}`, bit, 'the number of a bit, 0 to 63')
  }
  if (low > high)
    throw badArgument(
      `${call}: low`,
      low,
      `at most high, ${high}: the higher bit comes first, as in a datasheet`,
    )
  if (high - low >= most) {
    throw new IoMappingError(
      'ERR_IO_ARGUMENT',
      `${call}: ${high - low + 1} bits don't fit a number, which holds ${most}; describe them with bigBits(${high}, ${low})`,
    )
  }
}

const checkNames = (names: Values, width: number): void => {
  if (typeof names !== 'object' || names === null)
    throw badArgument('enumeration: the names', names, 'an object of names and their values')
  const owners = new Map<number, string>()
  const others = othersOf(names)
  for (const [name, values] of Object.entries(names)) {
    const call = `enumeration: the value of ${name}`
    if (values === 'others' && name !== others)
      throw badArgument(call, values, `a number: all others are ${others}`)
    for (const value of values === 'others' ? [] : [values].flat()) {
      if (!(Number.isSafeInteger(value) && value >= 0 && value < 2 ** width))
        throw badArgument(call, value, `0 to ${2 ** width - 1}: there are ${width} bits`)
      if (owners.has(value)) throw badArgument(call, value, `another than that of ${owners.get(value)}`)
      owners.set(value, name)
    }
  }
}

/** One bit, as true or false. @param at which: 0 is the lowest @throws IoMappingError ERR_IO_ARGUMENT */
export const bit = (at: number): Field<boolean, boolean> => {
  checkBits('bit', at, at, 1)
  return new FieldSpec(at, at, 'bit') as never
}

/** Up to 53 bits, as a number. Bits as in a datasheet: `bits(7, 4)` is [7:4]. @throws IoMappingError ERR_IO_ARGUMENT */
export const bits = (high: number, low: number): Field<number, number> => {
  checkBits('bits', high, low, NUMBER_BITS)
  return new FieldSpec(high, low, 'bits') as never
}

/** Up to 64 bits, as a bigint. @throws IoMappingError ERR_IO_ARGUMENT */
export const bigBits = (high: number, low: number): Field<bigint, bigint> => {
  checkBits('bigBits', high, low, 64)
  return new FieldSpec(high, low, 'big-bits') as never
}

/** The names that say which value is meant. */
type Writable<N extends Values> = { [Name in keyof N]: N[Name] extends 'others' ? never : Name }[keyof N] &
  string

/**
 * Bits whose values have names. What the device answers may have none: then a read gives the number.
 * @param readNames each name's value, or values: of several, the first is written; 'others' are all that have no name of their own: it is
 * read, and can't be written, since it says not which
 * @param writeNames the names of what is written, where those are others
 * @throws IoMappingError ERR_IO_ARGUMENT
 */
export const enumeration = <const R extends Values, const W extends Values = R>(
  high: number,
  low: number,
  readNames: R,
  writeNames?: W,
): Field<(keyof R & string) | number, Writable<W> | number> => {
  checkBits('enumeration', high, low, NUMBER_BITS)
  for (const names of [readNames, writeNames ?? {}]) checkNames(names, high - low + 1)
  return new FieldSpec(
    high,
    low,
    'enumeration',
    {},
    { ...readNames },
    { ...(writeNames ?? readNames) },
  ) as never
}
