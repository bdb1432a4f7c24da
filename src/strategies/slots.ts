import type { ContainerArrays } from '../container/arrays.js'
import type { Container } from '../container/container.js'
import type { Exposure } from '../container/exposure.js'
import { Exposures } from '../container/exposures.js'
import type { Ground } from '../container/ground.js'
import { IoMappingError } from '../system/errors.js'
import { formatSize, hex } from '../system/numbers.js'
import { pageFloor } from '../system/page.js'
import { SlotRing } from './slot-ring.js'
import { SlotTable } from './slot-table.js'
import type { Location, Strategy } from './strategy.js'

// docs/performance.md has the measurements behind these.
/** A window's size, in bytes, unless there are too few or too many slots of it. */
const WINDOW = 16 * 1024
const FEWEST = 64
const MOST = 8192
/** The longest run of windows that is mapped ahead of a sweep, in bytes. */
const AHEAD = 2 * 1024 ** 2
/** In how many runs the slots are torn down, when all are idle. */
const RUNS = 8
/** What Linux fills at a fault around a page of a file, as far as it is in memory, in bytes. */
const FAULT_AROUND = 64 * 1024
/** Slots in a row that are torn down by a call of its own; fewer, of a window each, are left to what is laid over them. */
const WORTH_A_CALL = 4
/** Exposures kept for views of the same range. */
const KEEP_EXPOSURES = 8

/** The size of a slot, in bytes: a power of two, in whole units. */
const slotSize = (slotBytes: number, unit: number): number => {
  let size = Math.max(WINDOW, unit)
  while (size > unit && slotBytes / size < FEWEST) size /= 2
  while (slotBytes / size > MOST) size *= 2
  return size
}

const refuseUnit = (slotBytes: number, unit: number): IoMappingError =>
  new IoMappingError(
    'ERR_IO_RANGE',
    `options.slotBytes is ${formatSize(slotBytes)}, and the file lies on hugetlbfs, in pages of ${formatSize(unit)}: it must be that or more`,
  )

/**
 * The kernel's 32-bit case with HIGHMEM, kmap_atomic_pfn: a container of `slotBytes` is divided into slots, which are
 * lent to windows of the aperture, aligned stretches of a slot's size. A window stays in its slot when it is unmapped, so
 * mapping it again is a lookup, until its slot is wanted for another. A range that crosses windows takes slots in a row.
 */
export class Slots implements Strategy {
  readonly name = 'slots'
  private readonly ground: Ground
  private readonly pageOffset: number
  /** The end of the backing, in bytes. */
  private readonly pages: number
  private readonly container: Container
  readonly arrays: ContainerArrays
  private readonly exposures: Exposures
  private readonly table: SlotTable
  private readonly ring: SlotRing
  /** By slot that is not empty: the first of those that were laid with it, in one call. */
  private readonly pieces: Int32Array
  /** Of a slot and of a window, in bytes. */
  private readonly size: number
  private readonly shift: number
  /** The bits of an offset within a window; and what a window's offset times gives its number. */
  private readonly within: number
  private readonly inverse: number
  /** Windows that are held and have several slots. */
  private runs = 0
  /** Of such a window that is leaving: the slots `[nextLeft, endLeft)` are still to be released. */
  private leaving = false
  private nextLeft = 0
  private endLeft = 0
  private misses = 0
  private recycles = 0
  /** The window behind the one that was mapped last, and how many windows were mapped for it. */
  private next = -1
  private ahead = 1

  /** Divides `slotBytes` of address space, at least a page. Maps nothing yet. Throws ERR_IO_ADDRESS_SPACE. */
  constructor(ground: Ground, size: number, slotBytes: number) {
    this.ground = ground
    this.pageOffset = ground.pageOffset
    this.pages = ground.ceil(ground.pageOffset + size)
    this.size = slotSize(slotBytes, ground.unit)
    this.shift = Math.log2(this.size)
    this.within = this.size - 1
    this.inverse = 1 / this.size
    const count = Math.floor(slotBytes / this.size)
    if (count === 0) throw refuseUnit(slotBytes, this.size)
    this.table = new SlotTable(count)
    this.pieces = new Int32Array(count)
    this.ring = new SlotRing(count, Math.ceil(count / RUNS), {
      isEmpty: slot => this.table.isEmpty(slot),
      endOf: slot => this.endOf(slot),
      tearDown: (from, to) => this.tearDown(from, to),
    })
    this.exposures = new Exposures(ground, { most: KEEP_EXPOSURES, pages: true })
    this.container = ground.take(count * this.size, ground.access)
    this.arrays = this.container.arrays(ground.writable)
  }

  counts(maps: number) {
    const { misses, recycles } = this
    return { hits: maps - misses, misses, recycles }
  }

  acquire(offset: number, length: number): number {
    const at = offset + this.pageOffset
    const within = at & this.within // right however large `at` is: & keeps its lowest 32 bits
    const slot = this.table.glance((at - within) * this.inverse)
    if (slot < 0 || within + length > this.size) return this.miss(offset, length) >>> 0 // tells V8 that both fit a register
    this.ring.holdAgain(slot)
    return (slot * this.size + within) >>> 0
  }

  release(window: Location): boolean {
    if (this.runs > 0 && this.spansSlots(window)) return this.leave(window)
    this.ring.release(window.start >>> this.shift)
    return false
  }

