import type { MappingCore } from './mapping-core.js'
import type { Exposure } from './strategies/strategy.js'

/**
 * The views of one window that were handed out, each made when first asked for. They lie in a container of their own,
 * so that closing them, which empties every view of a container, touches no one else's.
 */
export class Views {
  readonly #core: MappingCore
  readonly #exposure: Exposure
  readonly #start: number
  readonly #length: number
  #u8?: Uint8Array
  #u16?: Uint16Array
  #u32?: Uint32Array
  #u64?: BigUint64Array

  constructor(core: MappingCore, offset: number, length: number) {
    this.#core = core
    this.#exposure = core.strategy.expose(offset, length)
    this.#start = offset - this.#exposure.origin
    this.#length = length
  }

  get u8(): Uint8Array {
    return (this.#u8 ??= new Uint8Array(this.#buffer, this.#start, this.#length))
  }

  get u16(): Uint16Array {
    return (this.#u16 ??= new Uint16Array(this.#buffer, this.#start, this.#length >>> 1))
  }

  get u32(): Uint32Array {
    return (this.#u32 ??= new Uint32Array(this.#buffer, this.#start, this.#length >>> 2))
  }

  get u64(): BigUint64Array {
    return (this.#u64 ??= new BigUint64Array(this.#buffer, this.#start, this.#length >>> 3))
  }

  /** Makes them all empty, whoever holds one. */
  close(): void {
    this.#core.strategy.conceal(this.#exposure)
  }

  get #buffer(): ArrayBuffer {
    return this.#exposure.container.buffer
  }
}
