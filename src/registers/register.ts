import type { IoAccess } from '../access/io-access.js'
import { badArgument, IoMappingError } from '../system/errors.js'
import { hex, isByteCount } from '../system/numbers.js'
import { ArraySpec } from './array.js'
import { type BoundRegister, registerClass } from './bound-register.js'
import { FieldSpec, meet } from './field.js'
import { readable } from './format.js'
import { mapValues } from './map-values.js'
import { addModes, areContrary, type Modes, within } from './modes.js'
import { checkName } from './names.js'
import type { Found, Origin, Part, Placement } from './part.js'
import { type Description, type FieldSpecs, Plan } from './plan.js'
import { type Bits, Port } from './port.js'
import type { Fields, Register, Word } from './types.js'

/** A register as it is described; docs/registers.md. */
export class RegisterSpec implements Part {
  readonly description: Description
  #made: { readonly plan: Plan; readonly Class: typeof BoundRegister } | undefined

  constructor(description: Description) {
    this.description = description
  }

  get offset(): number {
    return this.description.offset
  }

  /** In bytes. */
  get size(): number {
    return this.description.bits / 8
  }

  get mayOverlap(): boolean {
    return this.description.mayOverlap
  }

  get overlaps(): RegisterSpec {
    return new RegisterSpec({ ...this.description, mayOverlap: true })
  }

