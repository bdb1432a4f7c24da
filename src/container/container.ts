import { constants } from 'node:buffer'
import { IoMappingError } from '../system/errors.js'
import { type Access, type Lease, native, systemError } from '../system/native.js'
import { formatSize } from '../system/numbers.js'
import { ContainerArrays } from './arrays.js'

const WASM_PAGE = 64 * 1024

/** The most that one container holds, in bytes: the reach of WebAssembly's 32-bit addresses. */
export const CONTAINER_MAX = 4 * 1024 ** 3

/** Where pages come from: a byte offset in an open file or device. */
export interface PageSource {
  readonly fd: number
  readonly offset: number
}

/**
 * Address space that device pages are laid into: a WebAssembly.Memory, because it is page aligned, never moves, can't
 * be transferred away, and gives V8 the duty to unmap it when it is collected. Or the SharedArrayBuffer of one, which
 * all threads can have: its views can't be detached, so it is never used again.
 */
export class Container {
  readonly #memory: WebAssembly.Memory | SharedArrayBuffer
  #arrays: ContainerArrays | undefined
  #guard = 0
  /** Where its first byte lies in this process. */
  readonly address: number
  readonly byteLength: number

  /** @param memory how many bytes at least; or the buffer of a shared one, here or in another thread */
  constructor(memory: number | SharedArrayBuffer) {
    this.#memory = typeof memory === 'number' ? reserve(memory, false) : memory
    this.address = native.addressOf(new Uint8Array(this.buffer))
    this.byteLength = this.buffer.byteLength
  }

  /** One for all threads, of at least `bytes`. */
  static shared(bytes: number): Container {
    return new Container(reserve(bytes, true).buffer as ArrayBufferLike as SharedArrayBuffer)
  }

  /** Its bytes for accesses: the same at each call, until they are wanted otherwise, or `detach`. */
  arrays(writable: boolean): ContainerArrays {
    if (this.#arrays?.writable !== writable) {
      this.#arrays?.close()
      this.#arrays = new ContainerArrays(this.address, this.buffer, writable)
    }
    return this.#arrays as ContainerArrays
  }

  /** A view of it is good until `detach`. */
  get buffer(): ArrayBufferLike {
    return this.#memory instanceof SharedArrayBuffer ? this.#memory : this.#memory.buffer
  }

  /** From here on the fault handler answers for it, on behalf of `lease`; until `unguard`, or until it is collected. */
  guard(lease: Lease): void {
    this.#guard = native.guard(this.#memory, this.address, this.byteLength, lease)
  }

  /** False if that fails: it doesn't throw, nor do unmap and free. The guard then ends with the memory. */
  unguard(): boolean {
    const guard = this.#guard
    this.#guard = 0
    return guard === 0 || unguard(guard)
  }

  /** Lays `length` bytes of `source`, from its byte `skip` on, at byte `at`. Throws a SystemError; then zeros lie there. */
  lay(at: number, length: number, source: PageSource, skip: number, access: Access): void {
    const errno = native.lay(this.address + at, length, source.fd, source.offset + skip, access)
    if (errno !== 0) throw systemError(errno, 'mmap')
  }

  /** Has the page table filled for ordinary memory in it: for the page at each `stride`, and its neighbours. A hint. */
  prefault(at: number, length: number, stride: number): void {
    native.prefault(this.address + at, length, stride)
  }

  /** Every access through its arrays is refused from here on. The pages stay, and so do views. */
  closeArrays(): void {
    this.#arrays?.close()
    this.#arrays = undefined
  }

  /** Makes every view of it empty, whoever holds one, and its arrays. The pages stay. Half a microsecond. */
  detach(): void {
    this.closeArrays()
    if (!(this.#memory instanceof SharedArrayBuffer)) this.#memory.grow(0)
  }

  /** Takes `length` bytes of pages at byte `at` out: zeros lie there. False if that fails: it doesn't throw, nor do unmap and free. */
  clear(at = 0, length: number = this.byteLength): boolean {
    return clearPages(this.address + at, length)
  }
}

/** False if that fails: it doesn't throw, nor do unmap and free. */
export const unguard = (guard: number): boolean => {
  try {
    native.unguard(guard)
    return true
  } catch {
    return false
  }
}

/** Lays zeros over pages. False if that fails: it doesn't throw, nor do unmap and free. */
export const clearPages = (address: number, length: number): boolean => {
  try {
    return native.clear(address, length) === 0
  } catch {
    return false
  }
}

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
