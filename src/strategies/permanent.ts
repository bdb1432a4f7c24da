import type { Backing } from '../apertures/aperture.js'
import { CONTAINER_MAX, type Container } from '../container.js'
import { giveBackContainer, takeContainer } from '../container-pool.js'
import { IoMappingError } from '../errors.js'
import { Exposure } from '../exposure.js'
import { ACCESS, type Access } from '../native.js'
import { formatSize } from '../numbers.js'
import { pageCeil } from '../page.js'
import { Window } from '../window.js'
import type { Strategy } from './strategy.js'

// Each container overlaps the next by half, so that every window of up to 2 GiB lies in one, and starts in the half
// whose indices V8 handles fast.
const STRIDE = CONTAINER_MAX / 2

// V8 reserves some 10 GiB for each container, so a 47-bit address space has room for 12,000 or so: beyond this it is
// not worth the seconds of trying.
const MOST_PARTS = 12_000

const refuseSize = (size: number): IoMappingError =>
  new IoMappingError(
    'ERR_IO_ADDRESS_SPACE',
    `An aperture of ${formatSize(size)} can't be mapped whole: at most ${formatSize(MOST_PARTS * STRIDE)} can; map a slice`,
  )

/**
 * The kernel's 64-bit case, ioremap_wc of the whole range: the whole aperture is mapped once, a map adds an offset, and
 * neither map nor unmap is a system call.
 */
export class Permanent implements Strategy {
  readonly name = 'permanent'
  readonly #backing: Backing
  readonly #pages: number
  readonly #parts: Window[] = []
  readonly #containers: Container[] = []
  readonly #last: number
  /** By part: containers with its pages that no one looks at. */
  readonly #concealed: Exposure[][] = []
  readonly #exposed = new Set<Exposure>()

  /** Maps `size` bytes of `backing`. Throws what `backing.explain` makes of a refusal; then nothing is mapped. */
  constructor(backing: Backing, size: number) {
    this.#backing = backing
    this.#pages = pageCeil(backing.pageOffset + size)
    this.#last = Math.max(0, Math.ceil(this.#pages / STRIDE) - 2)
    if (this.#last >= MOST_PARTS) throw refuseSize(size)
    try {
      for (let part = 0; part <= this.#last; part++) {
        const container = this.#mapPart(part, this.#access)
        this.#containers.push(container)
        this.#parts.push(new Window(container, this.#origin(part)))
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
    const exposure =
      this.#concealed[part]?.pop() ?? new Exposure(this.#mapPart(part, this.#viewAccess), this.#origin(part))
    this.#exposed.add(exposure)
    return exposure
  }

  conceal(exposure: Exposure): void {
    this.#exposed.delete(exposure)
    if (!this.#backing.writable) {
      exposure.end() // what was stored in its copies is not for the next window to see
      return
    }
    exposure.detach()
    const idle = (this.#concealed[this.#partOf(exposure.origin)] ??= [])
    idle.push(exposure)
  }

  free(): void {
    for (const window of this.#parts) window.close()
    for (const exposure of [...this.#exposed, ...this.#concealed.flat()]) exposure.end()
    for (const container of this.#containers) giveBackContainer(container)
    this.#containers.length = 0
    this.#concealed.length = 0
    this.#exposed.clear()
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