  settle(): void {
    const { states } = this.ring
    while (this.nextLeft < this.endLeft) {
      states[this.nextLeft] = (states[this.nextLeft] as number) - 2
      this.nextLeft++
    }
    this.leaving = false
  }

  expose(offset: number, length: number): Exposure {
    const at = offset + this.pageOffset
    const start = this.ground.floor(at)
    return this.exposures.expose(start, this.ground.ceil(at + length) - start)
  }

  conceal(exposure: Exposure): void {
    this.exposures.conceal(exposure)
  }

  /**
   * By way of an array that V8 doesn't see into: else it would inline all of a miss into `map` while misses are many, and
   * `map`, that long, would never again be inlined itself.
   */
  private miss(offset: number, length: number): number {
    return Reflect.apply(this.acquireRun, this, Array.of(offset, length))
  }

  /** As `acquire`, for a range whose windows have to be mapped, or are several: holds their slots, in a row. */
  private acquireRun(offset: number, length: number): number {
    if (this.leaving) this.settle()
    const at = offset + this.pageOffset
    const within = at & this.within
    const window = (at - within) * this.inverse
    const count = Math.ceil((within + length) / this.size)
    const found = this.table.find(window)
    const isThere = found >= 0 && this.isRun(window, found, count)
    const first = isThere ? found : this.mapRun(offset, window, count)
    for (let slot = first; slot < first + count; slot++) {
      if (isThere) this.ring.holdAgain(slot)
      else this.ring.hold(slot)
    }
    if (count > 1) this.runs++
    return first * this.size + within
  }

  private spansSlots({ start, length }: Location): boolean {
    return start >>> this.shift !== (start + length - 1) >>> this.shift
  }

  /** Notes the slots of a window that has several: `settle` releases them. */
  private leave({ start, length }: Location): true {
    if (this.leaving) this.settle()
    this.nextLeft = start >>> this.shift
    this.endLeft = ((start + length - 1) >>> this.shift) + 1
    this.leaving = true
    this.runs--
    return true
  }

  /** Whether `count` windows from `window` on lie in the slots from `first` on. */
  private isRun(window: number, first: number, count: number): boolean {
    for (let i = 1; i < count; i++) if (this.table.find(window + i) !== first + i) return false
    return true
  }

  /** Maps `count` windows into slots in a row; and, in a sweep, ever more of those that come next, in one call. */
  private mapRun(offset: number, window: number, count: number): number {
    const first = count <= this.ring.size ? this.ring.take(count) : -1
    if (first < 0) throw this.refuse(offset, count)
    this.ahead = window === this.next ? Math.min(this.ahead * 2, AHEAD / this.size) : 1
    const wanted = Math.max(count, this.ahead) - count
    const total = count + this.ring.takeMore(this.unmappedFrom(window + count, wanted))
    this.lay(first, window, total)
    if (this.ground.cached && this.ahead > 1)
      this.prefault(first, offset + this.pageOffset - window * this.size, total)
    for (let i = 0; i < total; i++) this.table.set(window + i, first + i)
    this.pieces.fill(first, first, first + total)
    this.next = window + total
    this.misses++
    return first
  }

  /** How many windows from `window` on, `most` at most, are there and in no slot. */
  private unmappedFrom(window: number, most: number): number {
    const end = Math.ceil(this.pages / this.size)
    let count = 0
    while (count < most && window + count < end && this.table.find(window + count) < 0) count++
    return count
  }

  private lay(slot: number, window: number, count: number): void {
    const { container, ground, size } = this
    const start = window * size
    const length = Math.min(count * size, this.pages - start)
    try {
      ground.layParts(container, slot * size, start, length, ground.access)
    } catch (error) {
      throw ground.explain(error)
    }
  }

  // One call where the accesses to neighbouring pages would each be a fault: twice the time of a whole map.
  private prefault(slot: number, within: number, count: number): void {
    const page = pageFloor(within)
    this.container.prefault(slot * this.size + page, count * this.size - page, FAULT_AROUND)
  }

  private tearDown(from: number, to: number): void {
    let isWorthACall = to - from >= WORTH_A_CALL
    for (let slot = from; slot < to; slot++) {
      if (this.table.isEmpty(slot)) continue
      if (this.pieces[slot] !== slot) isWorthACall = true // or a piece might be laid over in parts
      this.recycles++
      this.table.clear(slot)
    }
    // Where they stay, or if the system refuses, no handle reaches the old pages, and new ones are laid over them.
    if (isWorthACall) this.container.clear(from * this.size, (to - from) * this.size)
  }

  private endOf(slot: number): number {
    const { pieces, table } = this
    let end = slot + 1
    while (end < pieces.length && pieces[end] === pieces[slot] && !table.isEmpty(end)) end++
    return end
  }

  private refuse(offset: number, count: number): IoMappingError {
    const { size } = this
    const all = `${this.ring.size} of ${formatSize(size)}`
    return new IoMappingError(
      'ERR_IO_SLOTS',
      count > this.ring.size
        ? `map: a window at offset ${hex(offset)} needs ${count} slots in a row, and there are ${all}; ` +
            "ask for a larger slotBytes, map less, or use { strategy: 'per-call' }"
        : `map: no ${count === 1 ? 'slot is' : `${count} slots in a row are`} free for a window at offset ${hex(offset)}: ` +
            `there are ${all}, held by windows that are mapped; unmap some, or ask for a larger slotBytes`,
    )
  }
}
