import { badArgument, show } from '../system/errors.js'
import { type FieldSpec, numbersOf, othersOf, type Values } from './field.js'
import type { Word } from './types.js'

/** What a field's bits are to a program. */
export type Value = boolean | number | bigint | string

/** Takes a field's value out of a register's, and puts one in. */
export interface Codec<W extends Word = Word> {
  readonly field: FieldSpec
  get(raw: W): Value
  /** `raw` with `value` in place of the field's bits. @throws IoMappingError ERR_IO_ARGUMENT, naming `call` */
  set(call: string, raw: W, value: Value): W
}

/** The names of an enumeration. */
class Names {
  readonly #named: ReadonlyMap<number, string>
  readonly #others: string | undefined

  constructor(values: Values) {
    const each = ([name, all]: [string, Values[string]]) =>
      numbersOf(all).map(value => [value, name] as const)
    this.#named = new Map(Object.entries(values).flatMap(each))
    this.#others = othersOf(values)
  }

  /** Its name, or the number itself where it has none. */
  of(number: number): string | number {
    return this.#named.get(number) ?? this.#others ?? number
  }
}

/** The value of a field's bits. */
const decode = (kind: FieldSpec['kind'], names: Names, number: number): Value => {
  if (kind === 'bits') return number
  if (kind === 'bit') return number !== 0
  return kind === 'enumeration' ? names.of(number) : BigInt(number)
}

/** The bits of a value, checked: a bigint for big-bits. */
const encode = (call: string, field: FieldSpec, value: Value): Word => {
  const { kind, width, writeNames } = field
  if (kind === 'bit' && typeof value === 'boolean') return value ? 1 : 0
  if (kind === 'big-bits' && typeof value === 'bigint' && BigInt.asUintN(width, value) === value) return value
  const named = kind === 'enumeration' && typeof value === 'string' && Object.hasOwn(writeNames, value)
  const number = named ? numbersOf(writeNames[value])[0] : value
  const counts = kind === 'bits' || kind === 'enumeration'
  if (counts && Number.isInteger(number) && (number as number) >= 0 && (number as number) < 2 ** width)
    return number as number
  throw badArgument(call, value, allowed(field))
}

/** What can be written, for messages. */
const allowed = ({ kind, width, writeNames }: FieldSpec): string => {
  if (kind === 'bit') return 'true or false'
  const named = Object.keys(writeNames).filter(name => numbersOf(writeNames[name]).length > 0)
  const names = kind === 'enumeration' ? `${named.map(show).join(', ')}, or ` : ''
  const most = (2n ** BigInt(width) - 1n).toString(16)
  return `${names}a ${kind === 'big-bits' ? 'bigint' : 'whole number'} from 0 to 0x${most}`
}

/** Of a register of up to 32 bits. */
class NarrowCodec implements Codec<number> {
  readonly field: FieldSpec
  readonly kind: FieldSpec['kind']
  readonly shift: number
  readonly mask: number
  readonly names: Names

  constructor(field: FieldSpec) {
    this.field = field
    this.kind = field.kind
    this.shift = field.low
    this.mask = 2 ** field.width - 1
    this.names = new Names(field.readNames)
  }

  get(raw: number): Value {
    return decode(this.kind, this.names, ((raw >>> this.shift) & this.mask) >>> 0)
  }

  set(call: string, raw: number, value: Value): number {
    const bits = Number(encode(call, this.field, value)) << this.shift
    return ((raw & ~(this.mask << this.shift)) | bits) >>> 0
  }
}

/** Of a register of 64 bits. */
class WideCodec implements Codec<bigint> {
  readonly field: FieldSpec
  readonly shift: bigint
  readonly mask: bigint
  readonly names: Names

  constructor(field: FieldSpec) {
    this.field = field
    this.shift = BigInt(field.low)
    this.mask = 2n ** BigInt(field.width) - 1n
    this.names = new Names(field.readNames)
  }

  get(raw: bigint): Value {
    const bits = (raw >> this.shift) & this.mask
    return this.field.kind === 'big-bits' ? bits : decode(this.field.kind, this.names, Number(bits))
  }

  set(call: string, raw: bigint, value: Value): bigint {
    return (raw & ~(this.mask << this.shift)) | (BigInt(encode(call, this.field, value)) << this.shift)
  }
}

/** The codec of a field in a register of so many bits. */
export const codecOf = (field: FieldSpec, registerBits: number): Codec =>
  (registerBits === 64 ? new WideCodec(field) : new NarrowCodec(field)) as Codec
