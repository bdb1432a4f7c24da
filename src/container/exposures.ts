import { Exposure } from './exposure.js'
import { type Ground, viewAccess } from './ground.js'
import { mapRange } from './map-range.js'

/**
 * The views of a mapping's windows, each window's in a container of its own: users keep views, views can't check
 * themselves, and detaching a container empties all that lie in it. Up to `keep` of those that no one looks at any more
 * stay, pages and all, for the next window of the same range.
 */
export class Exposures {
  readonly #backing: Ground
  readonly #keep: number
  readonly #used = new Set<Exposure>()
  readonly #idle: Exposure[] = []

  constructor(backing: Ground, keep: number) {
    this.#backing = backing
    this.#keep = keep
  }

  /** `length` bytes of the backing from its byte `start` on, both in whole pages. Throws as mapRange. */
  expose(start: number, length: number): Exposure {
    const index = this.#idle.findLastIndex(each => each.start === start && each.length === length)
    const [idle] = index < 0 ? [] : this.#idle.splice(index, 1)
    const exposure = idle ?? this.#make(start, length)
    this.#used.add(exposure)
    return exposure
  }

  /** Empties its views. */
  conceal(exposure: Exposure): void {
    if (!this.#used.delete(exposure)) return // it was freed
    if (!this.#backing.writable) {
      exposure.end() // what was stored in its copies is not for the next window to see
      return
    }
    exposure.detach()
    this.#idle.push(exposure)
    if (this.#idle.length > this.#keep) this.#idle.shift()?.end()
  }

  /** Empties all views, and unmaps their pages. */
  free(): void {
    for (const exposure of [...this.#used, ...this.#idle]) exposure.end()
    this.#used.clear()
    this.#idle.length = 0
  }

  #make(start: number, length: number): Exposure {
    const container = mapRange(this.#backing, start, length, viewAccess(this.#backing))
    return new Exposure(container, start, length, this.#backing.pageOffset)
  }
}
