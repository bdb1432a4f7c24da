import type { ContainerArrays } from '../container/arrays.js'
import { CONTAINER_MAX, type Container } from '../container/container.js'
import { Exposure } from '../container/exposure.js'
import type { Ground } from '../container/ground.js'
import { Space } from '../container/space.js'
import { IoMappingError } from '../system/errors.js'
import type { Lease } from '../system/native.js'
import { formatSize } from '../system/numbers.js'
import { PAGE_SIZE, pageCeil } from '../system/page.js'
import { isSystemError } from '../system/system-error.js'
import type { Strategy } from './strategy.js'

/** As long as a thread has the buffer, it has the pages: a mapping that is dropped is not yet freed then. With what its views keep. */
const leases = new WeakMap<ArrayBufferLike, [Lease, Ground['kept']]>()

/**
 * The whole aperture in one container that all threads share: `permanent`, behind a SharedArrayBuffer. No view of that can
 * be detached, so a view stays what it is when its window is unmapped. The pages are there until the mapping is freed in
 * each thread.
 */
export class Shared implements Strategy {
  readonly name = 'permanent'
  readonly buffer: SharedArrayBuffer
  readonly arrays: ContainerArrays
  private readonly ground: Ground
  private readonly container: Container

  /** Maps `size` bytes. Throws ERR_IO_ADDRESS_SPACE, ERR_IO_ALIGN, or what `ground.explain` makes of a refusal. */
  static create(ground: Ground, size: number): Shared {
    const length = pageCeil(ground.pageOffset + size)
    if (length > CONTAINER_MAX) throw refuseSize(size)
    if (ground.unit > PAGE_SIZE) throw refuseUnit(ground.unit)
    const shared = new Shared(ground, Space.shared(length))
    ground.lay(shared.container, 0, length, ground.access)
    return shared
  }

  /** Another thread's. Throws ERR_IO_ARGUMENT if `buffer` is not that of the same mapping. */
  static attach(ground: Ground, buffer: SharedArrayBuffer): Shared {
    return new Shared(ground, new Space(buffer))
  }

  private constructor(ground: Ground, space: Space) {
    this.ground = ground
    this.container = take(ground, space)
    this.buffer = space.buffer as SharedArrayBuffer
    leases.set(this.buffer, [ground.lease, ground.kept])
    this.arrays = this.container.arrays(ground.writable)
    this.container.expose()
  }

  counts(maps: number) {
    return { hits: maps, misses: 0, recycles: 0 }
  }

  acquire(offset: number): number {
    return offset + this.ground.pageOffset
  }

  release(): boolean {
    return false
  }

  settle(): void {}

  expose(): Exposure {
    return new Exposure(this.container, 0, this.container.byteLength, this.ground, true)
  }

  conceal(): void {}
}

const take = (ground: Ground, space: Space): Container => {
  try {
    return ground.takeShared(space)
  } catch (error) {
    const cause = error instanceof IoMappingError ? error.cause : undefined
    throw isSystemError(cause) && cause.code === 'EINVAL' ? refuseBuffer() : error
  }
}

const refuseSize = (size: number): IoMappingError =>
  new IoMappingError(
    'ERR_IO_ADDRESS_SPACE',
    `An aperture of ${formatSize(size)} can't be shared: { shared: true } lays it into one SharedArrayBuffer, which has ` +
      `${formatSize(CONTAINER_MAX)} at most. Map a slice of it; or leave shared out, and hand the other threads what ` +
      'share() gives: each then maps it for itself',
  )

const refuseUnit = (unit: number): IoMappingError =>
  new IoMappingError(
    'ERR_IO_ALIGN',
    `A file on hugetlbfs is mapped in multiples of ${formatSize(unit)}, and a SharedArrayBuffer starts at any page: ` +
      '{ shared: true } is not for it. Leave shared out, and hand the other threads what share() gives',
  )

const refuseBuffer = (): IoMappingError =>
  new IoMappingError(
    'ERR_IO_ARGUMENT',
    'attach: the buffer is not that of the mapping; it must be what share() gave, as it came through postMessage',
  )
