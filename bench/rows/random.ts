import { atMost, each, NS, type Row, ratio } from '../row.js'
import { uniform } from '../sequences.js'
import { KiB, MiB } from './sizes.js'

const SEQUENCE = 2 ** 18
const size = 256 * MiB
const everywhere = uniform(SEQUENCE, size / (4 * KiB))

/** A window of `slots`, at most: so many of them lie within what is mapped at random. */
const WINDOW = 16 * KiB
const WINDOWS = 1024
const resident = uniform(SEQUENCE, (WINDOWS * WINDOW) / (4 * KiB))

const ours = {
  peer: 'io-mapping',
  case: 'dropped-written',
  args: { strategy: 'permanent', resident: 1 },
} as const

export const randomRow: Row = {
  name: 'random',
  title: 'Random pages of 256 MiB',
  about:
    'A random page is mapped, written and unmapped; all 65,536 pages are there. C has the whole mapped once, adds the ' +
    'same offsets and stores.',
  arena: { size },
  entries: [
    { label: 'permanent: map, write, unmap (dropped)', ...ours, pages: everywhere },
    { label: 'permanent: map, write, unmap (kept)', ...ours, case: 'kept-written', pages: everywhere },
    { label: 'permanent: atomic, write', ...ours, case: 'atomic-written', pages: everywhere },
    { label: 'C: add and store', peer: 'c', case: 'random-store', args: { size }, pages: everywhere },
  ],
  columns: [NS],
  measures: [
    ratio(
      'permanent map, write, unmap / C add and store',
      'permanent: map, write, unmap (dropped)',
      'C: add and store',
      atMost(2),
    ),
    ratio('the same with the handle kept', 'permanent: map, write, unmap (kept)', 'C: add and store'),
  ],
}

export const slotHitsRow: Row = {
  name: 'slot-hits',
  title: 'Random hits among 1,024 resident windows',
  about:
    'A random page of 1,024 windows of 16 KiB is mapped, written and unmapped; the slots (32 MiB) hold all the windows.',
  arena: { size, resident: WINDOWS * WINDOW },
  entries: [
    {
      label: 'slots',
      ...ours,
      args: { strategy: 'slots', slotBytes: 2 * WINDOWS * WINDOW, resident: 1 },
      pages: resident,
    },
    { label: 'permanent', ...ours, pages: resident },
  ],
  columns: [NS, each('system calls a map', 'misses')],
  measures: [ratio('slots / permanent', 'slots', 'permanent', atMost(2))],
}
