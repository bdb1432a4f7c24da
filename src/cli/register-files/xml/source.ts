import { Oddities } from '../oddity.js'

/** More is made of no chip's description; of a few lines that derive from, or repeat, one another, it could be. */
const WORK_MAX = 1_000_000

/** The file that elements are of. */
export class Source {
  readonly path: string
  readonly oddities = new Oddities()
  /** What one step of an address is, in bytes. */
  addressUnit = 1
  #left = WORK_MAX

  constructor(path: string) {
    this.path = path
  }

  /** Takes from what may be made of it; false, if that is more than was left. */
  spend(count: number): boolean {
    this.#left -= count
    return this.#left >= 0
  }
}
