import type { Backing } from '../apertures/aperture.js'
import { type Areas, gapIn, partsOf } from '../apertures/areas.js'
import type { Mapped } from '../apertures/opened.js'
import { ACCESS, type Access, type Lease, native } from '../system/native.js'
import { PAGE_SIZE } from '../system/page.js'
import { Container } from './container.js'
import type { Space } from './space.js'

/**
 * An open aperture, and all address space that its pages lie in: one list, which `free` goes through. A container is taken out
 * of it when it has been given back, so that a call that was cut short, anywhere, is completed by the next one.
 */
export class Ground {
  readonly #backing: Backing
  readonly #containers = new Set<Container>()
  readonly lease: Lease
  readonly fd: number
  /** Where in `fd` the aperture's first page starts, in bytes. */
  readonly offset: number
  /** Where in that page the aperture starts. */
  readonly pageOffset: number
  readonly writable: boolean
  readonly cached: boolean
  /** What is mapped in multiples of, in bytes: a page, or a huge one. */
  readonly unit: number
  /** Whether it can be mapped from its first page alone. */
  readonly whole: boolean
  /** What of the file can be mapped, if not all. */
  readonly areas: Areas | undefined
  /**
   * What a view keeps: the mapping that it is of, where whoever closes the device is to end that. A mapping that was dropped would
   * be gone, and its views would reach the device after that.
   */
  readonly kept: { mapping?: Mapped } = {}
  #isClosed = false

  constructor(backing: Backing, lease: Lease) {
    this.#backing = backing
    this.lease = lease
    this.fd = backing.fd
    this.offset = backing.offset
    this.pageOffset = backing.pageOffset
    this.writable = backing.writable
    this.cached = backing.cached
    this.unit = backing.unit
    this.whole = backing.whole
    this.areas = backing.areas
  }

  /** How pages are laid that handles alone access. */
  get access(): Access {
    return this.writable ? ACCESS.readWrite : ACCESS.read
  }

  /**
   * How pages are laid that JavaScript or WebAssembly can store to unchecked. A store to a read-only mapping must neither reach
   * the memory nor end the process. Of ordinary memory it stays in a copy of the page. A device's page can't be
   * copied, since reading it may have effects: there the fault handler takes the store as the end of the mapping.
   */
  get viewAccess(): Access {
    if (this.writable) return ACCESS.readWrite
    return this.cached ? ACCESS.copyOnWrite : ACCESS.read
  }

  /** The start of the unit that holds `offset`. */
  floor(offset: number): number {
    return offset - (offset % this.unit)
  }

  /** `length`, in whole units. */
  ceil(length: number): number {
    return this.floor(length + this.unit - 1)
  }

  /** A container of at least `bytes`, with zeros in it. Throws ERR_IO_ADDRESS_SPACE. */
  take(bytes: number, access: Access): Container {
    const slack = this.unit > PAGE_SIZE ? this.unit : 1
    const container = Container.take(bytes, this.lease, slack)
    this.#containers.add(container)
    this.guard(container, access)
    return container
  }

  /** Guards one that has nothing in it. */
  guard(container: Container, access: Access): void {
    this.#unlessRefused(container, () => container.guard(access === ACCESS.read))
  }

  /** The same in memory that other threads have, too. */
  takeShared(space: Space): Container {
    const container = new Container(space, this.lease, 1)
    this.#containers.add(container)
    this.#unlessRefused(container, () => container.guard(!this.writable))
    return container
  }

  /**
   * A container with `length` bytes in it, from byte `start` on; both in whole units. Throws what `explain` makes of a refusal; then
   * nothing is mapped.
   */
  map(start: number, length: number, access: Access): Container {
    const container = this.take(length, access)
    this.lay(container, start, length, access)
    return container
  }

  /** The same in one that was emptied, or has nothing in it yet. */
  lay(container: Container, start: number, length: number, access: Access): void {
    this.#unlessRefused(container, () => this.layParts(container, 0, start, length, access))
  }

  /** Lays what can be mapped of `length` bytes from byte `start` on, at byte `at` of a container; zeros stay in the gaps. Throws a SystemError. */
  layParts(container: Container, at: number, start: number, length: number, access: Access): void {
    if (!this.areas) {
      container.lay(at, length, this, start, access)
      return
    }
    const first = this.offset + start
    for (const { offset, size } of partsOf(this.areas, first, length))
      container.lay(at + offset - first, size, this, offset - this.offset, access)
  }

  /** Where in the aperture the first byte of a range lies that can't be mapped; undefined if all can. */
  gapIn(offset: number, length: number): number | undefined {
    if (!this.areas) return undefined
    const start = this.offset + this.pageOffset
    const gap = gapIn(this.areas, start + offset, length)
    return gap === undefined ? undefined : gap - start
  }

  /** Ends a container's use. May come after `free`. */
  giveBack(container: Container): void {
    container.giveBack()
    this.#containers.delete(container)
  }

  /** Every access through a container's arrays is refused from here on. The pages stay, and so do views. */
  closeArrays(): void {
    for (const container of this.#containers) container.closeArrays()
  }

  /** Empties all views, and takes all pages out of the process. */
  giveBackAll(): void {
    this.closeArrays()
    for (const container of this.#containers) this.giveBack(container)
  }

  /** What `look` sees while the first page is mapped, which it need not be otherwise. */
  whileMapped<T>(look: () => T): T {
    const container = this.map(0, this.unit, ACCESS.read)
    try {
      return look()
    } finally {
      this.giveBack(container)
    }
  }

  /** Tells whoever closes the device of the mapping that this is of. */
  tell(mapping: Mapped): void {
    if (!this.#backing.mapped) return
    this.kept.mapping = mapping // first: there is no view yet
    this.#backing.mapped(mapping)
  }

  /** The error for a user when the system refused to map. */
  explain(error: unknown): unknown {
    return this.#backing.explain(error)
  }

  #unlessRefused(container: Container, attempt: () => void): void {
    try {
      attempt()
    } catch (error) {
      this.giveBack(container)
      throw this.explain(error)
    }
  }

  /** Takes all pages out and ends the lease: all but `close`. */
  end(): void {
    this.giveBackAll()
    native.endLease(this.lease)
  }

  /** Closes the aperture; again, it does nothing. Throws what an aperture of the user's throws. */
  close(): void {
    if (this.#isClosed) return
    this.#backing.close()
    this.#isClosed = true
  }
}
