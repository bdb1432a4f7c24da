import type { Goal } from './row.js'
import type { Spread } from './statistics.js'
import type { Unit } from './units.js'

/** What bench/results.json holds. */
export interface Results {
  readonly machine: Machine
  readonly rows: readonly RowResult[]
}

export interface Machine {
  readonly date: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  /** The hypervisor, if there is one. */
  readonly virtual: string | undefined
  readonly kernel: string
  readonly node: string
  readonly koffi: string
  readonly python: string
  readonly compiler: string
}

export interface RowResult {
  readonly name: string
  readonly title: string
  readonly about: string
  readonly rounds: number
  readonly columns: readonly { readonly title: string; readonly unit: Unit }[]
  readonly figures: readonly Figure[]
  readonly verdicts: readonly Verdict[]
  readonly remarks: readonly string[]
}

export interface Figure {
  readonly label: string
  /** A spread for each column. */
  readonly values: readonly (Spread | null)[]
  /** Why there are none. */
  readonly missing?: string
}

export interface Verdict {
  readonly what: string
  readonly unit: Unit
  readonly value: Spread | null
  readonly goal?: Goal
  readonly met?: boolean
}

/** The median of one figure. */
export const medianOf = (
  rows: readonly RowResult[],
  row: string,
  label: string,
  column = 0,
): number | undefined =>
  rows.find(each => each.name === row)?.figures.find(each => each.label === label)?.values[column]?.median
