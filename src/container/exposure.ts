import type { Container } from './container.js'
import { giveBackContainer } from './pool.js'

const exposed = new WeakSet<ArrayBufferLike>()

/** Whether a view's buffer is device memory. It may then be a window's own, at another address. */
export const isExposed = (buffer: ArrayBufferLike): boolean => exposed.has(buffer)

/** Says that a buffer is device memory. */
export const markExposed = (buffer: ArrayBufferLike): void => {
  exposed.add(buffer)
}

/** Views of one window, each made when first asked for. */
interface Views {
  u8?: Uint8Array
  u16?: Uint16Array
  u32?: Uint32Array
  u64?: BigUint64Array
}

/**
 * A container that one window's views lie in, and no one else's: detaching it empties them, whoever holds one, and
 * touches no others. Byte `offset` of the mapping is byte `offset - origin` of its buffer.
 */
export class Exposure {
  /** Which bytes of the backing its container holds. */
  readonly start: number
  readonly length: number
  readonly origin: number
  #container: Container | null
  #views: Views = {}

  /** @param pageOffset where in the backing the mapping starts */
  constructor(container: Container, start: number, length: number, pageOffset: number) {
    this.#container = container
    this.start = start
    this.length = length
    this.origin = start - pageOffset
  }

  /** The views of `length` bytes at `offset` of the mapping: the same at each call until `detach`. */
  u8(offset: number, length: number): Uint8Array {
    return (this.#views.u8 ??= new Uint8Array(this.#buffer, offset - this.origin, length))
  }

  u16(offset: number, length: number): Uint16Array {
    return (this.#views.u16 ??= new Uint16Array(this.#buffer, offset - this.origin, length >>> 1))
  }

  u32(offset: number, length: number): Uint32Array {
    return (this.#views.u32 ??= new Uint32Array(this.#buffer, offset - this.origin, length >>> 2))
  }

  u64(offset: number, length: number): BigUint64Array {
    return (this.#views.u64 ??= new BigUint64Array(this.#buffer, offset - this.origin, length >>> 3))
  }

  /** Empties the views. The pages stay, for another window. */
  detach(): void {
    this.#views = {}
    this.#container?.detach()
  }

  /** Empties the views and gives the container back. A handle that still holds this keeps no address space. */
  end(): void {
    this.#views = {} // a view holds its buffer, and a buffer its WebAssembly.Memory
    if (this.#container) giveBackContainer(this.#container)
    this.#container = null
  }

  get #buffer(): ArrayBufferLike {
    const buffer = this.#container?.buffer ?? new ArrayBuffer(0)
    markExposed(buffer)
    return buffer
  }
}
