import { machineLines } from '../machine.js'
import type { Results, RowResult } from '../results.js'
import { figureCells, figureHead, remarksOf, verdictCells, verdictHead } from './cells.js'

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  `| ${head.join(' | ')} |`,
  `|${head.map((_, i) => (i === 0 ? '---' : '--:')).join('|')}|`,
  ...rows.map(row => `| ${head.map((_, i) => row[i] ?? '').join(' | ')} |`),
]

const section = (row: RowResult): string[] => [
  `### ${row.title}`,
  '',
  row.about,
  '',
  ...table(
    figureHead(row),
    row.figures.map(each => figureCells(row, each)),
  ),
  '',
  ...remarksOf(row).flatMap(each => [each, '']),
]

/** The goals, then every figure. */
export const markdownOf = ({ machine, rows }: Results): string => {
  const verdicts = rows.flatMap(({ title, verdicts }) => verdicts.map(each => [title, ...verdictCells(each)]))
  return [
    `${machineLines(machine).join(', ')}.`,
    '',
    '### Ratios and goals',
    '',
    ...table(['', ...verdictHead], verdicts),
    '',
    ...rows.flatMap(section),
  ].join('\n')
}

const START = '<!-- results: written by npm run bench -->'
const END = '<!-- end of results -->'

/** Puts what is generated between the two markers of a page. */
export const replaceResults = (page: string, generated: string): string => {
  const [start, end] = [page.indexOf(START), page.indexOf(END)]
  if (start < 0 || end < start) throw new Error(`the page has no place for results: '${START}' and '${END}'`)
  return `${page.slice(0, start + START.length)}\n\n${generated.trim()}\n\n${page.slice(end)}`
}
