// What an IoMapping says to a call that it refuses. Here, so that the calls themselves stay a few lines.
import { IoMappingError } from '../system/errors.js'
import { hex } from '../system/numbers.js'
import { MAP_MAX } from '../system/page.js'
import type { MappingCore } from './mapping-core.js'
import { refuseLost } from './refusals.js'

/** The error for a call on a mapping that can't be used any more: it was freed, or lost. */
export const refuseEnded = (core: MappingCore, call: string): IoMappingError =>
  core.freed
    ? new IoMappingError('ERR_IO_FREED', `${call}: the mapping of ${core.name} was freed; create a new one`)
    : refuseLost(core, call)

/** The error for an `atomic` whose callback waits. */
export const refuseAsync = (call: string, what: string): IoMappingError =>
  new IoMappingError(
    'ERR_IO_ATOMIC',
    `${call}: ${what}, and the page was to be unmapped before anything else runs. Do it all within one function that ` +
      'does not wait, or use map(), which may be held across an await',
  )

/** The error for an `atomic` whose callback leaves atomic pages mapped. */
export const refuseOrder = (): IoMappingError =>
  new IoMappingError(
    'ERR_IO_ATOMIC',
    'atomic: use returned while an atomic page that it mapped was still mapped; unmap it before (last in, first out)',
  )

/** The error for a range that is not in the mapping, or too long. */
export const refuseMap = (
  { name, limit }: MappingCore,
  call: string,
  offset: unknown,
  length: unknown,
): IoMappingError => {
  return new IoMappingError(
    'ERR_IO_RANGE',
    `${call}: ${hex(length)} bytes at offset ${hex(offset)} can't be mapped: ${name} has ${hex(limit)} bytes, and a ` +
      `window is 1 byte to ${hex(MAP_MAX)}, whole bytes, within it`,
  )
}

/** The error for a map of all of a mapping that is too long for one window. */
export const refuseMapAll = ({ name, limit }: MappingCore): IoMappingError =>
  new IoMappingError(
    'ERR_IO_RANGE',
    `map: ${name} has ${hex(limit)} bytes, and a window ${hex(MAP_MAX)} at most; say which part of it, by ` +
      'map(offset, length), or copy what is larger by readAsync and writeAsync',
  )

/** The error for a transfer of a range that is not in the mapping. */
export const refuseTransfer = (
  { name, limit }: MappingCore,
  call: string,
  offset: unknown,
  length: unknown,
): IoMappingError =>
  new IoMappingError(
    'ERR_IO_RANGE',
    `${call}: ${hex(length)} bytes at offset ${hex(offset)} can't be copied: ${name} has ${hex(limit)} bytes; a ` +
      'transfer is 1 byte or more, whole bytes, within it',
  )

/** Throws ERR_IO_ACCESS for a range of which the device's driver keeps a part to itself. */
export const checkGaps = (
  { name, ground }: MappingCore,
  call: string,
  offset: number,
  length: number,
): void => {
  const gap = ground.gapIn(offset, length)
  if (gap === undefined) return
  throw new IoMappingError(
    'ERR_IO_ACCESS',
    `${call}: ${hex(length)} bytes at offset ${hex(offset)} of ${name} hold offset ${hex(gap)}, which can't be mapped: ` +
      `${ground.areas?.why}. Map what lies before or behind it`,
  )
}
