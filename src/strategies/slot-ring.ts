/** What a ring knows of its slots' contents, and does with them. */
export interface SlotContents {
  isEmpty(slot: number): boolean
  /** Unmaps what lies in the slots `[from, to)`, and makes them empty. */
  tearDown(from: number, to: number): void
}

/**
 * Which slots are given out next. A hand goes round: it gives out empty slots, and where it finds none it has the idle
 * ones before it torn down, a whole run in one call, since each tearing down interrupts the other processors. What is
 * held stays where it is; what was used again since the hand last went by gets another round (the clock algorithm).
 */
export class SlotRing {
  /** By slot: twice the number of its holds, and 1 more if it was used again since the hand last went by. */
  private readonly states: Int32Array
  readonly #contents: SlotContents
  readonly #run: number
  /** `[hand, end)` are empty. */
  #hand = 0
  #end = 0

  /** @param run how many slots are torn down at a time, at most */
  constructor(slots: number, run: number, contents: SlotContents) {
    this.states = new Int32Array(slots)
    this.#run = run
    this.#contents = contents
  }

  get size(): number {
    return this.states.length
  }

  hold(slot: number): void {
    const { states } = this
    states[slot] = (states[slot] as number) + 2
  }

  /** Holds a slot for what lies in it already. */
  holdAgain(slot: number): void {
    const { states } = this
    states[slot] = ((states[slot] as number) | 1) + 2
  }

  release(slot: number): void {
    const { states } = this
    states[slot] = (states[slot] as number) - 2
  }

  /** The first of `count` empty slots in a row, or -1 if there can't be so many: too many are held. */
  take(count: number): number {
    // Once round clears what is no longer used, a second time finds what is idle, and a run may straddle where the hand began.
    for (let rounds = 0; rounds < 3; ) {
      if (this.#end - this.#hand >= count) {
        const first = this.#hand
        this.#hand += count
        return first
      }
      if (this.#end < this.size) this.#extend()
      else {
        this.#hand = this.#end = 0
        rounds++
      }
    }
    return -1
  }

  /** Takes up to `most` more, those right behind the last that were taken, as far as they are empty already. */
  takeMore(most: number): number {
    const count = Math.min(most, this.#end - this.#hand)
    this.#hand += count
    return count
  }

  /** Makes the slots from `#end` on empty, or starts again behind one that stays. */
  #extend(): void {
    const slot = this.#end
    if (this.#stays(slot)) {
      this.states[slot] = (this.states[slot] as number) & ~1
      this.#hand = this.#end = slot + 1
      return
    }
    const limit = Math.min(slot + this.#run, this.size)
    let end = slot
    let torn = 0
    for (; end < limit && !this.#stays(end); end++) if (!this.#contents.isEmpty(end)) torn = end + 1
    if (torn > 0) this.#contents.tearDown(slot, torn)
    this.#end = end
  }

  #stays(slot: number): boolean {
    return this.states[slot] !== 0
  }
}
