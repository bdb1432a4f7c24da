import { IoMappingError } from '../system/errors.js'
import { isRange } from '../system/numbers.js'
import { PAGE_SIZE } from '../system/page.js'
import { checkFault } from '../window/check-fault.js'
import { addressOf } from '../window/copies.js'
import type { MappingCore } from '../window/mapping-core.js'
import { checkGaps, refuseEnded, refuseTransfer } from '../window/mapping-refusals.js'
import { refuseWrite } from '../window/refusals.js'
import type { Kind, Window } from '../window/window.js'
import type { CheckedOptions } from './options.js'
import { Slices } from './slices.js'

/** How much is mapped at a time, in bytes: no strategy needs more address space for a transfer. */
const PIECE = 1024 ** 2

/** What a transfer needs of an IoMapping. */
export interface Mapper {
  readonly base: number
  mapAs(kind: Kind, call: string, offset: number, length: number): Window & Disposable
}

export interface Transfer {
  readonly mapping: Mapper
  readonly core: MappingCore
  readonly call: string
  /** Where in the mapping it starts, and how much it is, in bytes. */
  readonly offset: number
  readonly length: number
  readonly toDevice: boolean
  readonly options: CheckedOptions
  /** The other side: the `length` bytes of it that come after `done`; in memory that no one else can take away. */
  readonly bytesAt: (done: number, length: number) => Uint8Array
}

/** Copies in Node's thread pool, in slices of some milliseconds. Throws as IoMapping.readAsync says. */
export const transfer = async (asked: Transfer): Promise<void> => {
  const { core, length, options } = asked
  options.signal?.throwIfAborted()
  const slices = new Slices()
  const stop = () => slices.stop()
  core.transfers.add(slices)
  options.signal?.addEventListener('abort', stop)
  try {
    for (let done = 0; done < length; ) done += await copyPiece(asked, slices, done)
  } finally {
    options.signal?.removeEventListener('abort', stop)
    core.transfers.delete(slices)
  }
}

/** What a transfer of `[offset, offset + length)` is refused for before anything else is looked at. */
export const checkRange = (
  core: MappingCore,
  call: string,
  offset: number,
  length: number,
  toDevice: boolean,
): void => {
  if (core.isEnded()) throw refuseEnded(core, call)
  checkFault(core, call, false)
  if (!isRange(offset, length, core.limit)) throw refuseTransfer(core, call, offset, length)
  checkGaps(core, call, offset, length)
  if (toDevice && !core.writable) throw refuseWrite(core, call)
}

/** Copies as much as is mapped at a time; how much that was. */
const copyPiece = async (asked: Transfer, slices: Slices, done: number): Promise<number> => {
  const { core, call, length, toDevice, options, bytesAt } = asked
  using window = mapPiece(asked, done)
  const bytes = bytesAt(done, window.length)
  for (let at = 0; at < window.length; ) {
    at += await slices.run({
      address: addressOf(window, call, at, window.length - at, options.width),
      bytes: bytes.subarray(at),
      how: options.width || core.copies,
      toDevice,
      arrays: window.arrays,
    })
    if (core.isEnded()) throw refuseEnded(core, call)
    await options.onProgress?.(done + at, length)
    options.signal?.throwIfAborted()
    if (core.isEnded()) throw refuseEnded(core, call) // by onProgress, or while it was waited for
  }
  return window.length
}

/** Maps what comes next: where there are not so many slots in a row, less, down to what there is of one page. */
const mapPiece = ({ mapping, call, offset, length }: Transfer, done: number): Window & Disposable => {
  const left = length - done
  const inPage = PAGE_SIZE - ((mapping.base + offset + done) % PAGE_SIZE)
  for (let size = PIECE; ; size /= 2) {
    const isLast = size < PAGE_SIZE
    try {
      return mapping.mapAs('map', call, offset + done, Math.min(isLast ? inPage : size, left))
    } catch (error) {
      const isFull = error instanceof IoMappingError && error.code === 'ERR_IO_SLOTS'
      if (!isFull || isLast) throw error
    }
  }
}
