import { hex } from '../../system/numbers.js'
import { hexValue, jsonValue, valueIn, type Width } from '../typed/widths.js'
import type { Difference, Tally } from './differences.js'
import type { Extent, Side } from './extent.js'

/** What was compared, and what came of it. */
export interface Result extends Extent {
  readonly left: Side
  readonly right: Side
  readonly width: Width
  readonly tally: Tally
}

export const isEqual = ({ tally, longer }: Result): boolean => tally.differing === 0 && longer === undefined

/** A value that differs, for --json; `offset`: where the first of the two starts. */
export const jsonOfDifference = ({ at, one, other }: Difference, offset: number, width: Width) => ({
  offset: offset + at,
  one: jsonValue(valueIn(one, width), width),
  other: jsonValue(valueIn(other, width), width),
})

/** For --json. */
export const jsonOf = (result: Result, differences: readonly object[]) => {
  const { left, right, length, width, longer } = result
  const { differing, ranges } = result.tally
  return {
    ...{ one: left.name, other: right.name, offsets: [left.offset, right.offset] },
    ...{ length, width: width.name, equal: isEqual(result), differing, ranges },
    longer: longer?.name ?? null,
    differences,
  }
}

/** What differs, each value in a line; `offset`: where the first of the two starts. */
export const linesOf = (differences: Iterable<Difference>, offset: number, width: Width): string => {
  const value = (bytes: Uint8Array) => hexValue(valueIn(bytes, width), { bytes: bytes.length })
  const lines: string[] = []
  for (const { at, one, other } of differences)
    lines.push(`${hex(offset + at)}: ${value(one)} ${value(other)}\n`)
  return lines.join('')
}

/** How they differ. */
export const verdictOf = ({ tally, longer, length, width }: Result): string => {
  const { differing, ranges, told } = tally
  const all = Math.ceil(length / width.bytes)
  const which = `${differing} of ${all} ${width.name} differ, in ${ranges} ${ranges === 1 ? 'range' : 'ranges'}`
  const cut = told < differing ? ` (shown: ${told}; --max shows more)` : ''
  const same = `${length} bytes are equal`
  const rest = longer ? `; ${longer.name} is longer: it goes on after these ${length} bytes` : ''
  return `${differing > 0 ? `${which}${cut}` : same}${rest}`
}
