/** What a ring knows of its slots' contents, and does with them. */
export interface SlotContents {
  isEmpty(slot: number): boolean
  /** The end of what was laid in one piece with what lies in this slot: the slot behind its last one. */
  endOf(slot: number): number
  /** Unmaps what lies in the slots `[from, to)`, and makes them empty. */
  tearDown(from: number, to: number): void
}

/**
 * How often the hand goes round for slots in a row: the first time clears what is no longer used, the second finds what is
 * idle, and a run may straddle where the hand began.
 */
const ROUNDS = 3

/**
 * Which slots are given out next. A hand goes round: it gives out empty slots, and where it finds none it has the idle
 * ones before it torn down, a whole run in one call, since each tearing down interrupts the other processors. What is
 * held stays where it is; what was used again since the hand last went by gets another round (the clock algorithm).
 *
 * What was laid in one piece stays, or is torn down, as a whole: of a device's mapping that is taken out in parts, Linux
 * before 6.16 keeps the memory type for ever. Only where that leaves too few slots are pieces cut.
 */
export class SlotRing {
  /** By slot: twice the number of its holds, and 1 more if it was used again since the hand last went by. */
  readonly states: Int32Array
  readonly #contents: SlotContents
  readonly #run: number
  /** `[hand, end)` are empty. */
  #hand = 0
  #end = 0

  /** @param run how many slots are torn down at a time, at most, but for the rest of a piece */
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
    for (let rounds = 0; rounds < 2 * ROUNDS; ) {
      if (this.#end - this.#hand >= count) {
        const first = this.#hand
        this.#hand += count
        return first
      }
      if (this.#end < this.size) this.#extend(rounds < ROUNDS)
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

  /** Makes the slots from `#end` on empty, or starts again behind those that stay. By `whole` pieces, or slot by slot. */
  #extend(whole: boolean): void {
    const from = this.#end
    const limit = Math.min(from + this.#run, this.size)
    let end = from
    let torn = from
    while (end < limit) {
      const next = this.#next(end, whole)
      if (this.#stays(end, next)) break
      if (!this.#contents.isEmpty(end)) torn = next
      end = next
    }
    if (torn > from) this.#contents.tearDown(from, torn)
    this.#end = end
    if (end === from) this.#passOver(this.#next(from, whole))
  }

  /** Goes on at `end`: what lies before it stays for this round. */
  #passOver(end: number): void {
    const { states } = this
    for (let slot = this.#end; slot < end; slot++) states[slot] = (states[slot] as number) & ~1
    this.#hand = this.#end = end
  }

  #next(slot: number, whole: boolean): number {
    return whole && !this.#contents.isEmpty(slot) ? this.#contents.endOf(slot) : slot + 1
  }

  #stays(from: number, to: number): boolean {
    for (let slot = from; slot < to; slot++) if (this.states[slot] !== 0) return true
    return false
  }
}
