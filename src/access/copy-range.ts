import { types } from 'node:util'
import { badArgument, checkObject, IoMappingError } from '../system/errors.js'
import { hex, isByteCount } from '../system/numbers.js'
import { IS_32_BIT, refuseWidth } from '../system/word-size.js'

export interface CopyOptions {
  /** Where in the window it starts, in bytes. Default 0. */
  offset?: number
  /** In bytes. Default: all of the target or source; for `fill`, to the window's end. */
  length?: number
  /**
   * Touch each element once, in ascending order, by one access of this many bytes: for registers and FIFOs. Offset and
   * length must be multiples of it. Without it the copy is for memory: as fast as can be. What is
   * write-combining or uncached is still touched once each byte, in ascending order, by accesses of up to 16 bytes.
   */
  width?: 1 | 2 | 4 | 8
}

const CALLED = ['buffer', 'byteOffset', 'byteLength'] as const
const gettersOf = (prototype: object) =>
  CALLED.map(name => Object.getOwnPropertyDescriptor(prototype, name)?.get as (this: unknown) => never)
const TYPED_ARRAY = gettersOf(Object.getPrototypeOf(Uint8Array.prototype))
const DATA_VIEW = gettersOf(DataView.prototype)
/** Of any typed array; throws if its memory is gone. */
const ELEMENT = Uint8Array.prototype.at

/**
 * The bytes of what a copy reads from or writes to: always a new, plain Uint8Array, made without running anything of the
 * user's, so that a subclass's getters can't free the mapping between the check and the copy.
 */
export const bytesOf = (call: string, name: string, data: ArrayBufferView | ArrayBufferLike): Uint8Array => {
  const isBuffer = types.isAnyArrayBuffer(data) // of whatever realm
  if (!isBuffer && !ArrayBuffer.isView(data)) {
    throw badArgument(
      `${call}: ${name}`,
      data,
      'a typed array, a DataView, an ArrayBuffer or a SharedArrayBuffer',
    )
  }
  try {
    return isBuffer ? new Uint8Array(data) : bytesOfView(data)
  } catch {
    throw badArgument(`${call}: ${name}`, data, 'still there: its buffer was transferred, or has shrunk')
  }
}

/** Throws if the memory is gone. */
const bytesOfView = (view: ArrayBufferView): Uint8Array => {
  const isDataView = types.isDataView(view)
  const [buffer, start, length] = (isDataView ? DATA_VIEW : TYPED_ARRAY).map(get => get.call(view))
  if (length === 0 && !isDataView) ELEMENT.call(view as Uint8Array, 0) // its getters tell of nothing
  return new Uint8Array(buffer as never, start, length)
}

/** A copy's options, read once. */
export interface CopyRange {
  readonly offset: number
  readonly length: number
  /** 0: none was asked for. */
  readonly width: number
}

/** Checks a copy's options. `available`: how many bytes there are at the other side. */
export const copyRange = (
  call: string,
  options: CopyOptions | undefined,
  available: (offset: number) => number,
): CopyRange => {
  const given = options === undefined ? {} : options
  checkObject(call, given, ['offset', 'length', 'width'])
  const { offset = 0, width: element, length: asked } = given
  const most = available(offset)
  const length = asked === undefined ? most : asked
  if (element !== undefined && ![1, 2, 4, 8].includes(element))
    throw badArgument(`${call}: options.width`, element, '1, 2, 4 or 8')
  const width = element ?? 0
  if (width === 8 && IS_32_BIT) throw refuseWidth(call)
  if (!isByteCount(length) || length > most) {
    throw new IoMappingError(
      'ERR_IO_RANGE',
      `${call}: options.length is ${hex(length)}; it must be a whole number of bytes, ${hex(most)} at most`,
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
  isByteCount(offset) && offset < size ? size - offset : 0
