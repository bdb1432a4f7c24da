import { hex } from '../../system/numbers.js'
import { hexValue, jsonValue, valueIn, type Width } from '../widths.js'
import type { Comparison, Tally } from './differences.js'
import type { Extent, Side } from './extent.js'

/** What was compared, and what came of it. */
export interface Result extends Comparison, Extent, Tally {
  readonly left: Side
  readonly right: Side
  readonly width: Width
}

export const isEqual = ({ differing, longer }: Result): boolean => differing === 0 && longer === undefined

/** For --json. */
export const jsonOf = (result: Result) => {
  const { left, right, length, width, differing, ranges, longer, first } = result
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
  const { left, length, width, first } = result
  if (isEqual(result)) return `equal: ${length} bytes\n`
  const value = (bytes: Uint8Array) => hexValue(valueIn(bytes, width), { bytes: bytes.length })
  return first
    .map(({ at, one, other }) => `${hex(left.offset + at)}: ${value(one)} ${value(other)}\n`)
    .join('')
}

/** How they differ. */
export const verdictOf = ({ differing, ranges, first, longer, length, width }: Result): string => {
  const all = Math.ceil(length / width.bytes)
  const which = `${differing} of ${all} ${width.name} differ, in ${ranges} ${ranges === 1 ? 'range' : 'ranges'}`
  const cut = first.length < differing ? `; the first ${first.length} are shown, --max shows more` : ''
  const same = `${length} bytes are equal`
  const rest = longer ? `; ${longer.name} is longer: it goes on after these ${length} bytes` : ''
  return `${differing > 0 ? `${which}${cut}` : same}${rest}`
}
