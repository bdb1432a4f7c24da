import { Exposure } from './exposure.js'
import type { Ground } from './ground.js'

/** How many exposures wait for the next window of their range, and whether their pages do. */
export interface Keeping {
  readonly most: number
  readonly pages: boolean
}

/**
 * The views of a mapping's windows, each window's in a container of its own: users keep views, views can't check
 * themselves, and detaching a container empties all that lie in it. Some of those that no one looks at any more
 * wait for the next window of the same range: another's pages are never laid there, since someone may still hold an address.
 */
export class Exposures {
  readonly #ground: Ground
  readonly #most: number
  /** Not those of copies: what was stored in them is not for the next window to see. */
  readonly #keepsPages: boolean
  readonly #idle: Exposure[] = []
  /** The one that waited longest, while it is given back. */
  #leaving: Exposure | undefined

  constructor(ground: Ground, { most, pages }: Keeping) {
    this.#ground = ground
    this.#most = most
    this.#keepsPages = pages && ground.writable
  }

  /** `length` bytes of the backing from its byte `start` on, both in whole units. Throws as Ground.map. */
  expose(start: number, length: number): Exposure {
    const index = this.#idle.findLastIndex(each => each.start === start && each.length === length)
    const [idle] = index < 0 ? [] : this.#idle.splice(index, 1)
    return idle === undefined ? this.#make(start, length) : this.#again(idle)
  }

  /** Takes back an exposure whose views are empty. May come after `free`. Cut short, it can be done again: it is idle only at the end. */
  conceal(exposure: Exposure): void {
    if (!exposure.container.isHeld) return
    if (!this.#keepsPages && !exposure.container.empty()) {
      this.#ground.giveBack(exposure.container)
      return
    }
    if (this.#idle.length >= this.#most) this.#leaving ??= this.#idle.shift()
    if (this.#leaving) this.#ground.giveBack(this.#leaving.container)
    this.#leaving = undefined
    this.#idle.push(exposure)
  }

  #make(start: number, length: number): Exposure {
    const container = this.#ground.map(start, length, this.#ground.viewAccess)
    return new Exposure(container, start, length, this.#ground)
  }

  #again(exposure: Exposure): Exposure {
    const { container, start, length } = exposure
    if (this.#keepsPages) return exposure
    this.#ground.guard(container, this.#ground.viewAccess)
    this.#ground.lay(container, start, length, this.#ground.viewAccess)
    return exposure
  }
}
