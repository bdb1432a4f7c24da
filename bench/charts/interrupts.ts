import type { TopLevelSpec } from 'vega-lite'
import { medianOf, type Results } from '../results.js'
import { format } from '../units.js'
import { type Bar, bars } from './bars.js'
import { framed } from './style.js'

const STRATEGIES: readonly [figure: string, label: string][] = [
  ['permanent', 'io-mapping, permanent'],
  ['slots', 'io-mapping, slots'],
  ['per-call', 'io-mapping, per-call'],
  ['C mmap, munmap', 'C, mmap and munmap'],
]

const PATTERNS = ['sweep-read', 'sweep-write', 'hot', 'misses-read', 'misses-write'] as const
const [NS, TLB] = [0, 1]

export const interruptChart = ({ rows, machine }: Results): TopLevelSpec => {
  const column = (index: number, unit: 'ns' | 'count'): Bar[] =>
    PATTERNS.flatMap(pattern =>
      STRATEGIES.flatMap(([figure, label]) => {
        const value = medianOf(rows, pattern, figure, index)
        const group = rows.find(row => row.name === pattern)?.title ?? pattern
        return value === undefined
          ? []
          : [{ label, value, group, ours: label.startsWith('io-mapping'), text: format(value, unit) }]
      }),
    )
  const width = 250
  const counts = column(TLB, 'count') // none where interrupts can't be counted
  return framed(
    `With the other core busy: time ${counts.length > 0 ? 'and interrupts ' : ''}a map`,
    'per map and unmap of a page, logarithmic scales; shorter is better',
    {
      spacing: 24,
      hconcat: [
        bars(column(NS, 'ns'), {
          axis: 'ns',
          domain: [10, 300_000],
          log: true,
          width,
          ticks: [10, 100, 1000, 10_000, 100_000],
        }),
        ...(counts.length > 0
          ? [
              bars(counts, {
                axis: 'TLB shootdowns',
                domain: [1e-4, 10],
                log: true,
                width,
                bare: true,
                ticks: [1e-4, 1e-3, 1e-2, 0.1, 1, 10],
              }),
            ]
          : []),
      ],
    },
    machine,
    2 * width,
  )
}
