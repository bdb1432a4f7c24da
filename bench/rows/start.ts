import { atMost, type Entry, type Measure, MS, type Row, ratio } from '../row.js'

const entry = (label: string, name: string): Entry => ({
  ...{ label, case: name, iterations: 4 },
  peer: 'start',
})

const NODE = 'Node, nothing'
const IMPORT = "Node, import 'io-mapping'"
const VERSION = 'iomap --version'

/** In milliseconds, what importing it adds to a program that does nothing. */
const added: Measure = {
  what: `${IMPORT}, less ${NODE}`,
  unit: 'ms',
  of: round => {
    const [all, bare] = [round.get(IMPORT), round.get(NODE)]
    return all && bare && (all.ns - bare.ns) / 1e6
  },
  goal: atMost(25),
}

export const startRow: Row = {
  name: 'start',
  title: 'Starting',
  about:
    'a process from its start to its end: what the library and the command cost before they do anything.',
  entries: [
    entry(NODE, 'node'),
    entry(IMPORT, 'import'),
    entry(VERSION, 'version'),
    entry('iomap read memory:1M 0', 'read'),
    entry('Python, nothing', 'python'),
    entry('Python, import mmap', 'python-mmap'),
  ],
  columns: [MS],
  measures: [added, ratio(`${VERSION} / ${NODE}`, VERSION, NODE, atMost(1.35))],
}
