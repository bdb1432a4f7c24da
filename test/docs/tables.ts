import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../support/root.js'

/** A line of a table, by what its cells say. */
export type Row = readonly string[]

export interface Section {
  readonly title: string
  /** The lines of its tables, without their heads. */
  readonly rows: readonly Row[]
}

/** Whole cells of code are what stands in them. */
const cellsOf = (line: string): Row =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map(cell => cell.trim().replaceAll('\\|', '|'))
    .map(cell => /^`([^`]*)`$/.exec(cell)?.[1] ?? cell)

const RULE = /^\|(-+\|)+$/

const rowsOf = (text: string): Row[] => {
  const lines = text.split('\n')
  return lines
    .filter((line, i) => line.startsWith('|') && !RULE.test(line) && !RULE.test(lines[i + 1] ?? ''))
    .map(cellsOf)
}

/** The sections of a page, with what their tables say; the first has the page's title. */
export const sectionsOf = (page: string): Section[] => {
  const text = readFileSync(join(ROOT, page), 'utf8').replace(/^```.*?^```$/gms, '')
  return text
    .split(/^##? /m)
    .slice(1)
    .map(section => ({ title: section.split('\n')[0] ?? '', rows: rowsOf(section) }))
}
