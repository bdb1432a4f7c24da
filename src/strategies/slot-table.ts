/** What a slot holds that holds no window of the table's. */
const EMPTY = -1
/** Pages of a window that has since been put into another slot. */
const ORPHAN = -2

/**
 * Which window of an aperture lies in which slot: a hash table with open addressing, in typed arrays, so that a lookup
 * is a few loads and allocates nothing. Its size goes by the number of slots, not by the aperture's size.
 */
export class SlotTable {
  /** By slot: its window's number, EMPTY or ORPHAN. */
  private readonly windows: Float64Array
  /** Slots, each as near as can be behind the place of its window's hash; EMPTY between. At most half full. */
  private readonly buckets: Int32Array
  private readonly mask: number
  private readonly shift: number

  constructor(slots: number) {
    const bits = Math.ceil(Math.log2(slots)) + 1
    this.windows = new Float64Array(slots).fill(EMPTY)
    this.buckets = new Int32Array(2 ** bits).fill(EMPTY)
    this.mask = 2 ** bits - 1
    this.shift = 32 - bits
  }

  /** The slot that `window` lies in; negative if in none. */
  find(window: number): number {
    const slot = this.buckets[this.home(window)] as number
    return slot >= 0 && this.windows[slot] === window ? slot : this.search(window)
  }

  isEmpty(slot: number): boolean {
    return this.windows[slot] === EMPTY
  }

  /** Puts `window` into an empty slot. If it lies in another too, that one is no longer found. */
  set(window: number, slot: number): void {
    const bucket = this.bucketOf(window)
    const before = this.buckets[bucket] as number
    if (before >= 0) this.windows[before] = ORPHAN
    this.buckets[bucket] = slot
    this.windows[slot] = window
  }

  /** Makes a slot empty. */
  clear(slot: number): void {
    const window = this.windows[slot] as number
    if (window >= 0) this.removeBucket(this.bucketOf(window))
    this.windows[slot] = EMPTY
  }

  // Apart from `find`, which has no loop, so that V8 needs no object for a window that a loop maps (see IoMem).
  private search(window: number): number {
    return this.buckets[this.bucketOf(window)] as number
  }

  /** The bucket that `window` is found in, or belongs into. */
  private bucketOf(window: number): number {
    let bucket = this.home(window)
    for (;;) {
      const slot = this.buckets[bucket] as number
      if (slot < 0 || this.windows[slot] === window) return bucket
      bucket = (bucket + 1) & this.mask
    }
  }

  /** Empties a bucket, and moves up those behind it that would no longer be found. */
  private removeBucket(bucket: number): void {
    const { buckets, windows, mask } = this
    let gap = bucket
    for (let next = (gap + 1) & mask; (buckets[next] as number) >= 0; next = (next + 1) & mask) {
      const slot = buckets[next] as number
      const distance = (next - this.home(windows[slot] as number)) & mask
      if (distance < ((next - gap) & mask)) continue
      buckets[gap] = slot
      gap = next
    }
    buckets[gap] = EMPTY
  }

  /** Where the search for `window` starts. Multiplied, so that windows a power of two apart don't meet. */
  private home(window: number): number {
    return Math.imul(window, 0x9e3779b1) >>> this.shift
  }
}
