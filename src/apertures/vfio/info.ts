// What the kernel tells of a device, its regions and interrupts: records that start with their size and flags, and may have
// capabilities, a chain, behind them.
import { constants } from 'node:os'
import { ioctl, record } from '../../system/ioctl.js'
import { systemError } from '../../system/system-error.js'
import { viewOf } from '../../system/typed-arrays.js'
import type { Area } from '../areas.js'
import { DEVICE_FLAG, IRQ_FLAG, REGION_CAPABILITY, REGION_FLAG, VFIO } from './abi.js'

/** What a BAR, or the configuration space, is to VFIO. */
export interface Region {
  /** Where in the device's descriptor it starts, in bytes. */
  readonly offset: number
  /** In bytes; 0: the device has none. */
  readonly size: number
  /** What can be mapped of it, in the order of their offsets: all, none, or all but what the kernel keeps to itself. */
  readonly areas: readonly Area[]
}

/** No record is longer, in bytes: who makes up a device may always have more to tell. */
const MOST = 2 ** 20

/** Asks again where the kernel has more to tell than `length` bytes, at least twice as much each time. Throws a SystemError. */
export const askWhole = (
  call: keyof typeof VFIO,
  fd: number,
  length: number,
  words: readonly number[] = [],
): DataView => {
  const bytes = new Uint8Array(length)
  bytes.set(record(length, 0, ...words))
  ioctl(call, fd, VFIO[call], bytes)
  const wanted = viewOf(bytes).getUint32(0, true)
  if (wanted > MOST || length > MOST) throw systemError(constants.errno.E2BIG, call)
  return wanted > length ? askWhole(call, fd, Math.max(wanted, 2 * length), words) : viewOf(bytes)
}

/** Of a capability: its id, version, and where the next one is. */
const HEADER = 8

/** The ranges, of two 64-bit words each, that a capability has at `at`: where each lies. None lie outside of the record. */
export const rangesAt = (view: DataView, at: number): number[] => {
  const start = at + HEADER + 8
  const room = Math.max(0, Math.floor((view.byteLength - start) / 16))
  const length = room === 0 ? 0 : Math.min(room, view.getUint32(at + HEADER, true))
  return Array.from({ length }, (_, i) => start + 16 * i)
}

/** The capability `id` of a chain that starts at `first`: where it lies in the record. */
export const findCapability = (view: DataView, first: number, id: number): number | undefined => {
  for (let at = first; at !== 0 && at + HEADER <= view.byteLength; ) {
    if (view.getUint16(at, true) === id) return at
    const next = view.getUint32(at + 4, true)
    if (next <= at) return undefined // the kernel's chains go forward
    at = next
  }
  return undefined
}

const number64 = (view: DataView, at: number): number => Number(view.getBigUint64(at, true))

export const deviceInfo = (fd: number): { canReset: boolean } => {
  const flags = askWhole('VFIO_DEVICE_GET_INFO', fd, 20).getUint32(4, true)
  return { canReset: (flags & DEVICE_FLAG.reset) !== 0 }
}

export const regionInfo = (fd: number, index: number): Region => {
  const view = askWhole('VFIO_DEVICE_GET_REGION_INFO', fd, 32, [index])
  const flags = view.getUint32(4, true)
  const size = number64(view, 16)
  return {
    ...{ size, offset: number64(view, 24) },
    areas: (flags & REGION_FLAG.mmap) === 0 ? [] : areasOf(view, size),
  }
}

const areasOf = (view: DataView, size: number): Area[] => {
  const at = findCapability(view, view.getUint32(12, true), REGION_CAPABILITY.sparseMmap)
  if (at === undefined) return [{ offset: 0, size }]
  return rangesAt(view, at)
    .map(area => ({ offset: number64(view, area), size: number64(view, area + 8) }))
    .filter(area => area.size > 0)
    .sort((a, b) => a.offset - b.offset)
}

/** How many interrupts there are of a kind, and whether the kernel masks one when it comes. */
export const interruptInfo = (fd: number, index: number): { count: number; autoMasked: boolean } => {
  const view = askWhole('VFIO_DEVICE_GET_IRQ_INFO', fd, 16, [index])
  return {
    count: view.getUint32(12, true),
    autoMasked: (view.getUint32(4, true) & IRQ_FLAG.autoMasked) !== 0,
  }
}
