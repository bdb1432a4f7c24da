import type { FieldInfo } from 'io-mapping/registers'
import { UsageError } from '../failure.js'
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

/** The same, for those who read registers or fields. */
export interface Targets extends Pick<Named, 'exact'> {
  readonly targets: readonly Target[]
}

const namesOf = ({ name, info }: LocatedRegister): string[] => [name.toLowerCase(), info.path.toLowerCase()]

/** Registers by their names: `UART0.CONTROL`, without its peripheral `CONTROL`, whatever the case of letters. */
export class NameIndex {
  /** By their offsets. */
  readonly all: readonly LocatedRegister[]
  readonly #named = new Map<string, LocatedRegister[]>()

  constructor(all: readonly LocatedRegister[]) {
    this.all = all
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
    const asked = name.toLowerCase()
    const group = this.all.filter(each =>
      namesOf(each).some(full => full.startsWith(`${asked}.`) || full.startsWith(`${asked}[`)),
    )
    if (group.length > 0) return { registers: group, exact: false }
    throw this.#unknown(name)
  }

  /** A register, a field of one: `CONTROL.ENABLE`; of a cluster or an array, each register. @throws UsageError */
  targets(name: string): Targets {
    const dot = name.lastIndexOf('.')
    const isField =
      this.#exact(name) === undefined && dot > 0 && this.#exact(name.slice(0, dot)) !== undefined
    if (isField) return { targets: [this.target(name)], exact: true }
    const { registers, exact } = this.find(name)
    return { targets: registers.map(register => ({ register, field: undefined })), exact }
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

  /** What stands before a field's dot may be what is nearly right. */
  #unknown(name: string): UsageError {
    const asked = [name, name.slice(0, Math.max(0, name.lastIndexOf('.')))]
    const close = this.all.filter(each => namesOf(each).some(full => asked.some(word => isClose(full, word))))
    const named = (all: readonly LocatedRegister[]) => all.map(each => each.name)
    return new UsageError(`there is no register '${name}'${insteadOf(named(close), named(this.all))}`)
  }
}
