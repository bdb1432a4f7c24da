import { atLeast, type Entry, type Goal, NS, type Row, ratio } from '../row.js'
import { MiB } from './sizes.js'

const several = (label: string, peer: Entry['peer'], name: string, strategy?: string): Entry[] =>
  [1, 8].map(mappings => ({
    label: `${label}, ${mappings === 1 ? '1 mapping' : `${mappings} mappings`}`,
    peer,
    case: name,
    args: { mappings, ...(strategy && { strategy }) },
  }))

const against = (call: string, accessor: string, goal: Goal) =>
  ['1 mapping', '8 mappings'].map(count =>
    ratio(`Node-API accessor / ${call}, ${count}`, `${accessor}, ${count}`, `${call}, ${count}`, goal),
  )

export const readRow: Row = {
  name: 'read32',
  title: 'Reading a register',
  about:
    'One 32-bit read, of 1,024 words in turn, through one mapping or eight in turn, in one place of the program.',
  arena: { size: MiB },
  entries: [
    ...several('read32', 'io-mapping', 'read32', 'permanent'),
    ...several('Node-API accessor', 'accessor', 'read32'),
    { label: 'koffi.decode', peer: 'koffi', case: 'decode' },
    { label: 'Python struct.unpack_from', peer: 'python', case: 'struct-read32' },
    { label: 'Python memoryview', peer: 'python', case: 'memoryview-read32' },
    ...several('C volatile load', 'c', 'read32'),
  ],
  columns: [NS],
  measures: [
    ratio('koffi.decode / read32', 'koffi.decode', 'read32, 1 mapping', atLeast(6)),
    ...against('read32', 'Node-API accessor', atLeast(2)),
  ],
}

export const writeRow: Row = {
  name: 'write32',
  title: 'Writing a register',
  about:
    'One 32-bit write, to 1,024 words in turn, through one mapping or eight in turn, in one place of the program.',
  arena: { size: MiB },
  entries: [
    ...several('write32', 'io-mapping', 'write32', 'permanent'),
    ...several('Node-API accessor', 'accessor', 'write32'),
    { label: 'koffi.encode', peer: 'koffi', case: 'encode' },
    { label: 'Python struct.pack_into', peer: 'python', case: 'struct-write32' },
    { label: 'Python memoryview', peer: 'python', case: 'memoryview-write32' },
    ...several('C volatile store', 'c', 'write32'),
  ],
  columns: [NS],
  measures: against('write32', 'Node-API accessor', atLeast(8)),
}
