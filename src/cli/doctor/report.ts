// What was found, as people read it.
import { wrap } from '../shown/wrap.js'
import type { Finding, State } from './check.js'

/** What one group of checks has said. */
export interface Section {
  readonly title: string
  readonly findings: readonly Finding[]
}

const COLOURS: Readonly<Record<State, number>> = { ok: 32, warning: 33, obstacle: 31, unknown: 36 }

/** How wide a report is, at the least and at the most; and where nothing tells. */
const WIDTHS = { least: 60, most: 100, usual: 80 } as const

export interface Look {
  readonly colours: boolean
  /** Of the terminal, in columns; undefined if it is none. */
  readonly columns?: number | undefined
}

const STATE = 8

/** Where what stands below a finding begins. */
const BELOW = ' '.repeat(14)

/** What needs no root, or becomes it. */
const USERS = /^(sudo|iomap|docker|ps|truncate|chmod) /

const formatFinding = (finding: Finding, name: number, width: number, colours: boolean): string => {
  const { state, check, found, why, advice, commands = [] } = finding
  const inLines = (text: string, first: string) => wrap(text.split(' '), { first, width })
  const padded = state.padEnd(STATE)
  const head = inLines(found, `  ${padded}  ${check.padEnd(name)}  `)
  const shown = colours ? head.replace(padded, `\x1b[${COLOURS[state]}m${padded}\x1b[0m`) : head
  if (state === 'ok') return shown
  const words = [`why: ${why}`, ...(advice === undefined ? [] : [`do: ${advice}`])]
  const typed = commands.map(command => `${BELOW}${USERS.test(command) ? '$' : '#'} ${command}\n`) // whole, to be copied
  return [shown, ...words.map(text => inLines(text, BELOW)), ...typed].join('')
}

const counted = (findings: readonly Finding[], state: State, one: string, many: string): string[] => {
  const count = findings.filter(each => each.state === state).length
  return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`]
}

const summary = (findings: readonly Finding[]): string => {
  const parts = [
    ...counted(findings, 'obstacle', 'obstacle', 'obstacles'),
    ...counted(findings, 'warning', 'warning', 'warnings'),
    ...counted(findings, 'unknown', 'unknown', 'unknown'),
  ]
  const isRoots = findings.some(({ commands = [] }) => commands.some(each => !USERS.test(each)))
  const how = isRoots ? ' Commands behind # are for a shell of root’s.' : ''
  return parts.length === 0 ? 'Nothing stands in the way.' : `${parts.join(', ')}.${how}`
}

export const formatReport = (
  sections: readonly Section[],
  { colours, columns = WIDTHS.usual }: Look,
): string => {
  const all = sections.flatMap(({ findings }) => findings)
  const name = Math.max(...all.map(({ check }) => check.length))
  const width = Math.min(Math.max(columns, WIDTHS.least), WIDTHS.most)
  const blocks = sections.map(({ title, findings }) =>
    [`${title}\n`, ...findings.map(each => formatFinding(each, name, width, colours))].join(''),
  )
  return `${[...blocks, wrap(summary(all).split(' '), { first: '', width })].join('\n')}`
}
