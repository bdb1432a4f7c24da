import type { TopLevelSpec } from 'vega-lite'
import { medianOf, type Results } from '../results.js'
import { format } from '../units.js'
import { type Bar, bars } from './bars.js'
import { framed } from './style.js'

const BARS: readonly [label: string, read: string, write: string][] = [
  ['io-mapping, 1 mapping', 'read32, 1 mapping', 'write32, 1 mapping'],
  ['io-mapping, 8 mappings', 'read32, 8 mappings', 'write32, 8 mappings'],
  ['Node-API accessor, 1 mapping', 'Node-API accessor, 1 mapping', 'Node-API accessor, 1 mapping'],
  ['Node-API accessor, 8 mappings', 'Node-API accessor, 8 mappings', 'Node-API accessor, 8 mappings'],
  ['koffi, decode / encode', 'koffi.decode', 'koffi.encode'],
  ['Python, struct', 'Python struct.unpack_from', 'Python struct.pack_into'],
  ['Python, memoryview', 'Python memoryview', 'Python memoryview'],
  ['C, volatile', 'C volatile load, 1 mapping', 'C volatile store, 1 mapping'],
]

export const registerChart = ({ rows, machine }: Results): TopLevelSpec => {
  const group = (row: string, name: string, index: 1 | 2): Bar[] =>
    BARS.flatMap(bar => {
      const value = medianOf(rows, row, bar[index])
      const label = bar[0]
      return value === undefined
        ? []
        : [{ label, value, group: name, ours: label.startsWith('io-mapping'), text: format(value, 'ns') }]
    })
  const width = 480
  return framed(
    'A 32-bit register, in ordinary memory',
    'ns each, on a logarithmic scale; shorter is better',
    bars([...group('read32', 'Read', 1), ...group('write32', 'Write', 2)], {
      axis: 'ns',
      domain: [0.1, 1000],
      log: true,
      width,
      ticks: [0.1, 1, 10, 100, 1000],
    }),
    machine,
    width,
  )
}
