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
  /**
   * Takes a window's place back. May come after `free`. V8 cuts a call short only where a function or another round of a loop begins
   * (a vm timeout, the stack's end), so this changes what it changes in one go, at its end, or not at all; if that is not
   * all, it returns true, and `settle` does the rest.
   */
  release(location: Location): boolean
  /** Completes a release; cut short, it can be called again. */
  settle(): void

  /** The same as `acquire` for views, which are the user's to keep: in a container that no other window has. */
  expose(offset: number, length: number): Exposure
  /** Takes back an exposure whose views were emptied. May come after `free`. */
  conceal(exposure: Exposure): void
}
