import type { Container, Views } from './container.js'
import { markExposed } from './exposed.js'
import type { Ground } from './ground.js'

/**
 * A container that one window's views lie in, and no one else's: detaching it empties them, whoever holds one, and
 * touches no others.
 */
export class Exposure {
  /** Which bytes of the backing its container holds. */
  readonly start: number
  readonly length: number
  readonly container: Container
  /** Where in the mapping its container starts, in bytes. */
  readonly #origin: number
  readonly #kept: object
  /** Of a container that all windows share: its views are never emptied. */
  #shared: Views | undefined

  /**
   * @param ground of the mapping that its views are of
   * @param isShared whether the container is all windows'
   */
  constructor(container: Container, start: number, length: number, ground: Ground, isShared = false) {
    this.container = container
    if (isShared) this.#shared = {}
    this.start = start
    this.length = length
    this.#origin = start - ground.pageOffset
    this.#kept = ground.kept
  }

  /** The views of `length` bytes at `offset` of the mapping: the same at each call until `detach`. */
  u8(offset: number, length: number): Uint8Array {
    return (this.#views.u8 ??= new Uint8Array(this.#buffer(), this.#at(offset), length))
  }

  u16(offset: number, length: number): Uint16Array {
    return (this.#views.u16 ??= new Uint16Array(this.#buffer(), this.#at(offset), length >>> 1))
  }

  u32(offset: number, length: number): Uint32Array {
    return (this.#views.u32 ??= new Uint32Array(this.#buffer(), this.#at(offset), length >>> 2))
  }

  u64(offset: number, length: number): BigUint64Array {
    return (this.#views.u64 ??= new BigUint64Array(this.#buffer(), this.#at(offset), length >>> 3))
  }

  /** Empties the views. The pages stay, for another window of the same range. */
  detach(): void {
    if (this.#shared) this.#shared = {}
    else this.container.detach()
  }

  get #views(): Views {
    return this.#shared ?? this.container.views
  }

  #at(offset: number): number {
    return this.container.origin + offset - this.#origin
  }

  #buffer(): ArrayBufferLike {
    const { memory, buffer } = this.container.expose()
    markExposed(buffer, [memory, this.#kept])
    return buffer
  }
}
