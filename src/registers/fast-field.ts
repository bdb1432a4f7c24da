import { BoundField } from './bound-field.js'
import type { Value } from './codec.js'
import { type FieldSpec, numbersOf, othersOf } from './field.js'
import type { Plan } from './plan.js'
import type { Port } from './port.js'

/** Enumerations of more bits have their names in a map, and are no fast fields. */
const TABLE_BITS = 8

/**
 * A field whose read is hot code: of a register of up to 32 bits, in this processor's byte order.
 *
 * Why it is fast: all that a read needs is in this one object, and each width has a `read` of its own, so that V8 sees in
 * it one kind of window and one accessor, and inlines both. What is left beside the bus read is a shift and a mask.
 */
abstract class FastField extends BoundField {
  readonly mem: Port['mem']
  readonly offset: number
  readonly shift: number
  readonly mask: number
  readonly flag: boolean
  /** An enumeration's names by their values. */
  readonly names: readonly (string | undefined)[] | undefined

  constructor(port: Port, plan: Plan, register: string, name: string, field: FieldSpec) {
    super(port, plan, register, name)
    this.mem = port.mem
    this.offset = port.offset
    this.shift = field.low
    this.mask = 2 ** field.width - 1
    this.flag = field.kind === 'bit'
    this.names = field.kind === 'enumeration' ? tableOf(field) : undefined
  }

  protected decode(raw: number): Value {
    const number = ((raw >>> this.shift) & this.mask) >>> 0
    if (this.flag) return number !== 0
    return this.names === undefined ? number : (this.names[number] ?? number)
  }
}

class Field8 extends FastField {
  override read(): Value {
    return this.decode(this.mem.read8(this.offset))
  }
}

class Field16 extends FastField {
  override read(): Value {
    return this.decode(this.mem.read16(this.offset))
  }
}

class Field32 extends FastField {
  override read(): Value {
    return this.decode(this.mem.read32(this.offset))
  }
}

const tableOf = ({ width, readNames }: FieldSpec): (string | undefined)[] => {
  const names = new Array<string | undefined>(2 ** width).fill(othersOf(readNames))
  for (const [name, values] of Object.entries(readNames))
    for (const value of numbersOf(values)) names[value] = name
  return names
}

const FAST = { 8: Field8, 16: Field16, 32: Field32 } as const

/** A field of a register that lies in a window, as fast as its kind allows. */
export const bindField = (port: Port, plan: Plan, register: string, name: string): BoundField => {
  const field = plan.reads.get(name)?.field
  const Fast = plan.bits === 64 || port.swaps ? undefined : FAST[plan.bits]
  const simple = field !== undefined && field.kind !== 'big-bits'
  return Fast && simple && (field.kind !== 'enumeration' || field.width <= TABLE_BITS)
    ? new Fast(port, plan, register, name, field)
    : new BoundField(port, plan, register, name)
}
