import { DELAY_MAX, timers } from '../system/host.js'
import { quietly } from '../system/quietly.js'
import { onAbort } from './signals.js'

/** One that waits for an interrupt: settled once. */
export class Waiter {
  readonly promise: Promise<number>
  #resolve!: (count: number) => void
  #reject!: (reason: unknown) => void
  #timer: NodeJS.Timeout | undefined
  #forget: (() => void) | undefined

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  /**
   * Has `giveUp` called, with the reason, when the time is up or the signal is aborted. `late` makes the error for the end of its time, in
   * milliseconds. Throws what the signal's own methods throw.
   */
  limit(
    timeout: number,
    signal: AbortSignal | undefined,
    giveUp: (waiter: Waiter, reason: unknown) => void,
    late: (timeout: number) => unknown,
  ): void {
    if (signal) this.#forget = onAbort(signal, () => giveUp(this, signal.reason))
    // what is longer, nobody sees the end of
    if (timeout <= DELAY_MAX) this.#timer = timers.setTimeout(() => giveUp(this, late(timeout)), timeout)
  }

  resolve(count: number): void {
    this.#resolve(count)
    this.drop()
  }

  reject(reason: unknown): void {
    this.#reject(reason)
    this.drop()
  }

  /** It waits no more for time or signal. Again, it does nothing. */
  drop(): void {
    if (this.#timer) timers.clearTimeout(this.#timer)
    if (this.#forget) quietly(this.#forget) // the signal's methods may be anyone's
  }
}
