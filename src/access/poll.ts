// The kernel's readl_poll_timeout: reads a register again and again until it is ready.
import { setImmediate, setTimeout } from 'node:timers/promises'
import { badArgument, checkObject, checkSignal, IoMappingError } from '../system/errors.js'
import { DELAY_MAX } from '../system/host.js'
import { hex } from '../system/numbers.js'

export interface PollOptions {
  /** How long to wait at most, in milliseconds; Infinity waits for ever. Default 1,000. */
  timeout?: number
  /** From one read to the next, in milliseconds. Default 0: a read at each turn of the event loop. */
  interval?: number
  /** Ends the wait; the promise is rejected with its reason. */
  signal?: AbortSignal
}

/** A poll, as its caller describes it. */
export interface Poll<T> {
  /** Its name, for messages. */
  readonly call: string
  /** What is waited for, for messages. */
  readonly what: string
  /** One bus read. */
  readonly read: () => T
  readonly ready: (value: T) => unknown
  readonly options: PollOptions | undefined
  /** A value, for messages. Default: as a number. */
  readonly format?: (value: T) => string
}

/**
 * Waits until `ready` says so of a value that was read. The first read is made at once; one is made after the time is
 * up, so that a process that was held up doesn't fail a device that was in time.
 * @returns the value that was ready
 */
export const poll = async <T>(asked: Poll<T>): Promise<T> => {
  const { call, what, read, ready, format = hex } = asked
  const { timeout, interval, signal } = checkOptions(asked)
  const end = performance.now() + timeout
  for (let reads = 1; ; reads++) {
    signal?.throwIfAborted()
    const left = end - performance.now()
    const value = read()
    if (isReady(call, ready(value))) return value
    if (left <= 0) {
      throw new IoMappingError(
        'ERR_IO_TIMEOUT',
        `${call}: ${what} was not ready in ${timeout} ms; the last of ${reads} reads gave ${format(value)}. ` +
          'Allow it more time by options.timeout, or see why the device does not answer',
      )
    }
    await pause(Math.min(interval, left), signal)
  }
}

/** A window's `pollN`, `call`. */
export const pollAt = <T>(
  call: string,
  offset: number,
  read: () => T,
  ready: (value: T) => unknown,
  options: PollOptions | undefined,
): Promise<T> => poll({ call, what: `offset ${hex(offset)}`, read, ready, options })

/** Aborted, it just ends: the next turn tells. */
const pause = async (milliseconds: number, signal: AbortSignal | undefined): Promise<void> => {
  const settings = signal && { signal }
  await (milliseconds > 0
    ? setTimeout(milliseconds, undefined, settings)
    : setImmediate(undefined, settings)
  ).catch(() => {})
}

const isReady = (call: string, answer: unknown): boolean => {
  if (typeof (answer as PromiseLike<unknown> | undefined)?.then !== 'function') return Boolean(answer)
  throw badArgument(
    `${call}: what ready returned`,
    answer,
    'true or false, at once: a promise would always count as ready',
  )
}

const checkOptions = <T>({ call, ready, options = {} }: Poll<T>) => {
  if (typeof ready !== 'function') throw badArgument(`${call}: ready`, ready, 'a function of the value read')
  checkObject(call, options, ['timeout', 'interval', 'signal'])
  const { timeout = 1000, interval = 0, signal } = options
  if (typeof timeout !== 'number' || !(timeout >= 0))
    throw badArgument(`${call}: options.timeout`, timeout, 'milliseconds, 0 or more, or Infinity')
  if (typeof interval !== 'number' || !(interval >= 0 && interval <= DELAY_MAX))
    throw badArgument(`${call}: options.interval`, interval, `milliseconds, 0 to ${DELAY_MAX}`)
  checkSignal(call, signal)
  return { timeout, interval, signal }
}
