import { constants } from 'node:os'
import type { Descriptor } from '../system/descriptor.js'
import { native, type Poll } from '../system/native.js'
import { systemError } from '../system/system-error.js'
import type { Came, InterruptSource } from './source.js'

/** How a descriptor counts: an eventfd gives how many came since it was last read, UIO how many came in all, modulo 2^32. */
export type Counting = { readonly width: 8 } | { readonly width: 4; readonly from: number }

/** Lets a device interrupt, or keeps it from that. */
export interface Gate {
  /** May throw. */
  set(open: boolean): void
  /** Gives back what that needs. Never fails. */
  close?(): void
}

/** Interrupts that the kernel counts in a descriptor. */
export class CountedSource implements InterruptSource {
  readonly rearm?: () => void
  readonly mask?: () => void
  readonly #descriptor: Descriptor
  readonly #width: 4 | 8
  /** What the error of a read is to users. */
  readonly #explain: (error: unknown) => unknown
  readonly #gate: Gate | undefined
  #total: number
  #poll: Poll | undefined
  // the addon holds it while someone waits; else this does
  #came: Came = () => {}

  /** Owns `descriptor` from here on. `gate`: of one that is shut when it comes. */
  constructor(descriptor: Descriptor, counting: Counting, explain: (error: unknown) => unknown, gate?: Gate) {
    this.#descriptor = descriptor
    this.#width = counting.width
    this.#total = counting.width === 4 ? counting.from : 0
    this.#explain = explain
    if (!gate) return
    this.#gate = gate
    this.rearm = () => gate.set(true)
    this.mask = () => gate.set(false)
  }

  take(): number {
    return this.#since(native.takeCount(this.#descriptor.fd, this.#width))
  }

  listen(came: Came, keeps: boolean): void {
    this.#came = came
    const errno = native.waitPoll(this.#opened, keeps ? 1 : 0)
    if (errno !== 0) throw this.#explain(systemError(errno, 'epoll_ctl'))
  }

  unlisten(): void {
    if (this.#poll) native.stopPoll(this.#poll)
  }

  close(): void {
    if (this.#poll) native.closePoll(this.#poll)
    this.#gate?.close?.()
    this.#descriptor.close()
  }

  readonly #tell = (taken = -constants.errno.ENOMEM): void => {
    let count: number
    try {
      count = this.#since(taken)
    } catch (error) {
      this.#came(0, error)
      return
    }
    this.#came(count)
  }

  /** How many came since the last time, of what was read: a count, or an errno value below 0. */
  #since(taken: number): number {
    if (taken === -constants.errno.EAGAIN) return 0
    if (taken < 0) throw this.#explain(systemError(-taken, 'read'))
    if (this.#width === 8) return taken
    const came = (taken - this.#total) >>> 0
    this.#total = taken
    return came
  }

  get #opened(): Poll {
    if (this.#poll) return this.#poll
    const poll = native.createPoll(this.#descriptor.fd, this.#width, this.#descriptor, this.#tell)
    if (typeof poll === 'number') throw this.#explain(systemError(-poll, 'epoll_ctl'))
    this.#poll = poll
    return poll
  }
}
