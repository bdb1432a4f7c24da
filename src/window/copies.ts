import { bytesOf, type CopyOptions, copyRange, restFrom } from '../access/copy-range.js'
import { isDeviceMemory } from '../container/exposed.js'
import { native } from '../system/native.js'
import { isByteCount } from '../system/numbers.js'
import { lengthOf, setArray, subArray, typeOf } from '../system/typed-arrays.js'
import { checkFault } from './check-fault.js'
import {
  refuseAlignment,
  refuseLost,
  refuseRange,
  refuseStale,
  refuseValue,
  refuseWrite,
} from './refusals.js'
import type { Window } from './window.js'

/** How many bytes a copy without options has, if its other side is plain: none of what `copyRange` checks can be wrong then; else 0. */
const plainLength = (data: unknown, options: CopyOptions | undefined): number =>
  options === undefined && typeof data === 'object' && data !== null && typeOf(data) === 'Uint8Array'
    ? lengthOf(data as Uint8Array)
    : 0

/** IoMem.copyTo */
export const copyTo = (
  window: Window,
  target: ArrayBufferView | ArrayBufferLike,
  options: CopyOptions | undefined,
): void => {
  const length = plainLength(target, options)
  if (length === 0) copyRangeTo(window, bytesOf('copyTo', 'target', target), options)
  else copyOut(window, target as Uint8Array, 0, length, 0)
}

const copyRangeTo = (window: Window, bytes: Uint8Array, options: CopyOptions | undefined): void => {
  const { offset, length, width } = copyRange('copyTo', options, () => bytes.byteLength)
  copyOut(window, bytes, offset, length, width)
}

const copyOut = (window: Window, bytes: Uint8Array, offset: number, length: number, width: number): void => {
  const address = addressOf(window, 'copyTo', offset, length, width)
  const landing = isDeviceMemory(bytes) ? new Uint8Array(length) : bytes // or it might overlap the window
  if (width === 0 && length <= window.core.v8Copies)
    setArray(landing, window.arrays.part(window.start + offset, length))
  else native.copyFromDevice(address, landing, length, width || window.core.copies)
  checkFault(window.core, 'copyTo')
  if (landing !== bytes) setArray(bytes, landing)
}

/** IoMem.copyFrom */
export const copyFrom = (
  window: Window,
  source: ArrayBufferView | ArrayBufferLike,
  options: CopyOptions | undefined,
): void => {
  const length = plainLength(source, options)
  if (length === 0) copyRangeFrom(window, bytesOf('copyFrom', 'source', source), options)
  else copyIn(window, source as Uint8Array, 0, length, 0)
}

const copyRangeFrom = (window: Window, bytes: Uint8Array, options: CopyOptions | undefined): void => {
  const { offset, length, width } = copyRange('copyFrom', options, () => bytes.byteLength)
  copyIn(window, length < bytes.length ? subArray(bytes, 0, length) : bytes, offset, length, width)
}

/** All of `bytes`. */
const copyIn = (window: Window, bytes: Uint8Array, offset: number, length: number, width: number): void => {
  const address = addressOf(window, 'copyFrom', offset, length, width)
  if (!window.core.writable) throw refuseWrite(window.core, 'copyFrom')
  const data = isDeviceMemory(bytes) ? new Uint8Array(bytes) : bytes
  if (width === 0 && length <= window.core.v8Copies)
    setArray(window.arrays.part(window.start + offset, length), data)
  else native.copyToDevice(address, data, length, width || window.core.copies)
  checkFault(window.core, 'copyFrom')
}

/** IoMem.fill */
export const fill = (window: Window, byte: number, options: CopyOptions | undefined): void => {
  if (typeof byte !== 'number' || (byte & 0xff) !== byte) throw refuseValue('fill', byte, 8)
  const { offset, length, width } = copyRange('fill', options, from => restFrom(from, window.length))
  const address = addressOf(window, 'fill', offset, length, width)
  if (!window.core.writable) throw refuseWrite(window.core, 'fill')
  native.fillDevice(address, byte, length, width || window.core.copies)
  checkFault(window.core, 'fill')
}

/** Where `[offset, offset + length)` of the window lies in this process, for native/, once it is checked. */
export const addressOf = (
  window: Window,
  call: string,
  offset: number,
  length: number,
  width: number,
): number => {
  if (!window.mapped) throw refuseStale(window, call)
  if (window.core.isEnded()) throw refuseLost(window.core, call)
  checkFault(window.core, call, false)
  if (!isByteCount(offset) || offset + length > window.end) throw refuseRange(window, call, offset, length)
  const at = window.start + offset
  if (width > 1 && at % width !== 0) throw refuseAlignment(window, call, offset, width)
  return window.arrays.address + at
}
