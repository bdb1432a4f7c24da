// What a row of the benchmark is: contestants that do the same, and what their figures are to show.
import type { Peer } from './contestant.js'
import type { Arguments } from './protocol.js'
import type { Unit } from './units.js'

/** One run of one contestant: per iteration `ns`, and what else it told of the whole run. */
export interface Sample {
  readonly ns: number
  readonly iterations: number
  readonly values: Readonly<Record<string, number>>
}

/** Each contestant's sample of one round, by its label. */
export type Round = ReadonlyMap<string, Sample>

export interface Entry {
  readonly label: string
  readonly peer: Peer
  readonly case: string
  readonly args?: Arguments
  /** The pages it maps, in order. A power of two of them; all contestants are given the same file. */
  readonly pages?: Uint32Array
  /** How many iterations a run has. Default: as many as take a set time. */
  readonly iterations?: number
  /** How many warm it up, where those of a run are too few for V8 to compile what they run. Needs `iterations`. */
  readonly warmUp?: number
}

export interface Column {
  readonly title: string
  readonly unit: Unit
  of(sample: Sample): number | undefined
}

export interface Goal {
  readonly bound: 'at most' | 'at least'
  readonly value: number
}

/** A number that is worked out in each round, so that what slows a round down slows both sides. */
export interface Measure {
  readonly what: string
  readonly unit: Unit
  of(round: Round): number | undefined
  readonly goal?: Goal
}

/** In bytes; `resident` of them are there from the start (default: all). */
export interface ArenaSize {
  readonly size: number
  readonly resident?: number
}

export interface Row {
  readonly name: string
  readonly title: string
  /** What it does, for the page of results. */
  readonly about: string
  readonly entries: readonly Entry[]
  readonly columns: readonly Column[]
  readonly measures: readonly Measure[]
  /** Memory that all contestants open by its path (`path=`). */
  readonly arena?: ArenaSize
  /** Puts files into a folder that all contestants are given (`folder=`). */
  readonly folder?: (path: string) => void
  /** Instead of the usual number, in one sitting. */
  readonly rounds?: number
  /** Count interrupts and processor time. */
  readonly counted?: boolean
}

/** How large a run is. */
export interface Scale {
  readonly quick: boolean
  readonly rounds: number
  /** In how many sittings, each with new processes: where their memory lies and what V8 compiles is a matter of luck. */
  readonly sittings: number
  /** How long one run takes, unless its iterations are given. */
  readonly runMs: number
}

export const atMost = (value: number): Goal => ({ bound: 'at most', value })
export const atLeast = (value: number): Goal => ({ bound: 'at least', value })

/** As it is printed, with three digits: no run measures more. */
export const isMet = (goal: Goal, value: number): boolean => {
  const printed = Number(value.toPrecision(3))
  return goal.bound === 'at most' ? printed <= goal.value : printed >= goal.value
}

export const NS: Column = { title: 'ns', unit: 'ns', of: sample => sample.ns }
export const MS: Column = { title: 'ms', unit: 'ms', of: ({ ns }) => ns / 1e6 }

/** How many times as long as `under` `over` takes. */
export const ratio = (what: string, over: string, under: string, goal?: Goal): Measure => ({
  what,
  unit: 'times',
  of: round => {
    const [a, b] = [round.get(over), round.get(under)]
    return a && b && a.ns / b.ns
  },
  ...(goal && { goal }),
})

/** A number that a contestant tells of a whole run, for each iteration. */
export const each = (title: string, name: string): Column => ({
  title,
  unit: 'count',
  of: ({ values, iterations }) => {
    const total = values[name]
    return total === undefined ? undefined : total / iterations
  },
})

/** A number of one contestant's. */
export const figure = (what: string, label: string, column: Column, goal?: Goal): Measure => ({
  what,
  unit: column.unit,
  of: round => {
    const sample = round.get(label)
    return sample && column.of(sample)
  },
  ...(goal && { goal }),
})
