import type { ContainerArrays } from '../container/arrays.js'
import type { Exposure } from '../container/exposure.js'

export type StrategyName = 'permanent' | 'slots' | 'per-call'

/** Where a window lies. */
export interface Location {
  readonly arrays: ContainerArrays
  /** Where in the arrays it starts, in bytes. */
  readonly start: number
  /** In bytes. */
  readonly length: number
}

/** How windows of an aperture get into the address space: the kernel page's "Current Implementation". */
export interface Strategy {
  readonly name: StrategyName
  /** What all threads' windows lie in, if they share it. */
  readonly buffer?: SharedArrayBuffer
  /** Of `maps` maps: how many needed no system call, how many one, and how many windows made room for others. */
  counts(maps: number): { hits: number; misses: number; recycles: number }

  /**
   * Gives `[offset, offset + length)`, which was checked, a place in a container until `release`, and returns where in
   * `arrays` it starts. Two answers without an object, since that would be one more for each map.
   */
  acquire(offset: number, length: number): number
  /** What the window that was acquired last lies in. */
  readonly arrays: ContainerArrays
  /** May come after `free`. */
  release(location: Location): void

  /** The same for views, which are the user's to keep: in a container that no other window has. */
  expose(offset: number, length: number): Exposure
  /** Empties its views. May come after `free`. */
  conceal(exposure: Exposure): void

  /** Closes all arrays: the memory was lost. The pages stay where they are, and views, until `free`. */
  lose(): void

  /** Closes all arrays, detaches all views, unmaps all pages. Never fails. */
  free(): void
}
