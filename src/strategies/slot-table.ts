/** What a slot holds that holds no window of the table's. */
const EMPTY = -1
/** Pages of a window that has since been put into another slot. */
const ORPHAN = -2
/** Multiplied by it, windows a power of two apart don't meet. */
const SPREAD = 0x9e3779b1
const { imul } = Math

/**
 * Which window of an aperture lies in which slot: a hash table with open addressing, in typed arrays, so that a lookup
 * is a few loads and allocates nothing. Its size goes by the number of slots, not by the aperture's size.
 */
export class SlotTable {
  /** By slot: its window's number, EMPTY or ORPHAN. */
  private readonly windows: Float64Array
  /** Slots, each as near as can be behind the place of its window's hash; `none` between. At most half full. */
  private readonly buckets: Int32Array
  /** A slot behind the last, which is always empty: so a lookup needs no test of its own for an empty bucket. */
  private readonly none: number
  private readonly mask: number
  private readonly shift: number

  constructor(slots: number) {
    const bits = Math.ceil(Math.log2(slots)) + 1
    this.windows = new Float64Array(slots + 1).fill(EMPTY)
    this.none = slots
    this.buckets = new Int32Array(2 ** bits).fill(slots)
    this.mask = 2 ** bits - 1
    this.shift = 32 - bits
  }

  /** The slot that `window` lies in; -1 if in none. */
  find(window: number): number {
    const slot = this.buckets[this.bucketOf(window)] as number
    return slot === this.none ? -1 : slot
  }

  /**
   * As `find`, but looks only at the place of the window's hash, where most lie. Without a loop or a call, and so
   * short that V8 can inline all of a map, and then need not make its IoMem.
   */
  glance(window: number): number {
    const slot = this.buckets[imul(window, SPREAD) >>> this.shift] as number
    return this.windows[slot] === window ? slot : -1
  }

  isEmpty(slot: number): boolean {
    return this.windows[slot] === EMPTY
  }

  /** Puts `window` into an empty slot. If it lies in another too, that one is no longer found. */
  set(window: number, slot: number): void {
    const bucket = this.bucketOf(window)
    const before = this.buckets[bucket] as number
    if (before !== this.none) this.windows[before] = ORPHAN
    this.buckets[bucket] = slot
    this.windows[slot] = window
  }

  /** Makes a slot empty. */
  clear(slot: number): void {
    const window = this.windows[slot] as number
    if (window >= 0) this.removeBucket(this.bucketOf(window))
    this.windows[slot] = EMPTY
  }

  /** The bucket that `window` is found in, or belongs into. */
  private bucketOf(window: number): number {
    let bucket = this.home(window)
    for (;;) {
      const slot = this.buckets[bucket] as number
      if (slot === this.none || this.windows[slot] === window) return bucket
      bucket = (bucket + 1) & this.mask
    }
  }

  /** Empties a bucket, and moves up those behind it that would no longer be found. */
  private removeBucket(bucket: number): void {
    const { buckets, windows, mask, none } = this
    let gap = bucket
    for (let next = (gap + 1) & mask; buckets[next] !== none; next = (next + 1) & mask) {
      const slot = buckets[next] as number
      const distance = (next - this.home(windows[slot] as number)) & mask
      if (distance < ((next - gap) & mask)) continue
      buckets[gap] = slot
      gap = next
    }
    buckets[gap] = none
  }

  /** Where the search for `window` starts. */
  private home(window: number): number {
    return imul(window, SPREAD) >>> this.shift
  }
}
