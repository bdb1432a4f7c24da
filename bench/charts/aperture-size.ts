import type { TopLevelSpec } from 'vega-lite'
import { medianOf, type Results } from '../results.js'
import { APERTURE_SIZES } from '../rows/aperture-size.js'
import { format } from '../units.js'
import { type Bar, bars } from './bars.js'
import { framed } from './style.js'

export const sizeChart = ({ rows, machine }: Results): TopLevelSpec => {
  const bar = (group: string, label: string, value: number | undefined, ours: boolean): Bar[] =>
    value === undefined ? [] : [{ group, label, value, ours, text: format(value, 'ns') }]
  const call = medianOf(rows, 'map', 'C: mmap, write, munmap')
  const values = ['permanent', 'slots'].flatMap(strategy => [
    ...APERTURE_SIZES.flatMap(([size]) =>
      bar(strategy, size, medianOf(rows, 'aperture-size', `${strategy}, ${size}`), true),
    ),
    ...bar(strategy, 'any size: C, mmap and munmap', call, false),
  ])
  const width = 420
  return framed(
    'map and unmap, by the size of the aperture',
    'ns each, on a logarithmic scale; shorter is better',
    bars(values, {
      axis: 'ns',
      domain: [1, 20_000],
      log: true,
      width,
      ticks: [1, 10, 100, 1000, 10_000],
    }),
    machine,
    width,
  )
}
