import { copyRange } from '../access/copy-range.js'
import { badArgument, checkObject, checkSignal } from '../system/errors.js'

export interface TransferOptions {
  /** Ends the transfer; the promise is rejected with its reason, once neither memory is touched any more. */
  signal?: AbortSignal
  /**
   * Told how far it is, in bytes, after each part of some milliseconds. The transfer waits for a promise that it returns; what it
   * throws, or that is rejected with, ends the transfer.
   */
  onProgress?: (done: number, total: number) => unknown
  /** As CopyOptions has it: exact accesses of this many bytes, for registers and FIFOs. Default: as fast as can be. */
  width?: 1 | 2 | 4 | 8
}

/** A transfer's options, read once. */
export interface CheckedOptions {
  readonly signal: AbortSignal | undefined
  readonly onProgress: TransferOptions['onProgress']
  /** 0: none was asked for. */
  readonly width: number
}

/** Throws ERR_IO_ARGUMENT, ERR_IO_WIDTH, and ERR_IO_ALIGN if `length` is no multiple of the width. */
export const checkTransfer = (call: string, length: number, options: TransferOptions): CheckedOptions => {
  checkObject(call, options, ['signal', 'onProgress', 'width'])
  const { signal, onProgress, width: asked } = options
  checkSignal(call, signal)
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw badArgument(`${call}: options.onProgress`, onProgress, 'a function')
  const { width } = copyRange(call, asked === undefined ? { length } : { length, width: asked }, () => length)
  return { signal, onProgress, width }
}
