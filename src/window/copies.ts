import { isDeviceMemory } from '../container/exposed.js'
import { FAULTS } from '../system/faults.js'
import { native } from '../system/native.js'
import { isByteCount } from '../system/numbers.js'
import { bytesOf, type CopyOptions, copyRange, restFrom } from './copy-range.js'
import {
  refuseAlignment,
  refuseLost,
  refuseRange,
  refuseStale,
  refuseValue,
  refuseWrite,
} from './refusals.js'
import type { Window } from './window.js'

/** IoMem.copyTo */
export const copyTo = (
  window: Window,
  target: ArrayBufferView | ArrayBufferLike,
  options: CopyOptions | undefined,
): void => {
  const bytes = bytesOf('copyTo', 'target', target)
  const { offset, length, width } = copyRange('copyTo', options, () => bytes.byteLength)
  const address = addressOf(window, 'copyTo', offset, length, width)
  const landing = isDeviceMemory(bytes) ? new Uint8Array(length) : bytes // or it might overlap the window
  native.copyFromDevice(address, landing, length, width || window.core.copies)
  checkFault(window, 'copyTo')
  if (landing !== bytes) bytes.set(landing)
}

/** IoMem.copyFrom */
export const copyFrom = (
  window: Window,
  source: ArrayBufferView | ArrayBufferLike,
  options: CopyOptions | undefined,
): void => {
  const bytes = bytesOf('copyFrom', 'source', source)
  const { offset, length, width } = copyRange('copyFrom', options, () => bytes.byteLength)
  const address = addressOf(window, 'copyFrom', offset, length, width)
  if (!window.core.writable) throw refuseWrite(window.core, 'copyFrom')
  const data = isDeviceMemory(bytes) ? bytes.slice(0, length) : bytes
  native.copyToDevice(address, data, length, width || window.core.copies)
  checkFault(window, 'copyFrom')
}

/** IoMem.fill */
export const fill = (window: Window, byte: number, options: CopyOptions | undefined): void => {
  if (typeof byte !== 'number' || (byte & 0xff) !== byte) throw refuseValue('fill', byte, 8)
  const { offset, length, width } = copyRange('fill', options, from => restFrom(from, window.length))
  const address = addressOf(window, 'fill', offset, length, width)
  if (!window.core.writable) throw refuseWrite(window.core, 'fill')
  native.fillDevice(address, byte, length, width || window.core.copies)
  checkFault(window, 'fill')
}

const checkFault = ({ core }: Window, call: string): void => {
  if (FAULTS[0] !== core.seen && core.checkLoss()) throw refuseLost(core, call)
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
  if (!isByteCount(offset) || offset + length > window.end) throw refuseRange(window, call, offset, length)
  const at = window.start + offset
  if (width > 1 && at % width !== 0) throw refuseAlignment(window, call, offset, width)
  return window.arrays.address + at
}
