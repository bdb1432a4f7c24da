import { constants } from 'node:buffer'
import { IoMappingError } from '../system/errors.js'
import { native } from '../system/native.js'
import { formatSize } from '../system/numbers.js'
import { ContainerArrays } from './arrays.js'
import { growInPlace, isShared, type WebAssemblyMemory } from './wasm-memory.js'

const WASM_PAGE = 64 * 1024

/**
 * Address space that device pages are laid into: a WebAssembly.Memory, because it is page aligned, never moves, can't
 * be transferred away, and gives V8 the duty to unmap it when it is collected. Or the SharedArrayBuffer of one, which
 * all threads can have: its views can't be detached, so it is never used again.
 */
export class Space {
  readonly memory: WebAssemblyMemory | SharedArrayBuffer
  #arrays: ContainerArrays | undefined
  /** Where its first byte lies in this process. */
  readonly address: number
  readonly byteLength: number
  /**
   * False: it is never given to anyone else. Someone may hold an address in it who can't be told: an asynchronous call of Node's
   * that was given a view, another thread that a device holds up.
   */
  reusable: boolean
  /** Whether all threads can have it. */
  readonly isShared: boolean

  /** @param memory how many bytes at least; or the buffer of a shared one, here or in another thread */
  constructor(memory: number | SharedArrayBuffer) {
    this.memory = typeof memory === 'number' ? reserve(memory, false) : memory
    this.address = native.addressOf(new Uint8Array(this.buffer))
    this.byteLength = this.buffer.byteLength
    this.isShared = isShared(this.buffer)
    this.reusable = !this.isShared
  }

  /** One for all threads, of at least `bytes`. */
  static shared(bytes: number): Space {
    return new Space(reserve(bytes, true).buffer as ArrayBufferLike as SharedArrayBuffer)
  }

  /** A view of it is good until `detach`. */
  get buffer(): ArrayBufferLike {
    return isMemory(this.memory) ? this.memory.buffer : this.memory
  }

  /** Its bytes from `origin` on, for accesses: the same at each call, until they are wanted otherwise, or `detach`. */
  arrays(origin: number, writable: boolean): ContainerArrays {
    const found = this.#arrays
    if (found?.writable === writable && found.address === this.address + origin) return found
    found?.close()
    this.#arrays = new ContainerArrays(this, this.address, this.buffer, origin, writable)
    return this.#arrays
  }

  /** Every access through its arrays is refused from here on. The pages stay, and so do views. */
  closeArrays(): void {
    this.#arrays?.close()
    this.#arrays = undefined
  }

  /** Makes every view of it empty, whoever holds one, and its arrays. The pages stay. Half a microsecond. */
  detach(): void {
    this.closeArrays()
    if (!this.isShared) growInPlace(this.memory as WebAssemblyMemory)
  }
}

const isMemory = (memory: WebAssemblyMemory | SharedArrayBuffer): memory is WebAssemblyMemory =>
  !isShared(memory as SharedArrayBuffer)

const reserve = (bytes: number, shared: boolean): WebAssembly.Memory => {
  const pages = Math.ceil(bytes / WASM_PAGE)
  if (typeof WebAssembly === 'undefined') {
    throw new IoMappingError(
      'ERR_IO_UNSUPPORTED',
      'io-mapping lays device pages into WebAssembly.Memory, and this Node has no WebAssembly: run it without --jitless',
    )
  }
  // V8 makes memory of 1 GiB in a 32-bit process, but no view of it
  if (pages * WASM_PAGE > constants.MAX_LENGTH) {
    throw new IoMappingError(
      'ERR_IO_ADDRESS_SPACE',
      `No ${formatSize(pages * WASM_PAGE)} can be mapped in one piece in this process: an ArrayBuffer's views have at ` +
        `most ${constants.MAX_LENGTH} bytes. Map a smaller aperture`,
    )
  }
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared })
  } catch (cause) {
    throw new IoMappingError(
      'ERR_IO_ADDRESS_SPACE',
      `No ${formatSize(pages * WASM_PAGE)} of address space is left in this process to map into. ` +
        'Free mappings that are not needed, raise the limit (ulimit -v; V8 reserves about 10 GiB for each container ' +
        'on 64-bit processors), or map a smaller aperture',
      { cause },
    )
  }
}
