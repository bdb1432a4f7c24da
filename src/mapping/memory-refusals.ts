// What mapInto refuses, and says.
import { badArgument, IoMappingError } from '../system/errors.js'
import { hex, isByteCount, isRange } from '../system/numbers.js'
import { MAP_MAX } from '../system/page.js'
import { IS_32_BIT } from '../system/word-size.js'
import { checkFault } from '../window/check-fault.js'
import type { MappingCore } from '../window/mapping-core.js'
import { checkGaps, refuseEnded, refuseMap } from '../window/mapping-refusals.js'

const CALL = 'mapInto'

/** What is to be laid where; in bytes. */
export interface Placement {
  readonly address: number
  readonly offset: number
  readonly length: number
}

/** Checks all that can be known before anything is laid. `base`: where the memory lies; `size`: its size, in bytes. */
export const checkPlacement = (core: MappingCore, base: number, size: number, placement: Placement): void => {
  const { address, offset, length } = placement
  if (core.isEnded()) throw refuseEnded(core, CALL)
  checkFault(core, CALL, false)
  if (IS_32_BIT) throw refuse32()
  if (!isRange(offset, length, core.limit) || length > MAP_MAX) throw refuseMap(core, CALL, offset, length)
  checkGaps(core, CALL, offset, length)
  if (!isByteCount(address)) throw badArgument(`${CALL}: address`, address, 'a whole number of bytes')
  checkAlignment(core, base, placement)
  if (address + core.ground.ceil(length) > size) throw refuseAddress(placement, size)
}

const checkAlignment = (core: MappingCore, base: number, { address, offset, length }: Placement): void => {
  const { pageOffset, unit, whole } = core.ground
  if (whole && pageOffset + offset !== 0) throw refusePart(core.name, offset)
  if ((base + address) % unit !== 0) {
    const why = base % unit === 0 ? '' : `, and the memory starts ${hex(base % unit)} into a page`
    throw refuseAlignment('address', address, unit, why)
  }
  if ((pageOffset + offset) % unit !== 0) {
    const why = pageOffset === 0 ? '' : `, and ${core.name} starts ${hex(pageOffset)} into a page`
    throw refuseAlignment('offset', offset, unit, why)
  }
  if (length % unit !== 0 && offset + length !== core.limit) throw refuseAlignment('length', length, unit)
}

const refuseAlignment = (name: string, value: number, unit: number, why = ''): IoMappingError =>
  new IoMappingError(
    'ERR_IO_ALIGN',
    `${CALL}: ${name} ${hex(value)} is no whole number of pages of ${hex(unit)} bytes; only such can be laid into a memory${why}`,
  )

const refusePart = (name: string, offset: number): IoMappingError =>
  new IoMappingError(
    'ERR_IO_RANGE',
    `${CALL}: ${name} can be mapped from its start alone, as UIO's maps can, and offset ${hex(offset)} lies behind it`,
  )

const refuseAddress = ({ address, length }: Placement, size: number): IoMappingError =>
  new IoMappingError(
    'ERR_IO_RANGE',
    `${CALL}: ${hex(length)} bytes at address ${hex(address)} are not in the memory, which has ${hex(size)} bytes; ` +
      'grow it first, or choose a lower address',
  )

/** The error for a window where there is one already: `other`, if it is this thread's. */
export const refuseOverlap = ({ address, length }: Placement, other?: Placement): IoMappingError =>
  new IoMappingError(
    'ERR_IO_RANGE',
    `${CALL}: ${hex(length)} bytes at address ${hex(address)} overlap the window that ` +
      (other
        ? `is mapped at ${hex(other.address)}, of ${hex(other.length)} bytes; unmap that first`
        : 'another thread has mapped there, or that lay in a memory which has moved as it grew; that must be unmapped first'),
  )

const refuse32 = (): IoMappingError =>
  new IoMappingError(
    'ERR_IO_UNSUPPORTED',
    `${CALL}: in a 32-bit process a WebAssembly.Memory moves as it grows, and device pages can't move with it. ` +
      'Copy what the module needs with copyTo',
  )

/** The error for unmapping what is not mapped; `hasMoved`: since the memory has moved as it grew. */
export const refuseUnmapped = ({ address, offset }: Placement, hasMoved: boolean): IoMappingError =>
  new IoMappingError(
    'ERR_IO_UNMAPPED',
    `unmap: the window of offset ${hex(offset)} at address ${hex(address)} is no longer mapped: ` +
      (hasMoved
        ? 'the memory has moved as it grew, and holds a copy of what was there. Give the memory a maximum, so that it need not move'
        : 'it was unmapped, or its mapping was freed. Map it again'),
  )

/** The error for unmapping where the system has no memory for zeros. */
export const refuseZeros = ({ address }: Placement): IoMappingError =>
  new IoMappingError(
    'ERR_IO_ADDRESS_SPACE',
    `unmap: the pages at address ${hex(address)} are taken out, but the system has no memory left to lay zeros there, and an ` +
      'access would end the process; free memory, and make a new WebAssembly.Memory',
  )

/** The error for unmapping where the system does not even let go of the pages. */
export const refuseStay = ({ address, offset }: Placement): IoMappingError =>
  new IoMappingError(
    'ERR_IO_ADDRESS_SPACE',
    `unmap: the system refused to take out the pages of offset ${hex(offset)} at address ${hex(address)}: this process has as many ` +
      'mappings as it may have (sysctl vm.max_map_count). The window stays mapped; free other mappings, or raise the limit, and unmap it again',
  )
