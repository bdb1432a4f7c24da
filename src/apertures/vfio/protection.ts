import { IoMappingError } from '../../system/errors.js'
import { formatSize } from '../../system/numbers.js'
import { PAGE_SIZE } from '../../system/page.js'
import { type Explanation, telling } from '../../system/refusal.js'
import type { Iommu, PinnedPages } from './iommu.js'
import { IovaSpace } from './iova-space.js'
import { DMA_REASONS } from './reasons.js'

/** What stands between devices and memory, and which of their addresses are taken. */
export class Protection {
  readonly #iommu: Iommu
  #addresses: IovaSpace | undefined

  constructor(iommu: Iommu) {
    this.#iommu = iommu
  }

  get kind(): Iommu['kind'] {
    return this.#iommu.kind
  }

  /** An address for `size` bytes of `name`, in whole pages. Throws ERR_IO_DMA. */
  take(name: string, size: number): number {
    if (this.kind === 'none') throw refuseNone(name)
    // not before: the ranges are those of the device that is attached
    this.#addresses ??= new IovaSpace(this.#iommu.ranges())
    const iova = this.#addresses.take(size, PAGE_SIZE)
    if (iova === undefined) throw refuseFull(name, size)
    return iova
  }

  /** Pins pages of `name`, at an address that was taken for them. Throws ERR_IO_DMA. */
  map(name: string, pages: PinnedPages, iova: number): void {
    telling(name, { to: 'mapped for DMA', writable: pages.writable, reasons: DMA_REASONS }, () =>
      this.#iommu.map(pages, iova),
    )
  }

  /** Takes it back: the device's accesses fail from here on. Throws ERR_IO_DMA; then the address is to be given to nobody. */
  unmap(name: string, iova: number, size: number): void {
    telling(name, { to: 'taken back from the device', explain: () => NOT_TAKEN_BACK }, () =>
      this.#iommu.unmap(iova, size),
    )
  }

  /** Gives an address back at which nothing is pinned: once, since it is somebody else's then. */
  giveBack(iova: number, size: number): void {
    this.#addresses?.giveBack(iova, size)
  }
}

const NOT_TAKEN_BACK: Explanation = {
  code: 'ERR_IO_DMA',
  why: 'the device may reach it still; close the device, with which all that it reaches ends',
}

const refuseNone = (name: string): IoMappingError =>
  new IoMappingError(
    'ERR_IO_DMA',
    `${name} can't be mapped for DMA: the device was opened in the noiommu mode of vfio, in which no IOMMU translates its ` +
      'addresses, nor keeps it from other memory. Switch an IOMMU on (in the firmware; intel_iommu=on), and bind it anew',
  )

const refuseFull = (name: string, size: number): IoMappingError =>
  new IoMappingError(
    'ERR_IO_DMA',
    `${name} can't be mapped for DMA: the device has no ${formatSize(size)} of addresses left in a row; free what is not needed`,
  )
