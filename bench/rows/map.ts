import { atLeast, atMost, type Entry, each, NS, type Row, ratio } from '../row.js'
import { sweep } from '../sequences.js'
import { GiB, MiB } from './sizes.js'

const near = sweep(1024) // 4 MiB
// A page in each 256 KiB of 4 GiB: so many windows that a slot is long lent again when its window comes round again.
const far = sweep(16_384, 64)

const ways = (strategy: string, name: string, args: Entry['args'], pages: Uint32Array): Entry[] => {
  const ours = { peer: 'io-mapping', args: { strategy, ...args }, pages } as const
  return [
    { label: `${name}: map, unmap (handle dropped)`, case: 'dropped', ...ours },
    { label: `${name}: map, unmap (handle kept)`, case: 'kept', ...ours },
    { label: `${name}: map, write, unmap (dropped)`, case: 'dropped-written', ...ours },
    { label: `${name}: map, write, unmap (kept)`, case: 'kept-written', ...ours },
    { label: `${name}: atomic, write`, case: 'atomic-written', ...ours },
    { label: `${name}: atomic, write (inline function)`, case: 'atomic-inline', ...ours },
    { label: `${name}: mapAtomic, write, unmap`, case: 'map-atomic-written', ...ours },
  ]
}

const slotBytes = 32 * MiB

const atomicAgainstMap = (name: string) => [
  ratio(
    `${name}: atomic / map with the handle kept`,
    `${name}: atomic, write`,
    `${name}: map, write, unmap (kept)`,
    atMost(1),
  ),
  ratio(
    `${name}: atomic / map with the handle dropped`,
    `${name}: atomic, write`,
    `${name}: map, write, unmap (dropped)`,
    atMost(1),
  ),
]

const KEPT = 'permanent: map, unmap (handle kept)'
const KEPT_WRITTEN = 'permanent: map, write, unmap (kept)'
const KOFFI = 'koffi: mmap, write, munmap'

export const mapRow: Row = {
  name: 'map',
  title: 'Mapping and unmapping a page',
  about:
    'A page is mapped, written where it says so (one 32-bit write), and unmapped; 1,024 pages in turn. “Kept” handles go ' +
    'into a ring of 4,096, so that V8 has to make them; “dropped” ones are local variables, as in most programs. The ' +
    'function that atomic lends the page to is made once, or for each map (“inline”). Slot ' +
    'misses: a page of each 256 KiB of 4 GiB in turn, through 32 MiB of slots.',
  arena: { size: 4 * GiB, resident: 4 * MiB },
  entries: [
    ...ways('permanent', 'permanent', {}, near),
    ...ways('slots', 'slots (hits)', { slotBytes }, near),
    ...ways('slots', 'slots (misses)', { slotBytes }, far),
    ...ways('per-call', 'per-call', {}, near),
    { label: KOFFI, peer: 'koffi', case: 'map', pages: near },
    { label: 'Python: mmap, write, close', peer: 'python', case: 'map', pages: near },
    { label: 'C: mmap, write, munmap', peer: 'c', case: 'map', pages: near },
  ],
  columns: [NS, each('system calls a map', 'misses')],
  measures: [
    ratio('koffi mmap, write, munmap / permanent map, unmap (kept)', KOFFI, KEPT, atLeast(500)),
    ratio('koffi mmap, write, munmap / permanent map, write, unmap (kept)', KOFFI, KEPT_WRITTEN),
    ...['permanent', 'slots (hits)', 'slots (misses)', 'per-call'].flatMap(atomicAgainstMap),
    ratio('per-call / C', 'per-call: map, write, unmap (dropped)', 'C: mmap, write, munmap'),
  ],
}
