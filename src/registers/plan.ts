import { badArgument } from '../system/errors.js'
import { type Codec, codecOf, type Value } from './codec.js'
import { type FieldSpec, meet } from './field.js'
import { canRead, canWrite, keepsByOnes, type Modes, within } from './modes.js'
import type { Bits } from './port.js'
import { refuseModify, refuseWrite } from './refusals.js'
import type { Word } from './types.js'

export type FieldSpecs = Readonly<Record<string, FieldSpec>>

/** A register as it is described. */
export interface Description {
  /** In its block, in bytes. */
  readonly offset: number
  readonly bits: Bits
  /** The fields when it is read, and when it is written: the same ones, unless it is `sided`. */
  readonly reads: FieldSpecs
  readonly writes: FieldSpecs
  readonly sided: boolean
  readonly modes: Modes
  /** Whether it may lie on other registers. */
  readonly mayOverlap: boolean
  readonly resetValue: Word
}

/** A register's description, worked out: what its reads and writes do with the numbers. Made once, for all windows. */
export class Plan {
  readonly bits: Bits
  /** The readable fields, and the writable ones. */
  readonly reads: ReadonlyMap<string, Codec>
  readonly writes: ReadonlyMap<string, Codec>
  readonly readable: boolean
  readonly writable: boolean
  /** Whether it has no fields, and so is a number. */
  readonly bare: boolean
  /** Whether a read does something to the device. */
  readonly readEffect: boolean
  /** Whether a write must bring again what was read, since something keeps what is written. */
  readonly keeps: boolean
  /** What `write` starts from: the reset value, with bits that have no effect where a write has one. */
  readonly start: Word
  readonly #sided: boolean
  readonly #kept: Word
  readonly #idle: Word
  /** Whether fields that are written have bits in common. */
  readonly #overlapping: boolean

  constructor({ bits, reads, writes, sided, modes, resetValue }: Description) {
    const inside = (fields: FieldSpecs) =>
      Object.entries(fields).map(([name, field]) => ({ name, field, modes: within(modes, field.modes) }))
    const readable = inside(reads).filter(each => canRead(each.modes))
    const writable = inside(writes).filter(each => canWrite(each.modes))
    const codecs = (fields: typeof readable) =>
      new Map(fields.map(({ name, field }) => [name, codecOf(field, bits)] as const))
    this.bits = bits
    this.bare = Object.keys(reads).length + Object.keys(writes).length === 0
    this.reads = codecs(readable)
    this.writes = codecs(writable)
    this.readable = canRead(modes) && (this.bare || readable.length > 0)
    this.writable = canWrite(modes) && (this.bare || writable.length > 0)
    this.readEffect = this.readable && [{ modes }, ...readable].some(each => each.modes.onRead !== undefined)
    this.#sided = sided
    const keeping = writable.filter(each => each.modes.onWrite === undefined && canRead(each.modes))
    this.keeps = !sided && this.readable && (this.bare ? modes.onWrite === undefined : keeping.length > 0)

    this.#overlapping = writable.some(({ field }) => field.mayOverlap)

    const all = 2n ** BigInt(bits) - 1n
    const changing = writable.filter(each => each.modes.onWrite !== undefined)
    const unread = writable.filter(each => !canRead(each.modes))
    const idle = maskOf(changing.filter(each => keepsByOnes(each.modes)))
    const effects = this.bare && modes.onWrite !== undefined ? all : maskOf(changing)
    this.#kept = this.word(all & ~effects & ~maskOf(unread))
    this.#idle = this.word(idle)
    this.start = this.word((BigInt(resetValue) & ~effects) | idle)
  }

  /** The register's value for a program. */
  decode(raw: Word): Word | Record<string, Value> {
    if (this.bare) return raw
    const values: Record<string, Value> = {}
    for (const [name, codec] of this.reads) values[name] = codec.get(raw)
    return values
  }

  /** `raw` with these fields changed; of a register without fields, the number that takes its place. */
  encode(call: string, raw: Word, values: unknown): Word {
    if (this.bare) return this.checkRaw(call, values)
    if (typeof values !== 'object' || values === null)
      throw badArgument(call, values, `an object of fields: ${this.#names()}`)
    let word = raw
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) continue
      word = this.writer(call, name).set(`${call}: ${name}`, word, value as Value)
    }
    if (this.#overlapping) this.#checkAgreed(call, word, values as Record<string, Value>)
    return word
  }

  /** Refuses values of two fields that want a bit to be 0 and 1. */
  #checkAgreed(call: string, word: Word, values: Readonly<Record<string, Value>>): void {
    const given = Object.entries(values).filter(([, value]) => value !== undefined)
    for (const [name, value] of given) {
      const codec = this.writer(call, name)
      if (codec.set(call, word, value) === word) continue
      const other = given.find(([each]) => each !== name && meet(codec.field, this.writer(call, each).field))
      throw badArgument(
        `${call}: ${name}`,
        value,
        `what ${other?.[0]}, which has the same bits, leaves it: give one of them`,
      )
    }
  }

  /** Refuses to read, change and write back where that does harm. */
  checkModify(call: string): void {
    if (this.#sided) throw refuseModify(call, 'what is read there is not what was written')
    if (this.readEffect)
      throw refuseModify(call, 'it would read first, and a read does something to the device')
  }

  /** What `modify` writes where nothing is changed: what was read, without effects. */
  kept(raw: Word): Word {
    return this.bits === 64
      ? ((raw as bigint) & (this.#kept as bigint)) | (this.#idle as bigint)
      : (((raw as number) & (this.#kept as number)) | (this.#idle as number)) >>> 0
  }

  /** The codec of a field that is to be written. */
  writer(call: string, name: string): Codec {
    const codec = this.writes.get(name)
    if (codec) return codec
    if (!this.reads.has(name)) throw badArgument(`${call}: a field`, name, `one of ${this.#names()}`)
    throw refuseWrite(`${call}: ${name}`, this.writes.keys())
  }

  /** A number that is to be the register's whole value, or the two's complement of one. */
  checkRaw(call: string, value: unknown): Word {
    const { bits } = this
    if (bits === 64 ? typeof value === 'bigint' : Number.isSafeInteger(value)) {
      const given = BigInt(value as Word)
      const unsigned = BigInt.asUintN(bits, given)
      if (given === unsigned || given === BigInt.asIntN(bits, given)) return this.word(unsigned)
    }
    throw badArgument(call, value, `a ${bits === 64 ? 'bigint' : 'whole number'} of ${bits} bits`)
  }

  private word(value: bigint): Word {
    return this.bits === 64 ? value : Number(value)
  }

  #names(): string {
    return [...this.writes.keys()].join(', ') || 'none'
  }
}

/** The bits of these fields. */
const maskOf = (fields: readonly { readonly field: FieldSpec }[]): bigint =>
  fields.reduce((mask, { field }) => mask | ((2n ** BigInt(field.width) - 1n) << BigInt(field.low)), 0n)
