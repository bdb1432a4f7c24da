// What an SVD file says, resolved: nothing derived, no lists, no inherited properties.
import type { Access, ReadEffect, WriteEffect } from 'io-mapping/registers'

export interface Device {
  readonly name: string
  readonly version: string
  readonly license: string
  readonly endianness: 'little' | 'big'
  /** In the order of the file. */
  readonly peripherals: readonly Peripheral[]
}

export interface Peripheral {
  readonly name: string
  readonly description: string
  /** Bus address, in bytes. */
  readonly base: number
  /** In bytes, as its address blocks say; 0 if they don't. */
  readonly size: number
  /** Another peripheral, whose registers it has. */
  readonly like: string | undefined
  /** Read when they are asked for: what is wrong in one peripheral doesn't keep others from being read. */
  items(): readonly Item[]
}

export type Item = Register | Cluster

interface Placed {
  readonly name: string
  readonly description: string
  /** In what it lies in, in bytes. */
  readonly offset: number
  readonly array: { readonly count: number; readonly stride: number } | undefined
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
}

export interface Field extends Behaviour {
  readonly name: string
  readonly description: string
  readonly high: number
  readonly low: number
  /** The names of its values when it is read and when it is written; empty: it has none. */
  readonly readNames: Names
  readonly writeNames: Names
}

/** Names, each with its values. */
export type Names = readonly { readonly name: string; readonly values: readonly number[] }[]

/** How many registers these are: those of arrays and clusters count each. */
export const countOf = (items: readonly Item[]): number =>
  items.reduce(
    (sum, item) => sum + (item.array?.count ?? 1) * (item.kind === 'register' ? 1 : countOf(item.items)),
    0,
  )
