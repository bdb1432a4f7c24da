import type { ContainerArrays } from '../container/arrays.js'
import type { Container } from '../container/container.js'
import type { Exposure } from '../container/exposure.js'
import { Exposures } from '../container/exposures.js'
import type { Ground } from '../container/ground.js'
import { mapRange } from '../container/map-range.js'
import { giveBackContainer, giveBackUnmapped } from '../container/pool.js'
import { ACCESS } from '../system/native.js'
import { pageCeil, pageFloor } from '../system/page.js'
import type { Location, Strategy } from './strategy.js'

/**
 * The kernel's 32-bit case without HIGHMEM, ioremap_wc each time: each map maps its pages into a container of its own, each
 * unmap unmaps them, with an interrupt to every processor that the process runs on. It takes address space only while
 * a window is mapped, of whatever length.
 */
export class PerCall implements Strategy {
  readonly name = 'per-call'
  declare arrays: ContainerArrays
  readonly #backing: Ground
  readonly #exposures: Exposures
  readonly #containers = new Map<ContainerArrays, Container>()

  constructor(backing: Ground) {
    this.#backing = backing
    this.#exposures = new Exposures(backing, 0)
  }

  counts(maps: number) {
    return { hits: 0, misses: maps, recycles: 0 }
  }

  acquire(offset: number, length: number): number {
    const { start, bytes } = this.#pagesOf(offset, length)
    const access = this.#backing.writable ? ACCESS.readWrite : ACCESS.read
    const container = mapRange(this.#backing, start, bytes, access)
    this.arrays = container.arrays(this.#backing.writable)
    this.#containers.set(this.arrays, container)
    return offset + this.#backing.pageOffset - start
  }

  release({ arrays }: Location): void {
    const container = this.#containers.get(arrays)
    if (!container) return // it was freed
    this.#containers.delete(arrays)
    giveBackUnmapped(container)
  }

  expose(offset: number, length: number): Exposure {
    const { start, bytes } = this.#pagesOf(offset, length)
    return this.#exposures.expose(start, bytes)
  }

  conceal(exposure: Exposure): void {
    this.#exposures.conceal(exposure)
  }

  lose(): void {
    for (const container of this.#containers.values()) container.closeArrays()
  }

  free(): void {
    this.#exposures.free()
    for (const container of this.#containers.values()) giveBackContainer(container)
    this.#containers.clear()
  }

  #pagesOf(offset: number, length: number): { start: number; bytes: number } {
    const at = offset + this.#backing.pageOffset
    const start = pageFloor(at)
    return { start, bytes: pageCeil(at + length) - start }
  }
}
