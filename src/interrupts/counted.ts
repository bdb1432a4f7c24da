import { constants } from 'node:os'
import type { Descriptor } from '../system/descriptor.js'
import { native, type Poll } from '../system/native.js'
import { systemError } from '../system/system-error.js'
import type { Came, InterruptSource } from './source.js'

/** How a descriptor counts: an eventfd gives how many came since it was last read, UIO how many came in all, modulo 2^32. */
export type Counting = { readonly width: 8 } | { readonly width: 4; readonly tally: Float64Array }

/** What the addon adds to what it takes: native/counts.h. `last`: UIO's number, from which it counts. */
export const tallyFrom = (last = 0): Float64Array => new Float64Array([0, last])

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
  readonly #tally: Float64Array
  /** What the error of a read is to users. */
  readonly #explain: (error: unknown) => unknown
  readonly #gate: Gate | undefined
  #poll: Poll | undefined
  /** Who waits, or waited last. Through #tell the addon holds it, and this, while it waits; at other times nobody outside does. */
  #came: Came = () => {}

  /** Owns `descriptor` from here on. `gate`: of one that is shut when it comes. */
  constructor(descriptor: Descriptor, counting: Counting, explain: (error: unknown) => unknown, gate?: Gate) {
    this.#descriptor = descriptor
    this.#width = counting.width
    this.#tally = counting.width === 4 ? counting.tally : tallyFrom()
    this.#explain = explain
    if (!gate) return
    this.#gate = gate
    this.rearm = () => gate.set(true)
    this.mask = () => gate.set(false)
  }

  get total(): number {
    return this.#tally[0] as number
  }

  take(): unknown {
    return this.#errorOf(native.takeCount(this.#descriptor.fd, this.#width, this.#tally))
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

  // without an errno it was lost: what came is counted, and an error is told again
  readonly #tell = (errno = 0): void => this.#came(this.#errorOf(errno))

  /** Why no more will come, by what reading has answered. */
  #errorOf(errno: number): unknown {
    return errno === 0 || errno === constants.errno.EAGAIN
      ? undefined
      : this.#explain(systemError(errno, 'read'))
  }

  get #opened(): Poll {
    if (this.#poll) return this.#poll
    const { fd } = this.#descriptor
    const poll = native.createPoll(fd, this.#width, this.#tally, this.#descriptor, this.#tell)
    if (typeof poll === 'number') throw this.#explain(systemError(-poll, 'epoll_ctl'))
    this.#poll = poll
    return poll
  }
}
