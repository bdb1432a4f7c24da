// What a register file says, resolved: nothing derived, no lists, no inherited properties. Places and sizes are in bytes.
import type { Access, ReadEffect, WriteEffect } from 'io-mapping/registers'
import type { Oddities } from './oddity.js'

export interface Device {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly license: string
  readonly endianness: 'little' | 'big'
  /** In the order of the file. */
  readonly peripherals: readonly Peripheral[]
  /** What was wrong in what has been read so far. */
  readonly oddities: Oddities
}

export interface Peripheral {
  readonly name: string
  readonly description: string
  /** Those of a kind have one. */
  readonly group: string | undefined
  /** Bus address. */
  readonly base: number
  /** As its address blocks say; 0 if they don't. */
  readonly size: number
  readonly interrupts: readonly Interrupt[]
  /** Read when they are asked for: one object for all peripherals that have the same. */
  items(): readonly Item[]
}

export interface Interrupt {
  readonly name: string
  readonly number: number
  readonly description: string
}

export type Item = Register | Cluster

interface Placed {
  readonly name: string
  /** What the vendor calls it in its documents, if that is another name. */
  readonly displayName: string | undefined
  readonly description: string
  /** In what it lies in. */
  readonly offset: number
  readonly array: Repeated | undefined
  /** The one whose place it has, too. */
  readonly alternateOf: string | undefined
}

/** Several of a kind. */
export interface Repeated {
  readonly count: number
  readonly stride: number
  /** What one of them is called in C. */
  readonly typeName: string | undefined
  /** What they are called, where they have names beside their numbers. */
  readonly indexNames: readonly IndexName[]
}

export interface IndexName {
  readonly name: string
  readonly index: number
  readonly description: string
}

export interface Cluster extends Placed {
  readonly kind: 'cluster'
  readonly items: readonly Item[]
}

export interface Behaviour {
  readonly access: Access
  readonly onRead: ReadEffect | undefined
  readonly onWrite: WriteEffect | undefined
}

export interface Register extends Placed, Behaviour {
  readonly kind: 'register'
  readonly bits: 8 | 16 | 32 | 64
  readonly resetValue: bigint
  readonly fields: readonly Field[]
  readonly writeConstraint: WriteConstraint | undefined
}

export interface Field extends Behaviour {
  readonly name: string
  readonly description: string
  readonly high: number
  readonly low: number
  /** It has bits of one before it. */
  readonly overlaps: boolean
  /** The names of its values when it is read and when it is written; empty: it has none. */
  readonly readNames: Names
  readonly writeNames: Names
  readonly writeConstraint: WriteConstraint | undefined
}

/** What may be written: what was read, a value with a name, or one of a range. */
export type WriteConstraint = 'as-read' | 'named' | { readonly least: bigint; readonly most: bigint }

export interface Name {
  readonly name: string
  readonly description: string
  /** 'others': all that have no name. */
  readonly values: readonly number[] | 'others'
}

/** Names, each with its values. */
export type Names = readonly Name[]

/** How many registers these are: those of arrays and clusters count each. */
export const countOf = (items: readonly Item[]): number =>
  items.reduce(
    (sum, item) => sum + (item.array?.count ?? 1) * (item.kind === 'register' ? 1 : countOf(item.items)),
    0,
  )
