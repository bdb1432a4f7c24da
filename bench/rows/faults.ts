import { atMost, type Column, type Entry, figure, NS, type Row, ratio } from '../row.js'
import { MiB } from './sizes.js'

const entry = (label: string, name: string): Entry => ({ label, peer: 'io-mapping', case: name })

const checkRow: Row = {
  name: 'faults',
  title: 'What the check for faults costs',
  about:
    'One 32-bit access of 1,024 words in turn, by the library as it is, and by a copy of it without the check after each ' +
    'access whether its memory is still there.',
  arena: { size: MiB },
  entries: [
    entry('read32', 'checked-read32'),
    entry('read32, not checked', 'unchecked-read32'),
    entry('write32', 'checked-write32'),
    entry('write32, not checked', 'unchecked-write32'),
  ],
  columns: [NS],
  measures: [
    ratio('read32 / not checked', 'read32', 'read32, not checked', atMost(1.3)),
    ratio('write32 / not checked', 'write32', 'write32, not checked', atMost(1.5)),
  ],
}

const delay = (title: string, name: string): Column => ({
  title,
  unit: 'ms',
  of: ({ values }) => values[name],
})
const P99 = delay('99th percentile', 'p99')

const loopRow: Row = {
  name: 'transfers',
  title: 'The event loop while 256 MiB are read asynchronously',
  about:
    'Delays of the event loop during one readAsync of 256 MiB, as monitorEventLoopDelay tells them; its timer waits 1 ms, which ' +
    'they include.',
  arena: { size: 256 * MiB },
  entries: [
    {
      label: 'readAsync',
      peer: 'io-mapping',
      case: 'read-async',
      args: { strategy: 'permanent' },
      iterations: 1,
    },
  ],
  columns: [NS, delay('median', 'p50'), P99],
  measures: [figure('delay of the event loop, 99th percentile', 'readAsync', P99, atMost(10))],
}

export const faultRows: readonly Row[] = [checkRow, loopRow]
