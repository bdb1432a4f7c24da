import { atMost, NS, type Row, ratio } from '../row.js'
import { MiB } from './sizes.js'

const entry = (label: string, name: string) => ({
  label,
  peer: 'io-mapping' as const,
  case: name,
  args: { strategy: 'permanent' },
})

const FIELDS = [
  'a flag',
  'a number',
  'a name (enumeration)',
  'a number, in an array of registers',
  'the same, named outside of the loop',
]

export const fieldRow: Row = {
  name: 'fields',
  title: 'Reading a field of a register',
  about:
    'One field of one 32-bit register that is described with io-mapping/registers, in a loop; beside it the bare read32.',
  arena: { size: MiB },
  entries: [
    entry('read32, and a mask', 'field-bare'),
    entry('a flag', 'field-flag'),
    entry('a number', 'field-number'),
    entry('a name (enumeration)', 'field-name'),
    entry('a number, in an array of registers', 'field-element'),
    entry('the same, named outside of the loop', 'field-named'),
    entry('the whole register, read()', 'register-read'),
    entry('the whole register, modify()', 'register-modify'),
  ],
  columns: [NS],
  measures: FIELDS.map(label => ratio(`${label} / read32`, label, 'read32, and a mask', atMost(1.5))),
}
