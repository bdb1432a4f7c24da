import { inspect } from 'node:util'
import { type PollOptions, poll } from '../access/poll.js'
import { bindField } from './fast-field.js'
import { formatRaw, readable } from './format.js'
import { lazy } from './lazy.js'
import type { Plan } from './plan.js'
import type { Port } from './port.js'
import { refuseRead, refuseWrite } from './refusals.js'
import type { Word } from './types.js'

/** A register that lies in a window. Its fields are properties of the class that `registerClass` makes for it. */
export class BoundRegister {
  readonly path: string
  // Private, since fields have names of their own choosing.
  readonly #port: Port
  readonly #plan: Plan

  constructor(port: Port, plan: Plan, path: string) {
    this.#port = port
    this.#plan = plan
    this.path = path
  }

  get offset(): number {
    return this.#port.offset
  }

  get width(): number {
    return this.#port.bits / 8
  }

  readRaw(): Word {
    if (!this.#plan.readable) throw refuseRead(`${this.path}.readRaw`)
    return this.#port.read()
  }

  read(): unknown {
    if (!this.#plan.readable) throw refuseRead(`${this.path}.read`)
    return readable(this.#plan, this.path, this.#port.read())
  }

  async poll(ready: (value: unknown) => unknown, options?: PollOptions): Promise<unknown> {
    const call = `${this.path}.poll`
    const plan = this.#plan
    if (!plan.readable) throw refuseRead(call)
    let raw: Word = 0
    const read = () => {
      raw = this.#port.read()
      return readable(plan, this.path, raw)
    }
    return await poll({ call, what: 'it', read, ready, options, format: () => formatRaw(plan, raw) })
  }

  writeRaw(value: Word): void {
    const call = this.#writing('writeRaw')
    this.#port.write(this.#plan.checkRaw(call, value))
  }

  write(values: unknown): void {
    const call = this.#writing('write')
    this.#port.write(this.#plan.encode(call, this.#plan.start, values))
  }

  modify(change: unknown): void {
    const call = this.#writing('modify')
    const plan = this.#plan
    if (!plan.readable) throw refuseRead(call)
    if (typeof change !== 'function') plan.encode(call, plan.start, change) // checked before anything is read
    plan.checkModify(call)
    const raw = this.#port.read()
    const values = typeof change === 'function' ? change(readable(plan, this.path, raw)) : change
    this.#port.write(plan.encode(call, plan.kept(raw), values))
  }

  /** What console.log shows: nothing of the device. */
  [inspect.custom](): string {
    const names = [...new Set([...this.#plan.reads.keys(), ...this.#plan.writes.keys()])].join(', ')
    return `register ${this.path}, ${this.#port.bits} bits at 0x${this.offset.toString(16)}${names && ` { ${names} }`}`
  }

  #writing(name: string): string {
    const call = `${this.path}.${name}`
    if (this.#plan.writable) return call
    throw refuseWrite(call)
  }

  /** Gives a class of registers a field; here, where the private parts can be seen. */
  static addField(prototype: BoundRegister, name: string): void {
    lazy(prototype, name, owner => bindField(owner.#port, owner.#plan, owner.path, name))
  }
}

/** The class of a register's places: one for each description, so that its fields are found fast. */
export const registerClass = (plan: Plan): typeof BoundRegister => {
  const Register = class extends BoundRegister {}
  for (const name of new Set([...plan.reads.keys(), ...plan.writes.keys()]))
    BoundRegister.addField(Register.prototype, name)
  return Register
}
