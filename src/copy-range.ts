import { badArgument, IoMappingError } from './errors.js'
import { hex, isByteCount } from './numbers.js'
import { IS_32_BIT } from './page.js'

export interface CopyOptions {
  /** Where in the window it starts, in bytes. Default 0. */
  offset?: number
  /** In bytes. Default: all of the target or source; for `fill`, to the window's end. */
  length?: number
  /**
   * Touch each element once, in ascending order, by one access of this many bytes: for registers and FIFOs. Offset and
   * length must be multiples of it. Without it the copy is as fast as can be, of whatever widths: for memory.
   */
  width?: 1 | 2 | 4 | 8
}

/** The bytes of what a copy reads from or writes to. */
export const bytesOf = (call: string, name: string, data: ArrayBufferView | ArrayBufferLike): Uint8Array => {
  if (data instanceof Uint8Array) return data
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  if (data instanceof ArrayBuffer || data instanceof SharedArrayBuffer) return new Uint8Array(data)
  throw badArgument(
    `${call}: ${name}`,
    data,
    'a typed array, a DataView, an ArrayBuffer or a SharedArrayBuffer',
  )
}

/** Checks a copy's options: width 0 if none was asked for. `available`: how many bytes there are at the other side. */
export const copyRange = (
  call: string,
  options: CopyOptions,
  available: number,
): { offset: number; length: number; width: number } => {
  const { offset = 0, length = available, width = 0 } = options
  if (width !== 0 && ![1, 2, 4, 8].includes(width))
    throw badArgument(`${call}: options.width`, width, '1, 2, 4 or 8')
  if (width === 8 && IS_32_BIT) {
    throw new IoMappingError(
      'ERR_IO_WIDTH',
      `${call}: a 32-bit process can't access 64 bits at once; use width 4`,
    )
  }
  if (!isByteCount(length) || length > available) {
    throw new IoMappingError(
      'ERR_IO_RANGE',
      `${call}: options.length is ${typeof length === 'number' ? hex(length) : String(length)}; ` +
        `it must be a whole number of bytes, ${hex(available)} at most`,
    )
  }
  if (width !== 0 && length % width !== 0) {
    throw new IoMappingError(
      'ERR_IO_ALIGN',
      `${call}: ${hex(length)} bytes are no multiple of options.width ${width}`,
    )
  }
  return { offset, length, width }
}

/** How many bytes there are from `offset` to the end of `size`; none if it is no offset, which is refused later. */
export const restFrom = (offset: unknown, size: number): number =>
  offset === undefined ? size : isByteCount(offset) && offset < size ? size - offset : 0
