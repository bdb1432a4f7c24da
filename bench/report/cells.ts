// The results of a row as cells of text, for the terminal and for Markdown alike.
import type { Figure, RowResult, Verdict } from '../results.js'
import { format, type Unit } from '../units.js'

const goalText = ({ goal, unit }: Verdict): string =>
  goal ? `${goal.bound === 'at most' ? '≤' : '≥'} ${format(goal.value, unit)}` : ''

const metText = ({ goal, value, met }: Verdict): string => {
  if (!goal) return ''
  if (value === null) return 'not measured'
  return met ? 'met' : 'not met'
}

const spreadText = ({ value, unit }: Verdict): string =>
  value && value.low < value.high ? `${format(value.low, unit)} to ${format(value.high, unit)}` : ''

export const verdictHead = ['', 'median', 'quartiles', 'goal', ''] as const

export const verdictCells = (verdict: Verdict): string[] => [
  verdict.what,
  format(verdict.value?.median, verdict.unit),
  spreadText(verdict),
  goalText(verdict),
  metText(verdict),
]

export const figureHead = ({ columns }: RowResult): string[] => ['', ...columns.map(({ title }) => title)]

/** A figure without its unit where the column's title says it. */
const bare = (value: number | undefined, { title, unit }: { title: string; unit: Unit }): string =>
  format(value, title === unit ? 'count' : unit)

export const figureCells = ({ columns }: RowResult, { label, values }: Figure): string[] => [
  label,
  ...columns.map((column, i) => bare(values[i]?.median, column)),
]

/** What else there is to say: why figures are missing, each reason once. */
export const remarksOf = ({ figures, remarks }: RowResult): string[] => {
  const labels = new Map<string, string[]>()
  for (const { label, missing } of figures) {
    if (missing !== undefined) labels.set(missing, [...(labels.get(missing) ?? []), label])
  }
  return [...remarks, ...[...labels].map(([reason, all]) => `Not measured: ${all.join('; ')}: ${reason}`)]
}
