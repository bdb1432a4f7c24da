import { type Access, LEFT, type Lease, native, OWNER } from '../system/native.js'
import { systemError } from '../system/system-error.js'
import type { ContainerArrays } from './arrays.js'
import { giveBackSpace, takeSpace } from './pool.js'
import type { Space } from './space.js'

/** The most that one container holds, in bytes: the reach of WebAssembly's 32-bit addresses. */
export const CONTAINER_MAX = 4 * 1024 ** 3

/** Where pages come from: a byte offset in an open file or device. */
export interface PageSource {
  readonly fd: number
  readonly offset: number
}

/** Views of a container, each made when first asked for. */
export interface Views {
  u8?: Uint8Array
  u16?: Uint16Array
  u32?: Uint32Array
  u64?: BigUint64Array
}

/** A mapping's use of a space: guarded for its lease, with its pages in it, until it is given back. */
export class Container {
  #space: Space | undefined
  readonly #lease: Lease
  /** Where the first byte that pages are laid to lies in the space, in bytes. */
  readonly origin: number
  /** Where that byte lies in this process. */
  readonly address: number
  readonly byteLength: number
  /** Those that an exposure has handed out; a view holds its buffer, and a buffer its WebAssembly.Memory. */
  views: Views = {}

  /** @param unit what pages are laid in multiples of, in bytes */
  constructor(space: Space, lease: Lease, unit: number) {
    this.#space = space
    this.#lease = lease
    this.origin = (unit - (space.address % unit)) % unit
    this.address = space.address + this.origin
    this.byteLength = space.byteLength - this.origin
  }

  /** One of at least `bytes`, with zeros in it. Throws ERR_IO_ADDRESS_SPACE. */
  static take(bytes: number, lease: Lease, unit: number): Container {
    return new Container(takeSpace(bytes + unit - 1), lease, unit)
  }

  /** Whether it is this mapping's still. */
  get isHeld(): boolean {
    return this.#space !== undefined
  }

  /** Its bytes for accesses. */
  arrays(writable: boolean): ContainerArrays {
    return this.#held.arrays(this.origin, writable)
  }

  /** Its space, for views. They may be held by anyone from here on, so no one else ever gets it. */
  expose(): Space {
    const space = this.#held
    space.reusable = false
    return space
  }

  /** From here on the fault handler answers for it, on behalf of its lease. `readOnly`: a store there is a fault. Throws a SystemError. */
  guard(readOnly: boolean): void {
    const { memory, isShared } = this.#held
    const place = [this.address, this.byteLength, readOnly ? 1 : 0] as const
    const errno = isShared
      ? native.holdPages(this.#lease, structuredClone(memory), ...place) // another object: the lease must not keep this one
      : native.guard(this.#lease, memory, ...place, OWNER.container)
    if (errno !== 0) throw systemError(errno, 'mmap')
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

  /** Takes `length` bytes of pages at byte `at` out: zeros lie there. If the system refuses, they stay. */
  clear(at: number, length: number): void {
    native.clear(this.address + at, length)
  }

  /** Every access through its arrays is refused from here on. The pages stay, and so do views. */
  closeArrays(): void {
    this.#space?.closeArrays()
  }

  /** Makes every view of it empty, whoever holds one, and its arrays. */
  detach(): void {
    this.views = {}
    this.#space?.detach()
  }

  /** Takes all pages out, and ends the guard; true if zeros lie there. Again, it does nothing. */
  empty(): boolean {
    return native.unguard(this.#lease, this.address, 1) === LEFT.zero
  }

  /**
   * Takes all pages out and gives the space up: to the pool, unless the system has refused. (Of a shared one, the pages go with the
   * last thread's lease.) A handle that still holds this keeps no address space. Cut short, it can be done again.
   */
  giveBack(): void {
    const space = this.#space
    if (!space) return
    if (!space.isShared && !this.empty()) space.reusable = false // V8 unmaps it when it is collected
    if (!space.reusable) this.detach()
    this.#space = undefined
    giveBackSpace(space)
  }

  get #held(): Space {
    if (this.#space) return this.#space
    throw new Error('io-mapping: a container was used after it was given back')
  }
}
