import type { Word } from '../registers/index.js'
import { badArgument, checkObject } from '../system/errors.js'
import type { Access } from './access.js'

/** A place in a window: a register has it. */
export interface Where {
  readonly offset: number
  readonly width: number
}

/** A fault that a simulated device is to have. */
export interface Fault {
  /** Of what: a register of `device.state`, or an offset and a width. Default: everywhere. */
  readonly where?: Where
  /** Default: both. */
  readonly kind?: Access['kind']
  /** How many accesses go well first. Default 0. */
  readonly skip?: number
  /** How many then fail. Default 1; Infinity: all. */
  readonly times?: number
  /**
   * `error`: the access throws ERR_IO_FAULT, and the device doesn't see it. `unplugged`: the device doesn't see it, a read
   * answers all ones. A function: what is read or written becomes what it returns.
   */
  readonly effect: 'error' | 'unplugged' | ((value: Word) => Word)
}

/** Faults that are still to come, in the order in which they were injected. */
export class Faults {
  readonly #waiting: { readonly fault: Fault; skip: number; times: number }[] = []

  add(fault: Fault): void {
    checkObject('inject', fault, ['where', 'kind', 'skip', 'times', 'effect'])
    const { skip = 0, times = 1, effect } = fault
    for (const [name, count] of Object.entries({ skip, times })) {
      if (!((Number.isInteger(count) || count === Number.POSITIVE_INFINITY) && count >= 0))
        throw badArgument(`inject: ${name}`, count, 'a whole number, 0 or more')
    }
    if (typeof effect !== 'function' && effect !== 'error' && effect !== 'unplugged')
      throw badArgument('inject: effect', effect, "'error', 'unplugged' or a function of the value")
    this.#waiting.push({ fault, skip, times })
  }

  clear(): void {
    this.#waiting.length = 0
  }

  /** What happens to an access; undefined: nothing. */
  strike(kind: Access['kind'], offset: number, width: number): Fault['effect'] | undefined {
    for (const waiting of this.#waiting) {
      const { fault } = waiting
      const other = fault.where && (fault.where.offset !== offset || fault.where.width !== width)
      if (other || (fault.kind ?? kind) !== kind || waiting.times === 0) continue
      if (waiting.skip > 0) {
        waiting.skip--
        continue
      }
      waiting.times--
      return fault.effect
    }
    return undefined
  }
}
