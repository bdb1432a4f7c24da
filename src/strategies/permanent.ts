import type { ContainerArrays } from '../container/arrays.js'
import { CONTAINER_MAX, type Container } from '../container/container.js'
import type { Exposure } from '../container/exposure.js'
import { Exposures } from '../container/exposures.js'
import type { Ground } from '../container/ground.js'
import { mapRange } from '../container/map-range.js'
import { giveBackContainer } from '../container/pool.js'
import { IoMappingError } from '../system/errors.js'
import { ACCESS } from '../system/native.js'
import { formatSize } from '../system/numbers.js'
import { pageCeil } from '../system/page.js'
import type { Strategy } from './strategy.js'

// Each container overlaps the next by half, so that every window of up to 2 GiB lies in one, and starts in the half
// whose indices V8 handles fast.
const STRIDE = CONTAINER_MAX / 2
const PER_STRIDE = 1 / STRIDE

// V8 reserves some 10 GiB for each container, so a 47-bit address space has room for 12,000 or so: beyond this it is
// not worth the seconds of trying.
const MOST_PARTS = 12_000

const refuseSize = (size: number): IoMappingError =>
  new IoMappingError(
    'ERR_IO_ADDRESS_SPACE',
    `An aperture of ${formatSize(size)} can't be mapped whole: at most ${formatSize(MOST_PARTS * STRIDE)} can; ` +
      "map a slice, or map it with { strategy: 'slots' }",
  )

/**
 * The kernel's 64-bit case, ioremap_wc of the whole range: the whole aperture is mapped once, a map adds an offset, and
 * neither map nor unmap is a system call.
 */
export class Permanent implements Strategy {
  readonly name = 'permanent'
  private readonly backing: Ground
  private readonly pageOffset: number
  private readonly pages: number
  private readonly containers: Container[] = []
  /** What each stride of the aperture lies in: the last two in one container, the others each in one of their own. */
  private readonly parts: ContainerArrays[] = []
  arrays: ContainerArrays
  /** The number of the last container. */
  private readonly last: number
  private readonly exposures: Exposures

  /** Maps `size` bytes of `backing`. Throws what `backing.explain` makes of a refusal; then nothing is mapped. */
  constructor(backing: Ground, size: number) {
    this.backing = backing
    this.pageOffset = backing.pageOffset
    this.pages = pageCeil(backing.pageOffset + size)
    this.last = Math.max(0, Math.ceil(this.pages / STRIDE) - 2)
    this.exposures = new Exposures(backing, Number.POSITIVE_INFINITY)
    if (this.last >= MOST_PARTS) throw refuseSize(size)
    try {
      for (let part = 0; part <= this.last; part++) this.mapPart(part)
    } catch (error) {
      this.free()
      throw error
    }
    this.arrays = this.parts[0] as ContainerArrays
    this.parts.push(this.parts[this.last] as ContainerArrays)
  }

  counts(maps: number) {
    return { hits: maps, misses: 0, recycles: 0 }
  }

  acquire(offset: number): number {
    const at = offset + this.pageOffset
    if (this.last === 0) return at
    // Without Math.floor and Math.min: a call that V8 has not yet seen made costs small apertures too, since V8 saves
    // what it holds in registers for it, and those stores crowd out the device's.
    const part = (at * PER_STRIDE) | 0
    this.arrays = this.parts[part] as ContainerArrays
    // biome-ignore lint/complexity/useMathMinMax: see above
    return at - (part < this.last ? part : this.last) * STRIDE
  }

  release(): void {}

  expose(offset: number): Exposure {
    const start = this.partOf(offset) * STRIDE
    return this.exposures.expose(start, this.lengthFrom(start))
  }

  conceal(exposure: Exposure): void {
    this.exposures.conceal(exposure)
  }

  lose(): void {
    for (const container of this.containers) container.closeArrays()
  }

  free(): void {
    this.exposures.free()
    for (const container of this.containers) giveBackContainer(container)
    this.parts.length = this.containers.length = 0
  }

  private partOf(offset: number): number {
    return Math.min(Math.floor((offset + this.pageOffset) / STRIDE), this.last)
  }

  private lengthFrom(start: number): number {
    return Math.min(this.pages - start, CONTAINER_MAX)
  }

  private mapPart(part: number): void {
    const start = part * STRIDE
    const access = this.backing.writable ? ACCESS.readWrite : ACCESS.read
    const container = mapRange(this.backing, start, this.lengthFrom(start), access)
    this.containers.push(container)
    this.parts.push(container.arrays(this.backing.writable))
  }
}
