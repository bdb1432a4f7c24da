import type { IoAccess } from '../access/io-access.js'
import type { Description, Plan } from './plan.js'
import type { Endianness } from './port.js'

/** Where a part of a block is put, and in which window. */
export interface Placement extends Origin {
  readonly mem: IoAccess
}

/** Where a part of a block is. */
export interface Origin {
  /** Where its block starts in the window, in bytes. */
  readonly base: number
  /** What it is called there. */
  readonly path: string
  /** In which order the bytes of a register lie. */
  readonly order: Endianness
}

/** A register that was found in a description. */
export interface Found {
  readonly description: Description
  readonly plan: Plan
  readonly path: string
  /** In bytes, from the outermost block on. */
  readonly offset: number
  readonly order: Endianness
}

/** What a block is made of: a register, a block, an array of one of them. */
export interface Part {
  /** Where in its block it starts, in bytes. */
  readonly offset: number
  /** In bytes. */
  readonly size: number
  bind(placement: Placement): unknown
  /** The same without modes: as the device itself sees it, which may read and write all. */
  plain(): Part
  /** Its registers. */
  find(origin: Origin): Iterable<Found>
}
