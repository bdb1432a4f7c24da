import type { IoAccess } from '../access/io-access.js'
import type { BoundRegister } from './bound-register.js'
import type { Description, Plan } from './plan.js'
import type { Endianness } from './port.js'

/** Where a part of a block is put, and in which window. */
export interface Placement extends Origin {
  readonly mem: IoAccess
  /** Tells the places that a read changes. */
  readonly changing: { touches(offset: number, width: number): boolean }
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
  /** The register, where it lies at `offset` of a window. */
  bind(mem: IoAccess, offset: number): BoundRegister
}

/** A part where it lies in a description. */
export interface Piece {
  readonly part: Part
  /** From the start of the outermost block, in bytes. */
  readonly start: number
  readonly path: string
}

/** What a block is made of: a register, a block, an array of one of them. */
export interface Part {
  /** Where in its block it starts, in bytes. */
  readonly offset: number
  /** In bytes. */
  readonly size: number
  /** Whether it may lie on others: its description says so. */
  readonly mayOverlap: boolean
  /** What an array repeats. */
  readonly repeats?: { readonly element: Part; readonly count: number; readonly stride: number }
  bind(placement: Placement): unknown
  /** What is read of it, where a read does no harm; undefined: nothing. */
  values(placement: Placement): unknown
  /** The same without modes: as the device itself sees it, which may read and write all. */
  plain(): Part
  /** Its registers. */
  find(origin: Origin): Iterable<Found>
  /** Its own parts that touch `[from, to)`, where it lies as `piece` says; undefined: it is a register. */
  pieces(piece: Piece, from: number, to: number): Iterable<Piece> | undefined
}
