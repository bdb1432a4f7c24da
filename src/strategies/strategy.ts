import type { Container } from '../container.js'
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

  /** As `acquire`, in a container that no one else has: users' views can then be detached without harm to others. */
  expose(offset: number, length: number): Exposure
  /** Detaches every view of it. */
  conceal(exposure: Exposure): void

  /** Closes all windows, detaches all views, unmaps all pages. Never fails. */
  free(): void
}

/** A container lent to one holder: byte `offset` of the mapping is byte `offset - origin` of its buffer. */
export interface Exposure {
  readonly container: Container
  readonly origin: number
}
