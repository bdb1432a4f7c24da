import type { TopLevelSpec } from 'vega-lite'
import { medianOf, type Results } from '../results.js'
import { COPY_SIZES, copyRowName } from '../rows/copies.js'
import { format } from '../units.js'
import { type Bar, bars } from './bars.js'
import { framed } from './style.js'

const OUT: readonly [figure: string, label: string][] = [
  ['copyTo', 'io-mapping'],
  ['C memcpy out', 'C, memcpy'],
]
const IN: typeof OUT = [
  ['copyFrom', 'io-mapping'],
  ['C memcpy in', 'C, memcpy'],
]

export const copyChart = ({ rows, machine }: Results): TopLevelSpec => {
  const column = (figures: typeof OUT): Bar[] =>
    COPY_SIZES.flatMap(([group, bytes]) =>
      figures.flatMap(([figure, label]) => {
        const value = medianOf(rows, copyRowName(bytes), figure)
        return value === undefined
          ? []
          : [{ label, value, group, ours: label === 'io-mapping', text: format(value, 'count') }]
      }),
    )
  const [out, into] = [column(OUT), column(IN)]
  const most = Math.max(10, ...[...out, ...into].map(({ value }) => value))
  const panel = { domain: [0, most * 1.15], width: 240 } as const
  return framed(
    'Copying',
    'GB/s; longer is better',
    {
      spacing: 24,
      hconcat: [
        bars(out, { axis: 'out of the mapping: copyTo, GB/s', ...panel }),
        bars(into, { axis: 'into the mapping: copyFrom, GB/s', ...panel, bare: true }),
      ],
    },
    machine,
    2 * panel.width,
  )
}
