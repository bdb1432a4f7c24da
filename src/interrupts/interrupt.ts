import { badArgument, checkObject, checkSignal, IoMappingError } from '../system/errors.js'
import { quietly } from '../system/quietly.js'
import type { InterruptSource } from './source.js'
import { Waiter } from './waiter.js'

export interface WaitOptions {
  /** How long to wait at most, in milliseconds. Default Infinity: for ever. */
  timeout?: number
  /** Ends the wait; the promise is rejected with its reason. */
  signal?: AbortSignal
}

/**
 * An interrupt of a device. The event loop waits for it, no thread; a program goes on only while someone waits. Those that
 * come between two waits are counted, none is lost.
 *
 * One that its driver or the kernel masks when it comes (INTx; UIO) is let through again by the next wait: by then the
 * device should have been told that it was heard.
 */
export class Interrupt implements AsyncIterable<number>, Disposable {
  /** How messages call it. */
  readonly name: string
  readonly #source: InterruptSource
  readonly #waiters = new Set<Waiter>()
  #told = 0
  /** Those that were taken, and nobody was told of yet. */
  #untold = 0
  /** Whether one came since it was last let through. */
  #isHeld = false
  /** Why it has ended; undefined while it has not. */
  #ended: { readonly reason: unknown; readonly byOwner: boolean } | undefined
  #forget: (() => void) | undefined
  readonly #keeps: boolean

  /**
   * `source` is armed. `signal`, which must not be aborted yet, ends it. `keeps`: whether a program goes on while someone
   * waits. Default true.
   */
  constructor(
    name: string,
    source: InterruptSource,
    { signal, keeps = true }: { signal?: AbortSignal | undefined; keeps?: boolean } = {},
  ) {
    this.name = name
    this.#source = source
    this.#keeps = keeps
    if (!signal) return
    const weak = new WeakRef(this) // one that is dropped is not to be kept by a signal that lives on
    const abort = () => {
      const interrupt = weak.deref()
      if (interrupt) interrupt.#end(signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    this.#forget = () => signal.removeEventListener('abort', abort)
  }

  /** How many came since it was armed. @throws IoMappingError ERR_IO_INTERRUPT if the device is gone */
  get count(): number {
    if (this.#ended === undefined) this.#take()
    if (this.#waiters.size > 0 && this.#untold > 0) this.#settle()
    return this.#told + this.#untold
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#ended !== undefined
  }

  /**
   * Waits for an interrupt, unless one came since the last wait. All who wait at the same time are told of the same ones.
   * @returns how many came since the last wait, 1 or more
   * @throws (rejects) IoMappingError ERR_IO_TIMEOUT, ERR_IO_ARGUMENT; ERR_IO_INTERRUPT: it was closed, or the device is gone;
   * the signal's reason
   */
  wait(options: WaitOptions = {}): Promise<number> {
    // not async: whoever waits would go on two promises later
    try {
      return this.#wait(options)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #wait(options: WaitOptions): Promise<number> {
    const { timeout, signal } = checkOptions(this.name, options)
    signal?.throwIfAborted()
    if (this.#ended !== undefined) throw this.#ended.reason
    this.#letThrough()
    this.#take()
    if (this.#untold > 0) return Promise.resolve(this.#settle())
    this.#source.listen(this.#came, this.#keeps)
    const waiter = new Waiter(timeout, signal, this.#late, () => this.#leave(waiter))
    this.#waiters.add(waiter)
    return waiter.promise
  }

  /** Counts, as `wait` gives them, until it is closed. Leaving the loop does not close it. @throws as `wait` */
  async *[Symbol.asyncIterator](): AsyncGenerator<number, void> {
    for (;;) {
      let count: number
      try {
        count = await this.wait()
      } catch (error) {
        if (this.#ended?.byOwner) return
        throw error
      }
      yield count
    }
  }

  /** Keeps it from coming; `unmask`, or the next wait after one has come, lets it through again. @throws IoMappingError ERR_IO_INTERRUPT */
  mask(): void {
    this.#check('mask')
    if (!this.#source.mask)
      throw new IoMappingError(
        'ERR_IO_INTERRUPT',
        `mask: ${this.name} can't be masked; its device may have a register for that`,
      )
    this.#source.mask()
  }

  /** Lets it through again. @throws IoMappingError ERR_IO_INTERRUPT */
  unmask(): void {
    this.#check('unmask')
    this.#isHeld = true
    this.#letThrough()
  }

  /** Ends it; whoever waits is rejected. Again, it does nothing. */
  close(): void {
    this.#end(refuseClosed('wait', this.name), true)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  readonly #came = (count: number, error?: unknown): void => {
    if (this.#ended !== undefined) return
    // nobody has called who could be told of an error, but those who wait
    if (error === undefined) this.#add(count)
    else this.#end(error)
    this.#settle()
  }

  /** Tells those who wait of what was taken. @returns how many, which they are told */
  #settle(): number {
    const count = this.#untold
    this.#told += count
    this.#untold = 0
    for (const each of this.#waiters) each.resolve(count)
    this.#waiters.clear()
    return count
  }

  #take(): void {
    try {
      this.#add(this.#source.take())
    } catch (error) {
      this.#end(error)
      throw error
    }
    // those who wait are told by who took it: it comes to the event loop no more
    if (this.#untold > 0 && this.#waiters.size > 0) this.#source.unlisten()
  }

  #add(count: number): void {
    if (count > 0) this.#isHeld = true
    this.#untold += count
  }

  #letThrough(): void {
    if (!this.#isHeld) return
    this.#source.rearm?.()
    this.#isHeld = false
  }

  readonly #late = (timeout: number): IoMappingError => {
    const whyNone = quietly(() => this.#source.whyNone?.()) ?? ALLOW_MORE
    return new IoMappingError(
      'ERR_IO_TIMEOUT',
      `wait: ${this.name} did not come in ${timeout} ms. ${whyNone}`,
    )
  }

  /** One that waits does so no longer. */
  #leave(waiter: Waiter): void {
    this.#waiters.delete(waiter)
    if (this.#waiters.size === 0 && this.#ended === undefined) this.#source.unlisten()
  }

  #check(call: string): void {
    if (this.#ended !== undefined) throw refuseClosed(call, this.name)
  }

  #end(reason: unknown, byOwner = false): void {
    if (this.#ended !== undefined) return
    this.#ended = { reason, byOwner }
    this.#forget?.()
    const left = [...this.#waiters]
    this.#waiters.clear()
    for (const each of left) each.reject(reason)
    this.#source.close()
  }
}

const ALLOW_MORE =
  'Allow it more time by options.timeout, or see whether the device is to interrupt, and whether the last one was acknowledged'

const refuseClosed = (call: string, name: string): IoMappingError =>
  new IoMappingError('ERR_IO_INTERRUPT', `${call}: ${name} was closed; ask its device for it anew`)

const checkOptions = (name: string, options: WaitOptions) => {
  checkObject('wait', options, ['timeout', 'signal'])
  const { timeout = Number.POSITIVE_INFINITY, signal } = options
  if (typeof timeout !== 'number' || !(timeout >= 0))
    throw badArgument(`wait for ${name}: options.timeout`, timeout, 'milliseconds, 0 or more, or Infinity')
  checkSignal('wait', signal)
  return { timeout, signal }
}
