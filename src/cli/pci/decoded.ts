import type { Region } from './regions.js'

/** In bytes: of an access of configuration space. */
export type ConfigWidth = 1 | 2 | 4

export interface ReadField {
  readonly name: string
  readonly value: boolean | number | string
  /** Where the value does not tell by itself. */
  readonly meaning: string | undefined
}

/** What a register says. */
export interface Value {
  /** Its path in its block. */
  readonly name: string
  readonly offset: number
  readonly width: ConfigWidth
  readonly raw: number
  readonly fields: readonly ReadField[]
  /** Of a register without fields. */
  readonly meaning: string | undefined
}

/** A part of the configuration space, and what it says. */
export interface Decoded {
  readonly region: Region
  readonly values: readonly Value[]
  /** What several of its registers mean together. */
  readonly remarks: readonly string[]
}
