import type { Column, Entry, Measure, Row } from '../row.js'
import { uniform } from '../sequences.js'
import { KiB, MiB } from './sizes.js'

const size = 64 * MiB
const pages = uniform(2 ** 16, size / (4 * KiB))

const label = (strategy: string, threads: number) =>
  `${strategy}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`

const entry = (strategy: string, threads: number): Entry => ({
  label: label(strategy, threads),
  peer: 'io-mapping',
  case: 'threads',
  args: { strategy, threads, ...(strategy === 'slots' && { slotBytes: 2 * size }) },
  pages,
})

/** Of all threads together: `threads=1` and `threads=2` are counted by the thread. */
const RATE: Column = {
  title: 'million maps a second',
  unit: 'M/s',
  of: ({ ns, values }) => (values.threads ?? 1) * (1000 / ns),
}

const scaling = (strategy: string): Measure => ({
  what: `${strategy}: throughput of 2 threads / 1`,
  unit: 'times',
  of: round => {
    const [one, two] = [round.get(label(strategy, 1)), round.get(label(strategy, 2))]
    return one && two && (2 * one.ns) / two.ns
  },
})

const STRATEGIES = ['permanent', 'slots', 'per-call'] as const

export const threadRow: Row = {
  name: 'threads',
  title: 'Two threads',
  about:
    'Maps, writes and unmaps of random pages of 64 MiB in one Worker or two at once, each with a mapping of its own.',
  arena: { size },
  entries: STRATEGIES.flatMap(strategy => [entry(strategy, 1), entry(strategy, 2)]),
  columns: [RATE],
  measures: STRATEGIES.map(scaling),
}