  with(change: Modes): RegisterSpec {
    const { description } = this
    const modes = { ...description.modes, ...change }
    checkIdle(this.#call, description.writes, modes)
    return new RegisterSpec({ ...description, modes })
  }

  reset(value: Word): RegisterSpec {
    const resetValue = this.#make().plan.checkRaw(`${this.#call}: the reset value`, value)
    return new RegisterSpec({ ...this.description, resetValue })
  }

  writes(fields: FieldSpecs): RegisterSpec {
    checkFields(this.#call, fields, this.description.bits)
    return new RegisterSpec({ ...this.description, writes: { ...fields }, sided: true })
  }

  array(count: number, stride = this.size): ArraySpec {
    if (stride < this.size)
      throw badArgument('array: stride', stride, `${this.size} or more, the bytes of the register`)
    return new ArraySpec(this, count, stride)
  }

  plain(): RegisterSpec {
    const fields = mapValues(this.description.reads, field => field.plain())
    return new RegisterSpec({ ...this.description, reads: fields, writes: fields, sided: false, modes: {} })
  }

  *find({ base, path, order }: Origin): Iterable<Found> {
    const { description } = this
    const { plan, Class } = this.#make()
    const bind = (mem: IoAccess, offset: number) =>
      new Class(new Port(mem, offset, plan.bits, order), plan, path)
    yield { description, plan, path, offset: base + this.offset, order, bind }
  }

  bind({ mem, base, path, order }: Placement): BoundRegister {
    const { plan, Class } = this.#make()
    return new Class(new Port(mem, base + this.offset, plan.bits, order), plan, path)
  }

  values({ mem, base, path, order, changing }: Placement): unknown {
    const { plan } = this.#make()
    const offset = base + this.offset
    if (!plan.readable || changing.touches(offset, this.size)) return undefined
    return readable(plan, path, new Port(mem, offset, plan.bits, order).read())
  }

  pieces(): undefined {
    return undefined
  }

  get #call(): string {
    return `reg${this.description.bits}`
  }

  /** Worked out when it is first needed: a description costs what is used of it. */
  #make() {
    if (this.#made) return this.#made
    const plan = new Plan(this.description)
    return (this.#made = { plan, Class: registerClass(plan) })
  }
}

addModes(RegisterSpec.prototype)

const describe = (bits: Bits, offset: number, fields: FieldSpecs): never => {
  const call = `reg${bits}`
  if (!isByteCount(offset)) throw badArgument(`${call}: offset`, offset, 'a whole number of bytes, 0 or more')
  if (offset % (bits / 8) !== 0) {
    throw new IoMappingError(
      'ERR_IO_ALIGN',
      `${call}: offset ${hex(offset)} is not a multiple of ${bits / 8}, the bytes of the register`,
    )
  }
  checkFields(call, fields, bits)
  const copy = { ...fields }
  return new RegisterSpec({
    offset,
    bits,
    reads: copy,
    writes: copy,
    sided: false,
    modes: {},
    mayOverlap: false,
    resetValue: bits === 64 ? 0n : 0,
  }) as never
}

/** Refuses fields that don't fit the register, or each other. */
const checkFields = (call: string, fields: FieldSpecs, bits: Bits): void => {
  if (typeof fields !== 'object' || fields === null)
    throw badArgument(`${call}: fields`, fields, 'an object of fields')
  const owners: [name: string, field: FieldSpec][] = []
  for (const [name, field] of Object.entries(fields)) {
    checkName(call, name)
    if (!(field instanceof FieldSpec))
      throw badArgument(`${call}: ${name}`, field, 'a field: bit(), bits(), bigBits() or enumeration()')
    if (field.high >= bits)
      throw badArgument(
        `${call}: the highest bit of ${name}`,
        field.high,
        `at most ${bits - 1}: there are ${bits} bits`,
      )
    const others = owners.filter(([, each]) => meet(each, field) && sameSide(each, field))
    const refused = others.find(([, { mayOverlap }]) => !(mayOverlap || field.mayOverlap))
    if (refused) {
      const [other, { high, low }] = refused
      throw badArgument(
        `${call}: ${name}`,
        `${field.high}:${field.low}`,
        `where ${other}, which has ${high}:${low}, is not; describe two sides of a register by .ro and .wo, or by writes(). If the ` +
          'device has it so, say it of one of them: bits(7, 0).overlaps',
      )
    }
    owners.push([name, field])
  }
  checkIdle(call, fields, {})
}

/** Refuses two fields that leave no value for a bit that changes nothing. */
const checkIdle = (call: string, fields: FieldSpecs, outer: Modes): void => {
  const changing = Object.entries(fields).map(
    ([name, field]) => ({ name, field, modes: within(outer, field.modes) }) as const,
  )
  for (const { name, field, modes } of changing) {
    if (!field.mayOverlap) continue
    const other = changing.find(each => meet(each.field, field) && areContrary(each.modes, modes))
    if (!other) continue
    const allowed = `one that can be left alone by the same value as ${other.name}, which has the same bits and is ${other.modes.onWrite}`
    throw badArgument(`${call}: the effect of a write to ${name}`, modes.onWrite, allowed)
  }
}

/** Fields of two directions may lie on one another. */
const sameSide = (one: FieldSpec, other: FieldSpec): boolean => {
  const directions = [one.modes.access, other.modes.access]
  return !(directions.includes('read-only') && directions.includes('write-only'))
}

// biome-ignore lint/complexity/noBannedTypes: no fields is what an object without members means here
type NoFields = {}
type Described<Raw extends Word, F> = Register<Raw, F, F, 'read-write', false>

/**
 * An 8-bit register.
 * @param offset in its block, in bytes: a multiple of its width
 * @param fields its fields by name; without any, it is a number
 * @throws IoMappingError ERR_IO_ARGUMENT, ERR_IO_ALIGN
 */
export const reg8 = <const F extends Fields = NoFields>(offset: number, fields?: F): Described<number, F> =>
  describe(8, offset, (fields ?? {}) as never)
/** A 16-bit register, as `reg8`. */
export const reg16 = <const F extends Fields = NoFields>(offset: number, fields?: F): Described<number, F> =>
  describe(16, offset, (fields ?? {}) as never)
/** A 32-bit register, as `reg8`. */
export const reg32 = <const F extends Fields = NoFields>(offset: number, fields?: F): Described<number, F> =>
  describe(32, offset, (fields ?? {}) as never)
/** A 64-bit register, as `reg8`; its raw value is a bigint. */
export const reg64 = <const F extends Fields = NoFields>(offset: number, fields?: F): Described<bigint, F> =>
  describe(64, offset, (fields ?? {}) as never)
