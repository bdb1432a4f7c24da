/** The longest delay that a timer takes, in milliseconds: 24 days. What is longer, nobody sees the end of. */
const DELAY_MAX = 2 ** 31 - 1

/** One that waits for an interrupt: settled once, by it, by the time, or by a signal. */
export class Waiter {
  readonly promise: Promise<number>
  resolve!: (count: number) => void
  reject!: (reason: unknown) => void

  /** `leave`: called when it ends by itself; `late` makes the error for the end of its time, in milliseconds. */
  constructor(
    timeout: number,
    signal: AbortSignal | undefined,
    late: (timeout: number) => unknown,
    leave: () => void,
  ) {
    const giveUp = (reason: unknown) => {
      this.reject(reason)
      leave()
    }
    const abort = () => giveUp(signal?.reason)
    const timer = timeout <= DELAY_MAX ? setTimeout(() => giveUp(late(timeout)), timeout) : undefined
    const settled = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
    signal?.addEventListener('abort', abort, { once: true })
    this.promise = new Promise((resolve, reject) => {
      this.resolve = count => {
        settled()
        resolve(count)
      }
      this.reject = reason => {
        settled()
        reject(reason)
      }
    })
  }
}
