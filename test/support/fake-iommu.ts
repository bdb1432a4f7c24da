// What stands between FakeVfio's devices and memory: Type1's container, or iommufd.
import { fstatSync } from 'node:fs'
import { PAGE_SIZE } from 'io-mapping'
import { viewOf } from '#io-mapping/system/typed-arrays.js'
import { checkSize, Refused } from './fake-ioctl.js'

/** What is pinned. */
interface Pinned {
  readonly size: number
  readonly writable: boolean
}

interface Pages {
  readonly source: number
  readonly offset: number
  readonly length: number
  readonly writable: 0 | 1
}

export class FakeIommu {
  /** As VFIO_SET_IOMMU takes it. */
  type = 0
  /** By iova. */
  readonly maps = new Map<number, Pinned>()
  /** First and last, both within. */
  ranges: readonly (readonly [number, number])[] = [
    [0, 0xfedfffff],
    [0xfef00000, 2 ** 39 - 1],
  ]
  /** How much may be locked, in bytes. */
  limit = Number.POSITIVE_INFINITY
  /** The address space, by iommufd. */
  static readonly IOAS = 5

  answer(name: string, view: DataView): number {
    switch (name) {
      case 'VFIO_IOMMU_GET_INFO':
        return this.#tellInfo(view)
      case 'VFIO_IOMMU_UNMAP_DMA': // argsz, flags, iova, size
        checkSize(view, 24)
        if (view.getUint32(4, true) !== 0) throw new Refused('EINVAL')
        return this.#unmap(view.getBigUint64(8, true), view.getBigUint64(16, true))
      case 'IOMMU_IOAS_ALLOC': // size, flags, out_ioas_id
        checkSize(view, 12)
        if (view.getUint32(4, true) !== 0) throw new Refused('EOPNOTSUPP')
        view.setUint32(8, FakeIommu.IOAS, true)
        return 0
      case 'IOMMU_IOAS_UNMAP': // size, ioas_id, iova, length
        checkSize(view, 24)
        if (view.getUint32(4, true) !== FakeIommu.IOAS) throw new Refused('ENOENT')
        return this.#unmap(view.getBigUint64(8, true), view.getBigUint64(16, true))
      default:
        throw new Refused('ENOTTY')
    }
  }

  /** argsz, flags, iova_pgsizes, cap_offset; then its capability: id, version, next, nr_iovas, reserved, ranges. */
  #tellInfo(view: DataView): number {
    checkSize(view, 16)
    const wanted = 24 + 16 + 16 * this.ranges.length
    view.setUint32(0, wanted, true)
    view.setUint32(4, 1 | 2, true)
    view.setBigUint64(8, BigInt(PAGE_SIZE), true)
    if (view.byteLength < wanted) return 0
    view.setUint32(16, 24, true)
    view.setUint16(24, 1, true)
    view.setUint16(26, 1, true)
    view.setUint32(32, this.ranges.length, true)
    this.#writeRanges(view, 40)
    return 0
  }

  #writeRanges(view: DataView, at: number): void {
    for (const [i, [first, last]] of this.ranges.entries()) {
      view.setBigUint64(at + 16 * i, BigInt(first), true)
      view.setBigUint64(at + 8 + 16 * i, BigInt(last), true)
    }
  }

  /** IOMMU_IOAS_IOVA_RANGES: size, ioas_id, num_iovas, __reserved, allowed_iovas, out_iova_alignment. */
  tellRanges(record: Uint8Array, field: number, target: Uint8Array): number {
    const view = viewOf(record)
    checkSize(view, 32)
    const room = view.getUint32(8, true)
    if (field !== 16 || view.getUint32(4, true) !== FakeIommu.IOAS || view.getUint32(12, true) !== 0)
      throw new Refused('EINVAL')
    if (target.length !== 16 * room) throw new Refused('EFAULT')
    view.setUint32(8, this.ranges.length, true)
    view.setBigUint64(24, BigInt(PAGE_SIZE), true)
    if (room < this.ranges.length) throw new Refused('EMSGSIZE')
    this.#writeRanges(viewOf(target), 0)
    return 0
  }

  /** The address of the pages is put at `field`. */
  map(name: string, record: Uint8Array, field: number, pages: Pages): number {
    const view = viewOf(record)
    if (name === 'VFIO_IOMMU_MAP_DMA') {
      // argsz, flags (1 read, 2 write), vaddr, iova, size
      checkSize(view, 32)
      if (field !== 8) throw new Refused('EINVAL')
      const flags = view.getUint32(4, true)
      return this.#pin(view.getBigUint64(16, true), view.getBigUint64(24, true), pages, {
        flags,
        read: 1,
        write: 2,
      })
    }
    // size, flags (1 fixed, 2 write, 4 read), ioas_id, __reserved, user_va, length, iova
    checkSize(view, 40)
    if (name !== 'IOMMU_IOAS_MAP' || field !== 16 || view.getUint32(12, true) !== 0)
      throw new Refused('EINVAL')
    if (view.getUint32(8, true) !== FakeIommu.IOAS) throw new Refused('ENOENT')
    const flags = view.getUint32(4, true)
    if ((flags & 1) === 0) throw new Refused('EINVAL')
    return this.#pin(view.getBigUint64(32, true), view.getBigUint64(24, true), pages, {
      flags: flags & ~1,
      read: 4,
      write: 2,
    })
  }

  #pin(
    at: bigint,
    length: bigint,
    pages: Pages,
    { flags, read, write }: Record<'flags' | 'read' | 'write', number>,
  ): number {
    const [iova, size] = [Number(at), Number(length)]
    if (pages.offset + pages.length > fstatSync(pages.source).size) throw new Refused('EFAULT')
    if (flags !== (pages.writable ? read | write : read)) throw new Refused('EINVAL')
    if (size !== pages.length || iova % PAGE_SIZE !== 0 || size % PAGE_SIZE !== 0) throw new Refused('EINVAL')
    if (!this.ranges.some(([first, last]) => iova >= first && iova + size - 1 <= last))
      throw new Refused('EINVAL')
    for (const [other, { size: its }] of this.maps)
      if (iova < other + its && other < iova + size) throw new Refused('EEXIST')
    if (this.pinned + size > this.limit) throw new Refused('ENOMEM')
    this.maps.set(iova, { size, writable: pages.writable === 1 })
    return 0
  }

  /** In bytes. */
  get pinned(): number {
    return [...this.maps.values()].reduce((sum, { size }) => sum + size, 0)
  }

  #unmap(at: bigint, length: bigint): number {
    if (this.maps.get(Number(at))?.size !== Number(length)) throw new Refused('ENOENT')
    this.maps.delete(Number(at))
    return 0
  }
}
