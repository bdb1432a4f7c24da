import type { ContainerArrays } from '../container/arrays.js'
import type { Container } from '../container/container.js'
import type { Exposure } from '../container/exposure.js'
import { Exposures } from '../container/exposures.js'
import type { Ground } from '../container/ground.js'
import type { Location, Strategy } from './strategy.js'

/** Exposures kept for views of the same range: their address space, not their pages. */
const KEEP_EXPOSURES = 8

/**
 * The kernel's 32-bit case without HIGHMEM, ioremap_wc each time: each map maps its pages into a container of its own, each
 * unmap unmaps them, with an interrupt to every processor that the process runs on. It takes address space only while
 * a window is mapped, of whatever length.
 */
export class PerCall implements Strategy {
  readonly name = 'per-call'
  declare arrays: ContainerArrays
  readonly #ground: Ground
  readonly #exposures: Exposures
  readonly #containers = new Map<ContainerArrays, Container>()
  /** Of a window whose release is to be settled. */
  #left: ContainerArrays | undefined

  constructor(ground: Ground) {
    this.#ground = ground
    this.#exposures = new Exposures(ground, { most: KEEP_EXPOSURES, pages: false })
  }

  counts(maps: number) {
    return { hits: 0, misses: maps, recycles: 0 }
  }

  acquire(offset: number, length: number): number {
    if (this.#left) this.settle()
    const { start, bytes } = this.#unitsOf(offset, length)
    const container = this.#ground.map(start, bytes, this.#ground.access)
    this.arrays = container.arrays(this.#ground.writable)
    this.#containers.set(this.arrays, container)
    return offset + this.#ground.pageOffset - start
  }

  release({ arrays }: Location): boolean {
    if (this.#left) this.settle()
    this.#left = arrays
    return true
  }

  settle(): void {
    const arrays = this.#left as ContainerArrays
    const container = this.#containers.get(arrays)
    if (container) this.#ground.giveBack(container) // to a pool: its arrays are soon another's
    this.#containers.delete(arrays)
    this.#left = undefined
  }

  expose(offset: number, length: number): Exposure {
    const { start, bytes } = this.#unitsOf(offset, length)
    return this.#exposures.expose(start, bytes)
  }

  conceal(exposure: Exposure): void {
    this.#exposures.conceal(exposure)
  }

  #unitsOf(offset: number, length: number): { start: number; bytes: number } {
    const at = offset + this.#ground.pageOffset
    const start = this.#ground.floor(at)
    return { start, bytes: this.#ground.ceil(at + length) - start }
  }
}
