import type { Exposure } from '../exposure.js'
import type { Window } from '../window.js'

export type StrategyName = 'permanent' | 'slots' | 'per-call'

/** How windows of an aperture get into the address space: the kernel page's "Current Implementation". */
export interface Strategy {
  readonly name: StrategyName
  /** Of `maps` maps: how many needed no system call, how many one, and how many took address space from another. */
  counts(maps: number): { hits: number; misses: number; recycles: number }

  /** A window that holds `[offset, offset + length)` until `release`. The range was checked. */
  acquire(offset: number, length: number): Window
  release(window: Window): void

  /** The same for views, which are the user's to keep: in a container that no other window has. */
  expose(offset: number, length: number): Exposure
  /** Empties its views. */
  conceal(exposure: Exposure): void

  /** Closes all windows, detaches all views, unmaps all pages. Never fails. */
  free(): void
}
