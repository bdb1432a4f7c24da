import type { XmlNode } from '../xml/node.js'

/** More registers in one peripheral are a mistake; the largest that vendors publish have some thousands. */
const REGISTERS_MAX = 100_000
/** Clusters in clusters. One that is derived from what it lies in would have no end. */
const DEPTH_MAX = 16

/** How many registers and clusters a peripheral may still have: those in a list or an array count each. */
export class Budget {
  readonly #total: { left: number }
  readonly #each: number
  readonly #depth: number

  constructor(total = { left: REGISTERS_MAX }, each = 1, depth = 0) {
    this.#total = total
    this.#each = each
    this.#depth = depth
  }

  /** Takes an element, which stands for so many; returns the budget of what lies in it. @throws Oddity */
  spend(node: XmlNode, many: number): Budget {
    const count = many * this.#each
    if (count > this.#total.left)
      throw node.fail(`with it, its peripheral has more than ${REGISTERS_MAX} registers`)
    this.#total.left -= count
    if (this.#depth === DEPTH_MAX)
      throw node.fail(`it lies in ${DEPTH_MAX} clusters; is one derived from what it lies in?`)
    return new Budget(this.#total, count, this.#depth + 1)
  }
}
