// What docs/command.md promises: all commands, and what people type today beside what they type here.
import { blocksOf } from './blocks.js'
import { sectionsOf } from './tables.js'

const PAGE = 'docs/command.md'

/** A habit: what is typed today, and in its place. */
export interface Habit {
  readonly theirs: string
  readonly ours: string
  readonly note: string
}

/** What to type in place of one tool's command lines. */
export interface Habits {
  readonly tool: string
  readonly all: readonly Habit[]
}

const sections = sectionsOf(PAGE)

export const habits: readonly Habits[] = sections.flatMap(({ title, rows }) => {
  const [, tool] = /^Coming from (.+)$/.exec(title) ?? []
  if (tool === undefined) return []
  return [{ tool, all: rows.map(([theirs = '', ours = '', note = '']) => ({ theirs, ours, note })) }]
})

/** The commands, each with a line that uses it. */
export const commands: readonly { readonly name: string; readonly example: string }[] = (
  sections[0]?.rows ?? []
).map(([name = '', , example = '']) => ({ name, example }))

/** The code in the first cells of a section's table, by its lines. */
const codeOf = (title: string): string[][] =>
  (sections.find(section => section.title === title)?.rows ?? []).map(([cell = '']) =>
    cell.includes('`') ? [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code) : [cell],
  )

export const apertures: readonly string[] = codeOf('Apertures').flat()

const typed = codeOf('Numbers')
export const times: readonly string[] = typed.at(-1) ?? []
export const numbers: readonly string[] = typed.slice(0, -1).flat()

const blockOf = (start: string): string => {
  const found = blocksOf(PAGE).find(({ code }) => code.startsWith(start))
  if (found) return found.code
  throw new Error(`${PAGE} has no block that starts with ${start}`)
}

/** The files that its command lines name, as it shows them. */
export const E1000E_MODULE = blockOf('// e1000e.ts')
export const SCRIPT = blockOf('# bring-up.iomap')

/** What it shows of a file with mistakes. */
export const WARNINGS = blockOf('iomap: warning')
