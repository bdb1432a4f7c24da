import { IoMappingError } from '../system/errors.js'

/** The longest delay that a timer takes, in milliseconds: 24 days. What is longer, nobody sees the end of. */
const DELAY_MAX = 2 ** 31 - 1

/** One that waits for an interrupt: settled once, by it, by the time, or by a signal. */
export class Waiter {
  readonly promise: Promise<number>
  resolve!: (count: number) => void
  reject!: (reason: unknown) => void

  /** `leave`: called when it ends by itself. */
  constructor(name: string, timeout: number, signal: AbortSignal | undefined, leave: () => void) {
    const giveUp = (reason: unknown) => {
      this.reject(reason)
      leave()
    }
    const abort = () => giveUp(signal?.reason)
    const timer =
      timeout <= DELAY_MAX ? setTimeout(() => giveUp(refuseLonger(name, timeout)), timeout) : undefined
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

const refuseLonger = (name: string, timeout: number): IoMappingError =>
  new IoMappingError(
    'ERR_IO_TIMEOUT',
    `wait: ${name} did not come in ${timeout} ms. Allow it more time by options.timeout, or see whether the device is to ` +
      'interrupt, and whether the last one was acknowledged',
  )
