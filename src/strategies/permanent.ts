import type { ContainerArrays } from '../container/arrays.js'
import { CONTAINER_MAX, type Container } from '../container/container.js'
import type { Exposure } from '../container/exposure.js'
import { Exposures } from '../container/exposures.js'
import type { Ground } from '../container/ground.js'
import { IoMappingError } from '../system/errors.js'
import { formatSize } from '../system/numbers.js'
import { PAGE_SIZE } from '../system/page.js'
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

const refuseUnits = (size: number, unit: number): IoMappingError =>
  new IoMappingError(
    'ERR_IO_ADDRESS_SPACE',
    `An aperture of ${formatSize(size)} on hugetlbfs, which is mapped in multiples of ${formatSize(unit)}, can't be mapped whole: ` +
      `less than ${formatSize(CONTAINER_MAX)} can; map a slice, or map it with { strategy: 'slots' }`,
  )

/**
 * The kernel's 64-bit case, ioremap_wc of the whole range: the whole aperture is mapped once, a map adds an offset, and
 * neither map nor unmap is a system call.
 */
export class Permanent implements Strategy {
  readonly name = 'permanent'
  private readonly ground: Ground
  private readonly pageOffset: number
  private readonly pages: number
  /** What each stride of the aperture lies in: the last two in one container, the others each in one of their own. */
  private readonly parts: ContainerArrays[] = []
  arrays: ContainerArrays
  /** The number of the last container. */
  private readonly last: number
  private readonly exposures: Exposures

  /** Maps `size` bytes. Throws ERR_IO_ADDRESS_SPACE, or what `ground.explain` makes of a refusal; then nothing is mapped. */
  constructor(ground: Ground, size: number) {
    this.ground = ground
    this.pageOffset = ground.pageOffset
    this.pages = ground.ceil(ground.pageOffset + size)
    this.last = Math.max(0, Math.ceil(this.pages / STRIDE) - 2)
    this.exposures = new Exposures(ground, { most: Number.POSITIVE_INFINITY, pages: true })
    if (this.last >= MOST_PARTS) throw refuseSize(size)
    if (ground.unit > PAGE_SIZE && this.pages + ground.unit > CONTAINER_MAX)
      throw refuseUnits(size, ground.unit)
    try {
      for (let part = 0; part <= this.last; part++)
        this.parts.push(this.mapPart(part).arrays(ground.writable))
    } catch (error) {
      ground.giveBackAll()
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

  release(): boolean {
    return false
  }

  settle(): void {}

  expose(offset: number): Exposure {
    const start = this.partOf(offset) * STRIDE
    return this.exposures.expose(start, this.lengthFrom(start))
  }

  conceal(exposure: Exposure): void {
    this.exposures.conceal(exposure)
  }

  private partOf(offset: number): number {
    return Math.min(Math.floor((offset + this.pageOffset) / STRIDE), this.last)
  }

  private lengthFrom(start: number): number {
    return Math.min(this.pages - start, CONTAINER_MAX)
  }

  private mapPart(part: number): Container {
    const start = part * STRIDE
    return this.ground.map(start, this.lengthFrom(start), this.ground.access)
  }
}
