import { inspect } from 'node:util'
import { type PollOptions, poll } from '../access/poll.js'
import type { IoMappingError } from '../system/errors.js'
import type { Codec, Value } from './codec.js'
import type { Plan } from './plan.js'
import type { Port } from './port.js'
import { refuseRead } from './refusals.js'

/** A field of a register that lies in a window. */
export class BoundField {
  readonly path: string
  readonly port: Port
  /** Undefined: it can't be read. */
  readonly codec: Codec | undefined
  readonly plan: Plan
  readonly name: string

  constructor(port: Port, plan: Plan, register: string, name: string) {
    this.path = `${register}.${name}`
    this.port = port
    this.codec = plan.reads.get(name)
    this.plan = plan
    this.name = name
  }

  read(): Value {
    if (this.codec === undefined) throw this.unreadable('read')
    return this.codec.get(this.port.read())
  }

  write(value: Value): void {
    const { plan, port } = this
    const call = `${this.path}.write`
    const codec = plan.writer(call, this.name)
    let raw = codec.set(call, plan.start, value) // checked before anything is read
    if (plan.keeps) {
      plan.checkModify(call)
      raw = codec.set(call, plan.kept(port.read()), value)
    }
    port.write(raw)
  }

  async poll(ready: (value: Value) => unknown, options?: PollOptions): Promise<Value> {
    if (this.codec === undefined) throw this.unreadable('poll')
    const format = (value: Value) => inspect(value)
    return await poll({
      call: `${this.path}.poll`,
      what: 'it',
      read: () => this.read(),
      ready,
      options,
      format,
    })
  }

  private unreadable(call: string): IoMappingError {
    return refuseRead(`${this.path}.${call}`)
  }

  /** What console.log shows: nothing of the device. */
  [inspect.custom](): string {
    return `field ${this.path}`
  }
}
