import fc from 'fast-check'
import { type IoMappingOptions, PAGE_SIZE } from 'io-mapping'
import { WIDTHS } from '../support/widths.js'
import { PAGES, SIZE } from './card.js'

const strategies = fc.constantFrom<IoMappingOptions[]>(
  { strategy: 'permanent' },
  { strategy: 'slots' },
  { strategy: 'slots', slotBytes: 3 * PAGE_SIZE },
  { strategy: 'slots', slotBytes: PAGES * PAGE_SIZE },
  { strategy: 'per-call' },
  { shared: true },
)

/** Which of those that there are: taken modulo their number. */
const which = fc.nat({ max: 1000 })
const width = fc.constantFrom(...WIDTHS)
const byte = fc.nat({ max: 255 })
const page = fc.nat({ max: PAGES - 1 })
const offset = fc.oneof(
  { weight: 4, arbitrary: fc.nat({ max: SIZE - 1 }) },
  { weight: 2, arbitrary: page.map(number => number * PAGE_SIZE) },
  { weight: 1, arbitrary: fc.integer({ min: -2, max: SIZE + 2 }) },
)
const length = fc.oneof(
  fc.integer({ min: 1, max: 64 }),
  fc.integer({ min: 1, max: 3 * PAGE_SIZE }),
  fc.constantFrom(0, SIZE),
)
/** Within a window, or near its end. */
const within = fc.oneof(
  fc.nat({ max: 16 }),
  fc.nat({ max: 3 * PAGE_SIZE }),
  fc.constantFrom(-1, 0.5, 2 ** 32),
)
const step = <K extends string, T>(kind: K, shape: { [N in keyof T]: fc.Arbitrary<T[N]> }) =>
  fc.record({ kind: fc.constant(kind), ...shape }) as fc.Arbitrary<{ kind: K } & T>

const STEPS = [
  [6, step('create', { options: strategies, writable: fc.integer({ min: 0, max: 3 }).map(n => n > 0) })],
  [14, step('map', { which, offset, length })],
  [
    30,
    step('access', {
      which,
      width,
      at: within,
      value: fc.bigInt({ min: 0n, max: 255n }),
      write: fc.boolean(),
    }),
  ],
  [
    10,
    step('copy', {
      which,
      width: fc.option(width, { nil: undefined }),
      at: within,
      length: fc.nat({ max: PAGE_SIZE }),
      byte,
      way: fc.constantFrom('to', 'from', 'fill'),
    }),
  ],
  [8, step('view', { which, at: fc.nat({ max: SIZE }), byte, write: fc.boolean() })],
  [10, step('unmap', { which })],
  [8, step('atomic', { which, page, width, value: fc.bigInt({ min: 0n, max: 255n }) })],
  [4, step('mapAtomic', { which, page, inOrder: fc.boolean() })],
  [3, step('read', { which, offset, length, width: fc.option(width, { nil: undefined }) })],
  [3, step('write', { which, offset, length, width: fc.option(width, { nil: undefined }), byte })],
  [1, step('freeWhile', { which, byte })],
  [2, step('into', { which, page, address: fc.nat({ max: 15 }), pages: fc.integer({ min: 1, max: 3 }) })],
  [2, step('outOf', { which })],
  [3, step('free', { which })],
  [1, step('drop', { which })],
  [1, step('gc', {})],
  [2, step('truncate', { pages: fc.nat({ max: PAGES }) })],
  [3, step('restore', {})],
  [
    2,
    step('cut', {
      which,
      what: fc.constantFrom('free', 'unmap', 'unmap'),
      up: fc.oneof(
        { weight: 20, arbitrary: fc.nat({ max: 20 }) },
        { weight: 1, arbitrary: fc.constant(null) },
      ),
    }),
  ],
  [1, step('listen', { which, up: fc.nat({ max: 20 }), on: fc.boolean() })],
  [1, step('nodeInto', { which, end: fc.constantFrom('unmap', 'free', 'nothing') })],
  [1, step('race', { spins: fc.nat({ max: 2000 }) })],
  [
    2,
    step('worker', {
      which,
      page,
      value: fc.option(fc.nat({ max: 2 ** 31 }), { nil: null }),
      keep: fc.boolean(),
    }),
  ],
] as const

/** Rare, since it takes a hundred times as long as the others. */
const TERMINATE = step('terminate', {})

type Of<T> = T extends fc.Arbitrary<infer U> ? U : never
export type Step = Of<(typeof STEPS)[number][1]> | Of<typeof TERMINATE>
export type StepOf<K extends Step['kind']> = Extract<Step, { kind: K }>

export const steps = (most: number): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.oneof(
      ...STEPS.map(([weight, arbitrary]) => ({
        weight: weight * 10,
        arbitrary: arbitrary as fc.Arbitrary<Step>,
      })),
      { weight: 1, arbitrary: TERMINATE as fc.Arbitrary<Step> },
    ),
    { minLength: 1, maxLength: most, size: 'max' },
  )
