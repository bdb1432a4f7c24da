import { badArgument, checkObject, checkSignal, IoMappingError } from '../system/errors.js'
import { timers } from '../system/host.js'
import { quietly } from '../system/quietly.js'
import { onAbort } from './signals.js'
import type { InterruptSource } from './source.js'
import { Waiter } from './waiter.js'

export interface WaitOptions {
  /** How long to wait at most, in milliseconds. Default Infinity: for ever. */
  timeout?: number
  /** Ends the wait; the promise is rejected with its reason. */
  signal?: AbortSignal
}

// one that is dropped is nothing to the signal that would have ended it
const dropped = new FinalizationRegistry<() => void>(forget => quietly(forget))

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
  /** How many of the source's total those who waited were told of. */
  #told = 0
  /** The source's total when it was last let through: one came since, if that is more now. */
  #through = 0
  /** What is to settle those who wait, at a turn of the event loop. */
  #settling: NodeJS.Immediate | undefined
  /** Why it has ended; undefined while it has not. */
  #ended: { readonly reason: unknown; readonly byOwner: boolean } | undefined
  #isDone = false
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
    this.#forget = onAbort(signal, () => {
      const interrupt = weak.deref()
      if (interrupt) interrupt.#end(signal.reason)
    })
    dropped.register(this, this.#forget)
  }

  /**
   * How many came since it was armed: it takes those that came until now. Those who wait are told of them at the next turn of the event
   * loop; else the next wait is. @throws IoMappingError ERR_IO_INTERRUPT if the device is gone
   */
  get count(): number {
    if (this.#ended === undefined) {
      // first: what this takes wakes the event loop no more, and what follows may be cut short
      if (this.#waiters.size > 0) this.#settling ??= timers.setImmediate(this.#settleTaken)
      this.#take()
    }
    return this.#source.total
  }

  /** Whether it has ended: by `close`, its signal or its device's close, or since the device is gone. */
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
    if (this.#ended !== undefined) {
      this.#end(undefined)
      throw this.#ended.reason
    }
    // those who wait already are told with this one
    if (this.#waiters.size === 0) {
      // not let through: what nobody was told of yet, nobody has acknowledged
      if (this.#source.total === this.#told) {
        if (this.#source.total > this.#through) this.#letThrough()
        this.#take()
      }
      if (this.#source.total > this.#told) return this.#tellOne()
    }
    return this.#join(timeout, signal)
  }

  /** Tells one who need not wait. The count is told in the last step that could be cut short: with the promise that has it. */
  #tellOne(): Promise<number> {
    const { total } = this.#source
    const promise = Promise.resolve(total - this.#told)
    this.#told = total
    return promise
  }

  #join(timeout: number, signal: AbortSignal | undefined): Promise<number> {
    const waiter = new Waiter()
    try {
      waiter.limit(timeout, signal, this.#giveUp, this.#late)
      // the signal's methods may be anyone's, and have done anything
      signal?.throwIfAborted()
      if (this.#ended !== undefined) throw this.#ended.reason
      this.#source.listen(this.#came, this.#keeps)
    } catch (error) {
      waiter.drop()
      if (this.#waiters.size === 0 && this.#ended === undefined) this.#source.unlisten()
      throw error
    }
    // nothing from here on can be cut short: one that waits has been given its promise, and one that was not does not wait
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
    this.#letThrough()
  }

  /** Ends it; whoever waits is rejected. Again, it does nothing, but what was cut short. */
  close(): void {
    this.#end(refuseClosed('wait', this.name), true)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  readonly #came = (error?: unknown): void => {
    if (this.#ended !== undefined) return
    // nobody has called who could be told of an error, but those who wait
    if (error !== undefined) this.#end(error)
    else if (!this.#settle() && this.#waiters.size > 0) this.#listenOn()
  }

  #listenOn(): void {
    try {
      this.#source.listen(this.#came, this.#keeps)
    } catch (error) {
      this.#end(error)
    }
  }

  readonly #settleTaken = (): void => {
    this.#settling = undefined
    if (this.#ended === undefined && this.#settle()) this.#source.unlisten()
  }

  /** Tells those who wait of what was taken. The event loop calls it, which nothing cuts short. @returns whether there was anything to tell */
  #settle(): boolean {
    const { total } = this.#source
    const count = total - this.#told
    if (count === 0 || this.#waiters.size === 0) return false
    this.#told = total
    for (const each of this.#waiters) each.resolve(count)
    this.#waiters.clear()
    return true
  }

  #take(): void {
    const error = this.#source.take()
    if (error === undefined) return
    this.#end(error)
    throw error
  }

  #letThrough(): void {
    const { total } = this.#source
    this.#source.rearm?.()
    this.#through = total
  }

  readonly #late = (timeout: number): IoMappingError => {
    const whyNone = quietly(() => this.#source.whyNone?.()) ?? ALLOW_MORE
    return new IoMappingError(
      'ERR_IO_TIMEOUT',
      `wait: ${this.name} did not come in ${timeout} ms. ${whyNone}`,
    )
  }

  readonly #giveUp = (waiter: Waiter, reason: unknown): void => {
    if (!this.#waiters.has(waiter)) return // it was cut short before anyone had its promise
    waiter.reject(reason)
    this.#waiters.delete(waiter)
    if (this.#waiters.size === 0 && this.#ended === undefined) this.#source.unlisten()
  }

  #check(call: string): void {
    if (this.#ended !== undefined) throw refuseClosed(call, this.name)
  }

  /** What is cut short, the next call does. */
  #end(reason: unknown, byOwner = false): void {
    this.#ended ??= { reason, byOwner }
    if (this.#isDone) return
    if (this.#forget) quietly(this.#forget) // the signal's methods may be anyone's
    for (const each of this.#waiters) {
      each.reject(this.#ended.reason)
      this.#waiters.delete(each)
    }
    this.#source.close()
    this.#isDone = true
  }
}

const ALLOW_MORE =
  'Allow it more time by options.timeout, or see whether the device is to interrupt, and whether the last one was acknowledged'

const refuseClosed = (call: string, name: string): IoMappingError =>
  new IoMappingError('ERR_IO_INTERRUPT', `${call}: ${name} was closed, or its device; ask for it anew`)

const checkOptions = (name: string, options: WaitOptions) => {
  checkObject('wait', options, ['timeout', 'signal'])
  const { timeout = Number.POSITIVE_INFINITY, signal } = options
  if (typeof timeout !== 'number' || !(timeout >= 0))
    throw badArgument(`wait for ${name}: options.timeout`, timeout, 'milliseconds, 0 or more, or Infinity')
  checkSignal('wait', signal)
  return { timeout, signal }
}
