import { styleText } from 'node:util'
import type { RowResult } from '../results.js'
import { figureCells, figureHead, remarksOf, verdictCells, verdictHead } from './cells.js'

/** Columns side by side, the first to the left, the others to the right. */
const align = (rows: readonly (readonly string[])[]): string[] => {
  const widths: number[] = []
  for (const row of rows)
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
  const pad = (cell: string, i: number) =>
    i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)
  return rows.map(row => row.map(pad).join('  ').trimEnd())
}

const indent = (lines: readonly string[]) => lines.map(line => `  ${line}`)

const colour = (line: string) =>
  line.replace(/(not met|met|not measured)$/, word =>
    styleText(word === 'met' ? 'green' : word === 'not met' ? 'red' : 'yellow', word),
  )

/** One row's results, as lines. */
export const printRow = (row: RowResult, colours: boolean): string => {
  const figures = align([figureHead(row), ...row.figures.map(each => figureCells(row, each))])
  const verdicts = row.verdicts.length === 0 ? [] : align([verdictHead, ...row.verdicts.map(verdictCells)])
  return [
    '',
    colours ? styleText('bold', row.title) : row.title,
    ...indent(figures),
    ...(verdicts.length > 0 ? ['', ...indent(colours ? verdicts.map(colour) : verdicts)] : []),
    ...indent(remarksOf(row)),
  ].join('\n')
}
