import type { TopLevelSpec } from 'vega-lite'
import { medianOf, type Results } from '../results.js'
import { format } from '../units.js'
import { type Bar, bars } from './bars.js'
import { framed } from './style.js'

const BARS: readonly [label: string, figure: string, ours: boolean][] = [
  ['io-mapping, permanent', 'permanent: map, write, unmap (dropped)', true],
  ['io-mapping, slots, hit', 'slots (hits): map, write, unmap (dropped)', true],
  ['io-mapping, slots, miss', 'slots (misses): map, write, unmap (dropped)', true],
  ['io-mapping, per-call', 'per-call: map, write, unmap (dropped)', true],
  ['C, mmap and munmap', 'C: mmap, write, munmap', false],
  ['koffi, mmap and munmap', 'koffi: mmap, write, munmap', false],
  ['Python, mmap and close', 'Python: mmap, write, close', false],
]

export const mapChart = ({ rows, machine }: Results): TopLevelSpec => {
  const values = BARS.flatMap(([label, figure, ours]): Bar[] => {
    const value = medianOf(rows, 'map', figure)
    return value === undefined ? [] : [{ label, value, ours, text: format(value, 'ns') }]
  })
  const width = 520
  return framed(
    'Mapping a page, writing a word, unmapping it',
    'ns each, on a logarithmic scale; shorter is better',
    bars(values, {
      axis: 'ns',
      domain: [1, 100_000],
      log: true,
      width,
      ticks: [1, 10, 100, 1000, 10_000, 100_000],
    }),
    machine,
    width,
  )
}
