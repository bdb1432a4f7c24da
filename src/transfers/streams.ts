// IoMapping.createReadStream and createWriteStream: Node streams over readAsync and writeAsync.
import { Readable, Writable } from 'node:stream'
import { badArgument, checkObject, checkSignal, IoMappingError } from '../system/errors.js'
import { isByteCount } from '../system/numbers.js'
import type { MappingCore } from '../window/mapping-core.js'
import { readAsync, writeAsync } from './async.js'
import { checkTransfer, type TransferOptions } from './options.js'
import { checkRange, type Mapper } from './transfer.js'

export interface StreamOptions {
  /** Destroys the stream. */
  signal?: AbortSignal
  /** As CopyOptions has it: exact accesses of this many bytes. */
  width?: 1 | 2 | 4 | 8
  /**
   * How much a reading stream reads at a time, and ahead; how much a writing one takes before it asks to wait. In bytes,
   * 8 or more. Default 256 KiB.
   */
  highWaterMark?: number
}

/** What a stream needs of an IoMapping. */
export interface Streamed extends Mapper {
  readonly size: number
}

const AT_A_TIME = 256 * 1024
const WIDEST = 8

export const createReadStream = (
  mapping: Streamed,
  core: MappingCore,
  offset: number,
  asked: number | undefined,
  options: StreamOptions,
): Readable => {
  const call = 'createReadStream'
  const length = asked ?? mapping.size - offset
  checkRange(core, call, offset, length, false)
  const { transfers, stream } = check(call, options)
  checkTransfer(call, length, transfers)
  const step = stream.highWaterMark - (stream.highWaterMark % WIDEST)
  const end = offset + length
  const running = new Running(transfers)
  let at = offset
  return new Readable({
    ...stream,
    read() {
      const count = Math.min(step, end - at)
      if (count === 0) {
        this.push(null)
        return
      }
      running
        .start(settings => readAsync(mapping, core, at, count, settings, call))
        .then(
          bytes => {
            at += count
            this.push(bytes)
          },
          error => this.destroy(error),
        )
    },
    destroy: (error, done) => running.end(() => done(error)),
  })
}

export const createWriteStream = (
  mapping: Streamed,
  core: MappingCore,
  offset: number,
  options: StreamOptions,
): Writable => {
  const call = 'createWriteStream'
  checkRange(core, call, offset, mapping.size - offset, true)
  const { transfers, stream } = check(call, options)
  const width = transfers.width ?? 1
  checkTransfer(call, 0, transfers)
  const running = new Running(transfers)
  let at = offset
  let rest = new Uint8Array(0) // what came last and fills no element of `width`

  const write = async (chunk: Uint8Array): Promise<void> => {
    const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const whole = all.length - (all.length % width)
    rest = Uint8Array.from(all.subarray(whole))
    if (whole === 0) return
    await running.start(settings => writeAsync(mapping, core, at, all.subarray(0, whole), settings, call))
    at += whole
  }
  return new Writable({
    ...stream,
    write: (chunk, _encoding, done) => void write(chunk).then(() => done(), done),
    final: done => done(rest.length === 0 ? null : refuseRest(call, rest.length, width)),
    destroy: (error, done) => running.end(() => done(error)),
  })
}

/** The one transfer that a stream has under way. */
class Running {
  readonly #stop = new AbortController()
  readonly #options: TransferOptions
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: TransferOptions) {
    this.#options = { ...options, signal: this.#stop.signal }
  }

  start<T>(begin: (options: TransferOptions) => Promise<T>): Promise<T> {
    const begun = begin(this.#options)
    this.#last = begun.catch(() => {})
    return begun
  }

  /** Has it end, and says so when it has: a stream is closed when nothing is touched any more. */
  end(then: () => void): void {
    this.#stop.abort()
    void this.#last.then(then)
  }
}

const check = (
  call: string,
  options: StreamOptions,
): { transfers: TransferOptions; stream: { signal?: AbortSignal; highWaterMark: number } } => {
  checkObject(call, options, ['signal', 'width', 'highWaterMark'])
  const { signal, width, highWaterMark = AT_A_TIME } = options
  checkSignal(call, signal)
  if (!isByteCount(highWaterMark) || highWaterMark < WIDEST)
    throw badArgument(`${call}: options.highWaterMark`, highWaterMark, `${WIDEST} to 2^53 - 1 bytes`)
  return {
    transfers: width === undefined ? {} : { width },
    stream: signal === undefined ? { highWaterMark } : { signal, highWaterMark },
  }
}

const refuseRest = (call: string, rest: number, width: number): IoMappingError =>
  new IoMappingError(
    'ERR_IO_ALIGN',
    `${call}: the stream ended with ${rest} bytes that fill no element of options.width ${width}: they are not written`,
  )
