import { table } from './table.js'

/** A device in a listing: a line, and rows below it for its parts. */
export interface Entry {
  readonly title: string
  readonly rows: readonly (readonly string[])[]
  /** Whole lines below them. */
  readonly notes?: string
}

/** The listing as people read it: the parts stand in columns all the way down. */
export const formatListing = (entries: readonly Entry[]): string => {
  const lines = table(
    entries.flatMap(({ rows }) => rows),
    4,
  ).split('\n')
  let next = 0
  return entries
    .map(({ title, rows, notes = '' }) => {
      const own = [title, ...lines.slice(next, (next += rows.length))]
      return `${own.map(line => `${line}\n`).join('')}${notes}`
    })
    .join('')
}
