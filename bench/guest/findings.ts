// What the guest tells of each row, a line of its terminal.
import type { RowResult } from '../results.js'

const MARK = '@row '

export const formatFinding = (row: RowResult): string => `${MARK}${JSON.stringify(row)}`

/** Undefined: some other line. */
export const parseFinding = (line: string): RowResult | undefined =>
  line.startsWith(MARK) ? (JSON.parse(line.slice(MARK.length)) as RowResult) : undefined
