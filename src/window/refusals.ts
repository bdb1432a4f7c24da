// What a refused access says. Here, so that the accesses themselves stay a few lines: nothing here is on a fast path.
import { IoMappingError } from '../system/errors.js'
import { CAUSE, type Lease, native } from '../system/native.js'
import { hex, isByteCount } from '../system/numbers.js'
import { PAGE_SIZE } from '../system/page.js'
import { IS_32_BIT, refuseWidth } from '../system/word-size.js'
import { NOT_ALIGNED } from './misaligned.js'
import type { Window } from './window.js'

/** Why a window is no longer mapped. Negative, so that as a window's end each makes every offset out of range. */
export const GONE = { unmapped: -1, returned: -2, slept: -3 } as const

export type Gone = (typeof GONE)[keyof typeof GONE]

/** 0x1n is no number. */
const given = (value: unknown): string => (typeof value === 'bigint' ? `${hex(value)}n` : hex(value))

const where = ({ core, offset }: Window) => `the window at ${hex(offset)} of ${core.name}`

/** The error for a use of a window that is no longer mapped. */
export const refuseStale = (window: Window, call: string): IoMappingError => {
  if (window.end === GONE.slept) {
    return new IoMappingError(
      'ERR_IO_ATOMIC',
      `${call}: ${where(window)} was revoked: an atomic page was still mapped when its turn of the event loop ended. ` +
        'Unmap it before the first await, or use map(), which may be held across one',
    )
  }
  const why =
    window.end === GONE.returned
      ? 'the callback that atomic() lent it to has returned. Map it again'
      : window.end === GONE.unmapped
        ? 'it was unmapped. Map it again'
        : 'its mapping was freed. Create a new one'
  return new IoMappingError('ERR_IO_UNMAPPED', `${call}: ${where(window)} is no longer mapped: ${why}`)
}

/** The error for an access at `offset` of a window, `width` bytes wide, that its fast path found no way to allow. */
export const refuseAccess = (
  window: Window,
  call: string,
  offset: unknown,
  width: number,
): IoMappingError => {
  if (window.end < 0 || window.core.freed) return refuseStale(window, call)
  if (window.core.lost) return refuseLost(window.core, call)
  if (width === 8 && IS_32_BIT) throw refuseWidth(call)
  const inside = isByteCount(offset) && offset <= window.length - width
  return inside ? refuseAlignment(window, call, offset, width) : refuseRange(window, call, offset, width)
}

/** The same for a write, where it may be the value or the mapping, too. */
export const refuseWriteAccess = (
  window: Window,
  call: string,
  offset: unknown,
  value: unknown,
  width: number,
): IoMappingError => {
  const there = window.mapped && !window.core.lost
  const inside = there && isByteCount(offset) && offset <= window.length - width
  const aligned = inside && (window.start + offset) % width === 0
  if (!aligned || (width === 8 && IS_32_BIT)) return refuseAccess(window, call, offset, width)
  return window.core.writable ? refuseValue(call, value, width * 8) : refuseWrite(window.core, call)
}

/** The error for `[offset, offset + length)` that is not in the window. */
export const refuseRange = (
  window: Window,
  call: string,
  offset: unknown,
  length: number,
): IoMappingError => {
  const last = window.length - length
  const allowed = last < 0 ? `${hex(window.length)} bytes at most` : `offsets 0x0 to ${hex(last)}`
  return new IoMappingError(
    'ERR_IO_RANGE',
    `${call}: ${hex(length)} bytes at offset ${given(offset)} are not in ${where(window)}, which has ${hex(window.length)} bytes; ` +
      `allowed: ${allowed}`,
  )
}

/** The error for an access whose bus address is not a multiple of its width. */
export const refuseAlignment = (
  window: Window,
  call: string,
  offset: number,
  width: number,
): IoMappingError => {
  const pageOffset = window.start % PAGE_SIZE
  const start = pageOffset % width === 0 ? '' : ` (the window starts ${hex(pageOffset)} into a page)`
  return new IoMappingError(
    'ERR_IO_ALIGN',
    `${call}: offset ${hex(offset)} of ${where(window)} is not at a bus address that is a multiple of ${width}${start}`,
  )
}

const UNMAPPERS = {
  map: 'unmap() or io_mapping_unmap',
  local: 'unmap() or io_mapping_unmap_local',
  atomic: 'unmap() or io_mapping_unmap_atomic',
  lent: 'atomic() itself, when its callback returns',
} as const

/** The error for unmapping with the wrong call. */
export const refuseUnmap = (window: Window, call: string, kind: keyof typeof UNMAPPERS): IoMappingError =>
  new IoMappingError(
    'ERR_IO_UNMAPPED',
    `${call}: ${where(window)} is not its to unmap: that does ${UNMAPPERS[kind]}`,
  )

/** The error for a value that does not fit `bits`. */
export const refuseValue = (call: string, value: unknown, bits: number): IoMappingError => {
  const kind = bits === 64 ? 'a bigint' : 'a whole number'
  const range = `${hex(-(2n ** BigInt(bits - 1)))} to ${hex(2n ** BigInt(bits) - 1n)}`
  return new IoMappingError(
    'ERR_IO_ARGUMENT',
    `${call}: the value is ${given(value)}; it must be ${kind} from ${range}`,
  )
}

/** The error for a write through a mapping made with `writable: false`. */
export const refuseWrite = ({ name }: { readonly name: string }, call: string): IoMappingError =>
  new IoMappingError(
    'ERR_IO_READ_ONLY',
    `${call}: ${name} was mapped with { writable: false }; map it without that to write`,
  )

const LOSSES: Record<number, string> = {
  [CAUSE.readOnly]:
    'a store was made through a view of it, which was mapped with { writable: false }; it did not reach the memory',
  [CAUSE.misaligned]: `an access through a view of it ${NOT_ALIGNED}; use copyTo and copyFrom`,
}

/** The error for an access that found the memory gone, and for every later one. */
export const refuseLost = (
  { name, lease }: { readonly name: string; readonly lease: Lease },
  call: string,
): IoMappingError =>
  new IoMappingError(
    'ERR_IO_FAULT',
    `${call}: ${name} is lost: ` +
      (LOSSES[native.cause(lease)] ??
        'its memory went away under an access (the file was truncated, or its file system is full; the device was removed or disabled, ' +
          'or a driver took it; or nothing answers at that address)') +
      '. Memory of all ones lies in its place. Free the mapping, and create a new one once the cause is mended',
  )
