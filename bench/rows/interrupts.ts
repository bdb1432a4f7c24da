import {
  atLeast,
  atMost,
  type Column,
  type Entry,
  each,
  figure,
  type Measure,
  NS,
  type Row,
  ratio,
  type Scale,
} from '../row.js'
import { hotTenth, sweep, uniform } from '../sequences.js'
import { GiB, KiB, MiB } from './sizes.js'

export const TLB: Column = each('TLB shootdowns a map', 'tlb')

/** All windows that were mapped are torn down by the end of `free`; a miss maps one, or in a sweep several. */
const PER_WINDOW: Column = {
  title: 'TLB shootdowns a window torn down',
  unit: 'count',
  of: ({ values: { tlb, misses = 0, recycles = 0 } }) =>
    tlb !== undefined && recycles > 0 ? tlb / Math.max(misses, recycles) : undefined,
}

/** By this process: its maps and its busy thread. Less than 2, and something else took a part of them. */
const BUSY: Column = { title: 'processors busy', unit: 'count', of: ({ values }) => values.cpus }

const COLUMNS: readonly Column[] = [
  NS,
  TLB,
  each('function calls a map', 'calls'),
  each('recycles a map', 'recycles'),
  PER_WINDOW,
  BUSY,
]

interface Pattern {
  readonly name: string
  readonly title: string
  readonly about: string
  readonly size: number
  readonly slotBytes: number
  readonly write: 0 | 1
  readonly pages: Uint32Array
  /** Iterations of slots and permanent; the others, which are slow, run a part of the same sequence. */
  readonly maps: number
  readonly measures: readonly Measure[]
}

const SLOW_MAPS = 2 ** 16

const patternRow = (pattern: Pattern, quick: boolean): Row => {
  const { size, slotBytes, write, pages, maps } = pattern
  const common = { args: { write }, pages }
  const ours = (strategy: string, iterations: number, more = {}): Entry => ({
    label: strategy,
    peer: 'io-mapping',
    case: 'pattern',
    ...common,
    args: { write, strategy, ...more },
    iterations,
  })
  const slow = Math.min(maps, quick ? SLOW_MAPS / 16 : SLOW_MAPS)
  return {
    name: pattern.name,
    title: pattern.title,
    about: pattern.about,
    arena: { size },
    rounds: quick ? 2 : 5,
    counted: true,
    entries: [
      ours('permanent', maps),
      ours('slots', maps, { slotBytes }),
      ours('per-call', slow),
      {
        label: 'C mmap, munmap',
        peer: 'c',
        case: 'map',
        ...common,
        args: { write, busy: 1 },
        iterations: slow,
      },
    ],
    columns: COLUMNS,
    measures: [...pattern.measures, ratio('per-call / C mmap, munmap', 'per-call', 'C mmap, munmap')],
  }
}

const faster = (times: number) => ratio('per-call / slots', 'per-call', 'slots', atLeast(times))

export const interruptRows = ({ quick }: Scale): Row[] => {
  const large = quick ? 256 * MiB : 4 * GiB
  const medium = quick ? 128 * MiB : 2 * GiB
  const pagesOf = (size: number) => size / (4 * KiB)
  const fewSlots = large / 32
  const hotSlots = medium / 8
  const many = quick ? 2 ** 14 : 2 ** 17
  const more = quick ? 2 ** 16 : 2 ** 20
  const all = sweep(pagesOf(large))
  const anywhere = uniform(many, pagesOf(large))
  const busy = 'while another thread of the process keeps the other core busy'
  const size = (bytes: number) => (bytes >= GiB ? `${bytes / GiB} GiB` : `${bytes / MiB} MiB`)

  const sweeps = { size: large, slotBytes: fewSlots, pages: all, maps: all.length }
  const missesOnly = { size: large, slotBytes: fewSlots, pages: anywhere, maps: many }
  const hot = { size: medium, slotBytes: hotSlots, write: 1, maps: more } as const
  const sweepGoals = [faster(10), figure('slots: TLB shootdowns a map', 'slots', TLB, atMost(0.01))]
  const missGoals = [
    faster(1),
    figure('slots: TLB shootdowns a window torn down', 'slots', PER_WINDOW, atMost(1)),
  ]
  const patterns: Pattern[] = [
    {
      name: 'sweep-read',
      title: `Sweeping ${size(large)}, read`,
      about: `Each page of ${size(large)} in order is mapped, read and unmapped ${busy}; ${size(fewSlots)} of slots.`,
      ...sweeps,
      write: 0,
      measures: sweepGoals,
    },
    {
      name: 'sweep-write',
      title: `Sweeping ${size(large)}, written`,
      about: 'The same, written.',
      ...sweeps,
      write: 1,
      measures: sweepGoals,
    },
    {
      name: 'misses-read',
      title: `Random pages of ${size(large)}, read`,
      about: `Random pages of ${size(large)} through ${size(fewSlots)} of slots: nearly all are misses.`,
      ...missesOnly,
      write: 0,
      measures: missGoals,
    },
    {
      name: 'misses-write',
      title: `Random pages of ${size(large)}, written`,
      about: 'The same, written.',
      ...missesOnly,
      write: 1,
      measures: missGoals,
    },
    {
      name: 'hot',
      title: '90 % of the maps in 10 % of the pages',
      about: `${size(medium)}; the hot tenth is one stretch, and the slots (${size(hotSlots)}) have room for it. Written.`,
      ...hot,
      pages: hotTenth(more, pagesOf(medium)),
      measures: [faster(5)],
    },
    {
      name: 'hot-scattered',
      title: 'The same, the hot pages scattered',
      about:
        'Every tenth page is hot, so every window is: the slots have room for an eighth of them. For orientation.',
      ...hot,
      maps: many, // nearly all are misses, and slow
      pages: hotTenth(many, pagesOf(medium), true),
      measures: [ratio('per-call / slots', 'per-call', 'slots')],
    },
  ]
  return patterns.map(pattern => patternRow(pattern, quick))
}
