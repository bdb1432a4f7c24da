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

/** What each row says of its ratios and goals. */
const verdictTable = (rows: readonly RowResult[]): string[] => {
  const verdicts = rows.flatMap(({ title, verdicts }) => verdicts.map(each => [title, ...verdictCells(each)]))
  return table(['', ...verdictHead], verdicts)
}

/** The goals, then every figure. */
export const markdownOf = ({ machine, rows }: Results): string =>
  [
    `${machineLines(machine).join(', ')}.`,
    '',
    '### Ratios and goals',
    '',
    ...verdictTable(rows),
    '',
    ...rows.flatMap(section),
  ].join('\n')

/** The same of the rows in the guest, which has no machine of its own. */
export const guestMarkdownOf = ({ machine, rows }: Results): string =>
  [
    `Software emulation (QEMU, TCG), on: ${machineLines(machine).join(', ')}.`,
    '',
    ...verdictTable(rows),
    '',
    ...rows.flatMap(section),
  ].join('\n')

const END = '<!-- end of results -->'

/** Puts what `npm run command` has generated between its two markers of a page. */
export const replaceResults = (page: string, command: string, generated: string): string => {
  const mark = `<!-- results: written by npm run ${command} -->`
  const start = page.indexOf(mark)
  const end = page.indexOf(END, start)
  if (start < 0 || end < 0) throw new Error(`the page has no place for results: '${mark}' and '${END}'`)
  return `${page.slice(0, start + mark.length)}\n\n${generated.trim()}\n\n${page.slice(end)}`
}
