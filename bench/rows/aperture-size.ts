import { atMost, type Entry, MS, NS, type Row, ratio, type Scale } from '../row.js'
import { sweep } from '../sequences.js'
import { GiB, KiB, MiB, TiB } from './sizes.js'

export const APERTURE_SIZES = [
  ['1 MiB', MiB],
  ['16 MiB', 16 * MiB],
  ['256 MiB', 256 * MiB],
  ['4 GiB', 4 * GiB],
  ['64 GiB', 64 * GiB],
  ['1 TiB', TiB],
] as const

const KEPT = ' (handle kept)'
const PAGES = 256 // all that 1 MiB has

/** 256 pages, spread over all of it. */
const spread = (size: number) => sweep(PAGES, size / (4 * KiB) / PAGES)

export const sizeRow = ({ quick }: Scale): Row => {
  const sizes = quick ? APERTURE_SIZES.filter(([, size]) => size <= 64 * GiB) : APERTURE_SIZES
  const largest = sizes.at(-1)?.[0]
  const entry = (strategy: string, name: string, size: number, kept = ''): Entry => ({
    label: `${strategy}, ${name}${kept}`,
    peer: 'io-mapping',
    case: kept ? 'kept' : 'dropped',
    args: { strategy, size, ...(strategy === 'slots' && { slotBytes: 64 * MiB }) },
    pages: spread(size),
  })
  const entries = ['permanent', 'slots'].flatMap(strategy => [
    ...sizes.map(([name, size]) => entry(strategy, name, size)),
    ...sizes
      .filter((_, i) => i === 0 || i === sizes.length - 1)
      .map(([name, size]) => entry(strategy, name, size, KEPT)),
  ])
  return {
    name: 'aperture-size',
    title: 'The size of the aperture',
    about:
      'map and unmap, 256 pages in turn, spread over apertures from 1 MiB to 1 TiB (sparse memory). A handle that is kept ' +
      'and whose offset is 2 GiB or more costs V8 a second object, for that number.',
    entries,
    columns: [NS],
    measures: ['permanent', 'slots'].flatMap(strategy =>
      ['', KEPT].map(kept =>
        ratio(
          `${strategy}: ${largest} / 1 MiB${kept}`,
          `${strategy}, ${largest}${kept}`,
          `${strategy}, 1 MiB${kept}`,
          atMost(1.3),
        ),
      ),
    ),
  }
}

export const createRow = ({ quick }: Scale): Row => ({
  name: 'create',
  title: 'Making a mapping',
  about: 'createWc and free, once the process has made one before; no page is touched.',
  rounds: 3,
  entries: ['permanent', 'slots'].flatMap(strategy =>
    APERTURE_SIZES.filter(([, size]) => !quick || size <= 4 * GiB).map(
      ([name, size]): Entry => ({
        label: `${strategy}, ${name}`,
        peer: 'io-mapping',
        case: 'create',
        args: { strategy, size, ...(strategy === 'slots' && { slotBytes: 64 * MiB }) },
        iterations: size > 64 * GiB ? 1 : 4,
      }),
    ),
  ),
  columns: [MS],
  measures: [],
})
