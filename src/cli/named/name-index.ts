import type { FieldInfo } from 'io-mapping/registers'
import { hex } from '../../system/numbers.js'
import { UsageError } from '../failure.js'
import type { Aperture } from '../library.js'
import { insteadOf, isClose } from '../typed/close-names.js'
import type { LocatedRegister } from './located-register.js'

/** A register that was asked for by its name, or all of a group's. */
export interface Named {
  readonly registers: readonly LocatedRegister[]
  /** One of them, and so read whatever a read does. */
  readonly exact: boolean
}

/** A register, or a field of one. */
export interface Target {
  readonly register: LocatedRegister
  readonly field: FieldInfo | undefined
}

/** What has a name, and lies outside of what is mapped. */
interface Outside {
  readonly registers: readonly LocatedRegister[]
  readonly aperture: Pick<Aperture, 'name' | 'size'>
}

/** What is to be read. */
export interface Asked extends Target {
  /** By its own name, and so read whatever a read does; else it is one of a group. */
  readonly exact: boolean
}

const namesOf = ({ name, info }: LocatedRegister): string[] => [name.toLowerCase(), info.path.toLowerCase()]

/** Whether a register is of the cluster or the array of that name. */
const isOfGroup = (register: LocatedRegister, name: string): boolean => {
  const asked = name.toLowerCase()
  return namesOf(register).some(full => full.startsWith(`${asked}.`) || full.startsWith(`${asked}[`))
}

/** Registers by their names: `UART0.CONTROL`, without its peripheral `CONTROL`, whatever the case of letters. */
export class NameIndex {
  /** By their offsets. */
  readonly all: readonly LocatedRegister[]
  readonly #named = new Map<string, LocatedRegister[]>()
  readonly #outside: Outside

  constructor(all: readonly LocatedRegister[], outside: Outside) {
    this.all = all
    this.#outside = outside
    for (const each of all) {
      for (const name of new Set(namesOf(each))) {
        const same = this.#named.get(name)
        if (same) same.push(each)
        else this.#named.set(name, [each])
      }
    }
  }

  /** A register, a cluster, an array. @throws UsageError */
  find(name: string): Named {
    const exact = this.#exact(name)
    if (exact) return { registers: [exact], exact: true }
    const group = this.all.filter(each => isOfGroup(each, name))
    if (group.length > 0) return { registers: group, exact: false }
    throw this.#unknown(name)
  }

  /** A register, a field of one: `CONTROL.ENABLE`; of a cluster or an array, each register. @throws UsageError */
  targets(name: string): Asked[] {
    const dot = name.lastIndexOf('.')
    const isField =
      this.#exact(name) === undefined && dot > 0 && this.#exact(name.slice(0, dot)) !== undefined
    if (isField) return [{ ...this.target(name), exact: true }]
    const { registers, exact } = this.find(name)
    return registers.map(register => ({ register, field: undefined, exact }))
  }

  /** A register, or a field of one: `CONTROL.ENABLE`. @throws UsageError */
  target(name: string): Target {
    const register = this.#exact(name)
    if (register) return { register, field: undefined }
    const dot = name.lastIndexOf('.')
    const owner = dot > 0 ? this.#exact(name.slice(0, dot)) : undefined
    if (!owner) throw this.#unknown(name)
    const asked = name.slice(dot + 1).toLowerCase()
    const { fields } = owner.info
    const field = fields.find(each => each.name.toLowerCase() === asked)
    if (field) return { register: owner, field }
    const names = fields.map(each => each.name).join(', ')
    throw new UsageError(`${owner.name} has no field '${name.slice(dot + 1)}'; it has ${names || 'none'}`)
  }

  #exact(name: string): LocatedRegister | undefined {
    const found = this.#named.get(name.toLowerCase()) ?? []
    if (found.length <= 1) return found[0]
    const names = found.map(each => each.name).join(', ')
    throw new UsageError(`'${name}' is several registers: ${names}; name one of them`)
  }

  /** What stands before a field's dot may be what is nearly right, or lies outside. */
  #unknown(name: string): UsageError {
    const asked = [name, name.slice(0, Math.max(0, name.lastIndexOf('.')))]
    const { registers, aperture } = this.#outside
    const words = asked.map(word => word.toLowerCase())
    const far = registers.find(
      each => namesOf(each).some(full => words.includes(full)) || isOfGroup(each, name),
    )
    if (far)
      return new UsageError(
        `${far.name} is at ${hex(far.offset)}, and ${aperture.name} has ${hex(aperture.size)} bytes; name an aperture that it lies in`,
      )
    const close = this.all.filter(each => namesOf(each).some(full => asked.some(word => isClose(full, word))))
    const named = (all: readonly LocatedRegister[]) => all.map(each => each.name)
    return new UsageError(`there is no register '${name}'${insteadOf(named(close), named(this.all))}`)
  }
}
