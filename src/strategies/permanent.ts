import type { Backing } from '../apertures/aperture.js'
import { CONTAINER_MAX, type Container } from '../container.js'
import { ContainerArrays } from '../container-arrays.js'
import { giveBackContainer } from '../container-pool.js'
import { IoMappingError } from '../errors.js'
import type { Exposure } from '../exposure.js'
import { ACCESS } from '../native.js'
import { formatSize } from '../numbers.js'
import { pageCeil } from '../page.js'
import { Exposures } from './exposures.js'
import { mapRange } from './map-range.js'
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
    `An aperture of ${formatSize(size)} can't be mapped whole: at most ${formatSize(MOST_PARTS * STRIDE)} can; ` +
      "map a slice, or map it with { strategy: 'slots' }",
  )

/** A stretch of the aperture in a container: byte `offset` of the mapping is byte `offset - origin` of the arrays. */
interface Part {
  readonly container: Container
  readonly arrays: ContainerArrays
  readonly origin: number
}

/**
 * The kernel's 64-bit case, ioremap_wc of the whole range: the whole aperture is mapped once, a map adds an offset, and
 * neither map nor unmap is a system call.
 */
export class Permanent implements Strategy {
  readonly name = 'permanent'
  private readonly backing: Backing
  private readonly pageOffset: number
  private readonly pages: number
  private readonly parts: Part[] = []
  arrays: ContainerArrays
  /** The number of the last part. */
  private readonly last: number
  private readonly exposures: Exposures

  /** Maps `size` bytes of `backing`. Throws what `backing.explain` makes of a refusal; then nothing is mapped. */
  constructor(backing: Backing, size: number) {
    this.backing = backing
    this.pageOffset = backing.pageOffset
    this.pages = pageCeil(backing.pageOffset + size)
    this.last = Math.max(0, Math.ceil(this.pages / STRIDE) - 2)
    this.exposures = new Exposures(backing, Number.POSITIVE_INFINITY)
    if (this.last >= MOST_PARTS) throw refuseSize(size)
    try {
      for (let part = 0; part <= this.last; part++) this.parts.push(this.mapPart(part))
    } catch (error) {
      this.free()
      throw error
    }
    this.arrays = (this.parts[0] as Part).arrays
  }

  counts(maps: number) {
    return { hits: maps, misses: 0, recycles: 0 }
  }

  acquire(offset: number): number {
    if (this.last === 0) return offset + this.pageOffset
    const part = this.parts[this.partOf(offset)] as Part
    this.arrays = part.arrays
    return offset - part.origin
  }

  release(): void {}

  expose(offset: number): Exposure {
    const start = this.partOf(offset) * STRIDE
    return this.exposures.expose(start, this.lengthFrom(start))
  }

  conceal(exposure: Exposure): void {
    this.exposures.conceal(exposure)
  }

  free(): void {
    this.exposures.free()
    for (const { arrays, container } of this.parts) {
      arrays.close()
      giveBackContainer(container)
    }
    this.parts.length = 0
  }

  private partOf(offset: number): number {
    return Math.min(Math.floor((offset + this.pageOffset) / STRIDE), this.last)
  }

  private lengthFrom(start: number): number {
    return Math.min(this.pages - start, CONTAINER_MAX)
  }

  private mapPart(part: number): Part {
    const start = part * STRIDE
    const access = this.backing.writable ? ACCESS.readWrite : ACCESS.read
    const container = mapRange(this.backing, start, this.lengthFrom(start), access)
    return { container, arrays: new ContainerArrays(container), origin: start - this.pageOffset }
  }
}
