import type { IovaRange } from './iommu.js'

/** Below it nothing is given out: a device may take a small address for none. */
const FIRST = 0x10000

/** The addresses that a device may use, and which of them are taken. */
export class IovaSpace {
  /** In the order of their addresses; those that touch are one. */
  readonly #free: { start: number; end: number }[] = []

  /** @param ranges those that the IOMMU has */
  constructor(ranges: readonly IovaRange[]) {
    let from = FIRST
    for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
      const first = Math.max(start, from)
      if (first >= end) continue
      this.giveBack(first, end - first)
      from = end
    }
  }

  /** The lowest `size` free bytes in a row, which start at a multiple of `alignment`; undefined if there are none. */
  take(size: number, alignment: number): number | undefined {
    for (const [index, range] of this.#free.entries()) {
      const start = Math.ceil(range.start / alignment) * alignment
      if (start + size > range.end) continue
      const rest = [
        { start: range.start, end: start },
        { start: start + size, end: range.end },
      ]
      this.#free.splice(index, 1, ...rest.filter(part => part.start < part.end))
      return start
    }
    return undefined
  }

  /** Gives back what `take` gave. */
  giveBack(start: number, size: number): void {
    const end = start + size
    const index = this.#free.findIndex(range => range.start >= end)
    const at = index < 0 ? this.#free.length : index
    const before = this.#free[at - 1]
    const after = this.#free[at]
    const joinsBefore = before?.end === start
    const joinsAfter = after?.start === end
    const joined = {
      start: joinsBefore ? before.start : start,
      end: joinsAfter ? after.end : end,
    }
    this.#free.splice(at - (joinsBefore ? 1 : 0), (joinsBefore ? 1 : 0) + (joinsAfter ? 1 : 0), joined)
  }
}
