import { constants } from 'node:os'
import { answerOf, ioctl, record } from '../../system/ioctl.js'
import { native } from '../../system/native.js'
import { viewOf } from '../../system/typed-arrays.js'
import { DMA_MAP, IOAS_MAP, IOMMU, IOMMU_CAPABILITY, VFIO } from './abi.js'
import { askWhole, findCapability, rangesAt } from './info.js'

/** Addresses that a device may use, in bytes; `end` is the first that is none. */
export interface IovaRange {
  readonly start: number
  readonly end: number
}

/** Pages of an open file, to be pinned: in bytes, in whole pages. */
export interface PinnedPages {
  readonly fd: number
  readonly offset: number
  readonly size: number
  /** Whether the device may write to them. */
  readonly writable: boolean
}

/** What stands between a device and memory. Each may throw a SystemError. */
export interface Iommu {
  /** How the kernel offers it; `none` in its noiommu mode. */
  readonly kind: 'type1' | 'iommufd' | 'none'
  ranges(): readonly IovaRange[]
  /** Pins pages, and lets the device reach them by `iova`. */
  map(pages: PinnedPages, iova: number): void
  unmap(iova: number, size: number): void
}

// An iova is a number here: what lies above, no device's memory needs.
const MOST = 2 ** 52

const rangeAt = (view: DataView, at: number): IovaRange => ({
  start: Number(view.getBigUint64(at, true)),
  end: Math.min(Number(view.getBigUint64(at + 8, true)) + 1, MOST),
})

/** Where the record of a mapping holds the address of its pages, in bytes. */
const FIELD = { VFIO_IOMMU_MAP_DMA: 8, IOMMU_IOAS_MAP: 16 } as const

const pin = (
  call: keyof typeof FIELD,
  fd: number,
  request: number,
  bytes: Uint8Array,
  { fd: source, offset, size, writable }: PinnedPages,
): void => {
  const rest = [source, offset, size, writable ? 1 : 0] as const
  answerOf(call, native.ioctlPages(fd, request, bytes, FIELD[call], ...rest))
}

/** By a container of groups, whose descriptor is `fd`: the kernel's Type1. */
export const type1 = (fd: number): Iommu & { readonly kind: 'type1' } => ({
  kind: 'type1',
  ranges: () => {
    const view = askWhole('VFIO_IOMMU_GET_INFO', fd, 24)
    const at = findCapability(view, view.getUint32(16, true), IOMMU_CAPABILITY.iovaRange)
    if (at === undefined) return [{ start: 0, end: 2 ** 32 }] // Linux before 5.4; what every IOMMU has
    return rangesAt(view, at).map(each => rangeAt(view, each))
  },
  map: (pages, iova) => {
    const flags = DMA_MAP.read | (pages.writable ? DMA_MAP.write : 0)
    const bytes = record(32, flags, 0n, BigInt(iova), BigInt(pages.size))
    pin('VFIO_IOMMU_MAP_DMA', fd, VFIO.VFIO_IOMMU_MAP_DMA, bytes, pages)
  },
  unmap: (iova, size) => {
    const bytes = record(24, 0, BigInt(iova), BigInt(size))
    ioctl('VFIO_IOMMU_UNMAP_DMA', fd, VFIO.VFIO_IOMMU_UNMAP_DMA, bytes)
  },
})

/** By /dev/iommu, whose descriptor is `fd`, and an address space of it. */
export const iommufd = (fd: number, space: number): Iommu => ({
  kind: 'iommufd',
  ranges: () => iovaRanges(fd, space, 16),
  map: (pages, iova) => {
    const flags = IOAS_MAP.fixed | IOAS_MAP.read | (pages.writable ? IOAS_MAP.write : 0)
    const bytes = record(40, flags, space, 0, 0n, BigInt(pages.size), BigInt(iova))
    pin('IOMMU_IOAS_MAP', fd, IOMMU.IOMMU_IOAS_MAP, bytes, pages)
  },
  unmap: (iova, size) => {
    const bytes = record(24, space, BigInt(iova), BigInt(size))
    ioctl('IOMMU_IOAS_UNMAP', fd, IOMMU.IOMMU_IOAS_UNMAP, bytes)
  },
})

const iovaRanges = (fd: number, space: number, count: number): IovaRange[] => {
  const target = new Uint8Array(16 * count)
  const bytes = record(32, space, count, 0, 0n, 0n)
  const answer = native.ioctlPointing(fd, IOMMU.IOMMU_IOAS_IOVA_RANGES, bytes, 16, target)
  const there = viewOf(bytes).getUint32(8, true)
  if (answer === -constants.errno.EMSGSIZE && there > count) return iovaRanges(fd, space, there)
  answerOf('IOMMU_IOAS_IOVA_RANGES', answer)
  return Array.from({ length: there }, (_, i) => rangeAt(viewOf(target), 16 * i))
}
