import type { Backing } from '../apertures/aperture.js'
import { CONTAINER_MAX, type Container } from '../container.js'
import { giveBackContainer, takeContainer } from '../container-pool.js'
import { ACCESS, type Access } from '../native.js'
import { pageCeil } from '../page.js'
import { Window } from '../window.js'
import type { Exposure, Strategy } from './strategy.js'

// Each container overlaps the next by half, so that every window of up to 2 GiB lies in one, and starts in the half
// whose indices V8 handles fast.
const STRIDE = CONTAINER_MAX / 2

/**
 * The kernel's 64-bit case, ioremap_wc of the whole range: the whole aperture is mapped once, a map adds an offset, and
 * neither map nor unmap is a system call.
 */
export class Permanent implements Strategy {
  readonly name = 'permanent'
  readonly #backing: Backing
  readonly #pages: number
  readonly #parts: Window[] = []
  readonly #last: number
  /** By part: containers with its pages that no one looks at. */
  readonly #concealed: Exposure[][] = []
  readonly #exposed = new Set<Exposure>()

  /** Maps `size` bytes of `backing`. Throws what `backing.explain` makes of a refusal; then nothing is mapped. */
  constructor(backing: Backing, size: number) {
    this.#backing = backing
    this.#pages = pageCeil(backing.pageOffset + size)
    this.#last = Math.max(0, Math.ceil(this.#pages / STRIDE) - 2)
    try {
      for (let part = 0; part <= this.#last; part++) {
        this.#parts.push(new Window(this.#mapPart(part, this.#access), this.#origin(part)))
      }
    } catch (error) {
      this.free()
      throw error
    }
  }

  counts(maps: number) {
    return { hits: maps, misses: 0, recycles: 0 }
  }

  acquire(offset: number): Window {
    return this.#parts[this.#partOf(offset)] as Window
  }

  release(): void {}

  expose(offset: number): Exposure {
    const part = this.#partOf(offset)
    const exposure = this.#concealed[part]?.pop() ?? {
      container: this.#mapPart(part, this.#viewAccess),
      origin: this.#origin(part),
    }
    this.#exposed.add(exposure)
    return exposure
  }

  conceal(exposure: Exposure): void {
    this.#exposed.delete(exposure)
    exposure.container.detach()
    const idle = (this.#concealed[this.#partOf(exposure.origin)] ??= [])
    idle.push(exposure)
  }

  free(): void {
    for (const window of this.#parts) window.close()
    for (const { container } of [...this.#parts, ...this.#exposed, ...this.#concealed.flat()]) {
      giveBackContainer(container)
    }
    this.#exposed.clear()
    this.#concealed.length = 0
  }

  get #access(): Access {
    return this.#backing.writable ? ACCESS.readWrite : ACCESS.read
  }

  // A store through a view of a read-only mapping must neither reach the memory nor end the process.
  get #viewAccess(): Access {
    return this.#backing.writable ? ACCESS.readWrite : ACCESS.copyOnWrite
  }

  #partOf(offset: number): number {
    return this.#last === 0
      ? 0
      : Math.min(Math.floor((offset + this.#backing.pageOffset) / STRIDE), this.#last)
  }

  #origin(part: number): number {
    return part * STRIDE - this.#backing.pageOffset
  }

  #mapPart(part: number, access: Access): Container {
    const start = part * STRIDE
    const length = Math.min(this.#pages - start, CONTAINER_MAX)
    const container = takeContainer(length)
    try {
      container.lay(0, length, this.#backing, start, access)
    } catch (error) {
      giveBackContainer(container)
      throw this.#backing.explain(error)
    }
    return container
  }
}
