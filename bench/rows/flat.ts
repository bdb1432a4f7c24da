import { atMost, type Column, type Entry, figure, type Row, type Scale } from '../row.js'
import { uniform } from '../sequences.js'
import type { Unit } from '../units.js'
import { KiB, MiB } from './sizes.js'

const size = 256 * MiB
const pages = uniform(2 ** 18, size / (4 * KiB))

const STRATEGIES = ['permanent', 'slots', 'per-call'] as const

/** Growth that is called flat: V8's heap breathes by some MiB, and slots' mappings merge and part. */
const FLAT = [
  ['memory', 'rss', 'MiB', 16],
  ['address space', 'address', 'MiB', 16],
  ["the kernel's mappings", 'mappings', 'count', 64],
  ['descriptors', 'descriptors', 'count', 0],
] as const

const told = (title: string, name: string, unit: Unit): Column => ({
  title,
  unit,
  of: ({ values }) => values[name],
})

export const flatRow = ({ quick }: Scale): Row => {
  const maps = { permanent: 1_000_000, slots: 1_000_000, 'per-call': quick ? 20_000 : 200_000 }
  return {
    name: 'flat',
    title: 'What a million maps leave behind',
    about:
      'Memory (RSS), address space (VmSize), kernel mappings and descriptors before a million maps of random pages of ' +
      '256 MiB, and what they grew by after; 200,000 maps with per-call. A tenth as many maps went before.',
    arena: { size },
    rounds: 1,
    entries: STRATEGIES.map(
      (strategy): Entry => ({
        label: strategy,
        peer: 'io-mapping',
        case: 'flat',
        args: { strategy, ...(strategy === 'slots' && { slotBytes: 64 * MiB }) },
        pages,
        iterations: maps[strategy],
      }),
    ),
    columns: FLAT.flatMap(([title, name, unit]) => [
      told(title, name, unit),
      told(`growth of ${title}`, `${name}Growth`, unit),
    ]),
    measures: STRATEGIES.flatMap(strategy =>
      FLAT.map(([title, name, unit, most]) =>
        figure(`${strategy}: growth of ${title}`, strategy, told(title, `${name}Growth`, unit), atMost(most)),
      ),
    ),
  }
}
