import type { ContainerArrays } from '../container/arrays.js'
import { CONTAINER_MAX, Container } from '../container/container.js'
import { Exposure, markExposed } from '../container/exposure.js'
import type { Ground } from '../container/ground.js'
import { IoMappingError } from '../system/errors.js'
import { ACCESS, type Lease, native } from '../system/native.js'
import { formatSize } from '../system/numbers.js'
import { pageCeil } from '../system/page.js'
import type { Strategy } from './strategy.js'

/** As long as a thread has the buffer, it has the pages: a mapping that is dropped is not yet freed then. */
const leases = new WeakMap<SharedArrayBuffer, Lease>()

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

  /** Maps `size` bytes. Throws ERR_IO_ADDRESS_SPACE, or what `ground.explain` makes of a refusal. */
  static create(ground: Ground, size: number): Shared {
    const length = pageCeil(ground.pageOffset + size)
    if (length > CONTAINER_MAX) throw refuseSize(size)
    const shared = new Shared(ground, Container.shared(length))
    const { container } = shared
    try {
      container.lay(0, length, ground, 0, ground.writable ? ACCESS.readWrite : ACCESS.read)
    } catch (error) {
      shared.free()
      throw ground.explain(error)
    }
    return shared
  }

  /** Another thread's. Throws ERR_IO_ARGUMENT if `buffer` is not that of the same mapping. */
  static attach(ground: Ground, buffer: SharedArrayBuffer): Shared {
    return new Shared(ground, new Container(buffer))
  }

  private constructor(ground: Ground, container: Container) {
    const { lease } = ground
    this.ground = ground
    this.container = container
    this.buffer = container.buffer as SharedArrayBuffer
    // Another object for the same memory: the lease, which lives as long as this one, must not keep it.
    const memory = structuredClone(this.buffer)
    if (!native.holdPages(lease, memory, container.address, container.byteLength)) throw refuseBuffer()
    leases.set(this.buffer, lease)
    container.guard(lease)
    this.arrays = container.arrays(ground.writable)
    markExposed(this.buffer)
  }

  counts(maps: number) {
    return { hits: maps, misses: 0, recycles: 0 }
  }

  acquire(offset: number): number {
    return offset + this.ground.pageOffset
  }

  release(): void {}

  expose(): Exposure {
    return new Exposure(this.container, 0, this.container.byteLength, this.ground.pageOffset)
  }

  conceal(): void {}

  lose(): void {
    this.container.closeArrays()
  }

  /** The pages end with the last thread's lease, and the guard with the buffer: any thread may have that. */
  free(): void {
    this.container.closeArrays()
  }
}

const refuseSize = (size: number): IoMappingError =>
  new IoMappingError(
    'ERR_IO_ADDRESS_SPACE',
    `An aperture of ${formatSize(size)} can't be shared: { shared: true } lays it into one SharedArrayBuffer, which has ` +
      `${formatSize(CONTAINER_MAX)} at most. Map a slice of it; or leave shared out, and hand the other threads what ` +
      'share() gives: each then maps it for itself',
  )

const refuseBuffer = (): IoMappingError =>
  new IoMappingError(
    'ERR_IO_ARGUMENT',
    'attach: the buffer is not that of the mapping; it must be what share() gave, as it came through postMessage',
  )
