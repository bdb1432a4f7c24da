import { hex } from '../../system/numbers.js'
import { hexValue, jsonValue, valueIn, type Width } from '../typed/widths.js'
import type { Tally } from './differences.js'
import type { Extent, Side } from './extent.js'

/** What was compared, and what came of it. */
export interface Result extends Extent {
  readonly left: Side
  readonly right: Side
  readonly width: Width
  readonly tally: Tally
}

export const isEqual = ({ tally, longer }: Result): boolean => tally.differing === 0 && longer === undefined

/** For --json. */
export const jsonOf = (result: Result) => {
  const { left, right, length, width, longer } = result
  const { differing, ranges, first } = result.tally
  const value = (bytes: Uint8Array) => jsonValue(valueIn(bytes, width), width)
  return {
    ...{ one: left.name, other: right.name, offsets: [left.offset, right.offset] },
    ...{ length, width: width.name, equal: isEqual(result), differing, ranges },
    longer: longer?.name ?? null,
    differences: first.map(({ at, one, other }) => ({
      offset: left.offset + at,
      one: value(one),
      other: value(other),
    })),
  }
}

/** What differs, each value in a line. */
export const linesOf = (result: Result): string => {
  const { left, length, width, tally } = result
  if (isEqual(result)) return `equal: ${length} bytes\n`
  const value = (bytes: Uint8Array) => hexValue(valueIn(bytes, width), { bytes: bytes.length })
  return tally.first
    .map(({ at, one, other }) => `${hex(left.offset + at)}: ${value(one)} ${value(other)}\n`)
    .join('')
}

/** How they differ. */
export const verdictOf = ({ tally, longer, length, width }: Result): string => {
  const { differing, ranges, first } = tally
  const all = Math.ceil(length / width.bytes)
  const which = `${differing} of ${all} ${width.name} differ, in ${ranges} ${ranges === 1 ? 'range' : 'ranges'}`
  const cut = first.length < differing ? ` (shown: ${first.length}; --max shows more)` : ''
  const same = `${length} bytes are equal`
  const rest = longer ? `; ${longer.name} is longer: it goes on after these ${length} bytes` : ''
  return `${differing > 0 ? `${which}${cut}` : same}${rest}`
}
