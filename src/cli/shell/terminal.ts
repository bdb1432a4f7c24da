// What is typed at the shell's prompt, with history and completion.
import { createInterface, type Interface } from 'node:readline/promises'
import type { Commands } from '../commands/entry.js'
import { complete } from '../completion/complete.js'
import { splitWords } from '../typed/script-words.js'
import type { History } from './history.js'

/** What was typed, or pasted: whole lines, none if there are no more, and what stands behind the last. */
export interface Typed {
  readonly lines: readonly string[]
  readonly rest: string
}

export const NOTHING: Typed = { lines: [], rest: '' }

/** Asks for what is to be run; `rest`: what is typed already. */
export const ask = async (history: History, commands: Commands, rest: string): Promise<Typed> => {
  const terminal = createInterface({
    input: process.stdin,
    output: process.stdout,
    history: [...history.lines],
    historySize: history.lines.length + 1,
    completer: (line: string) => completed(line, history, commands),
  })
  try {
    return await answer(terminal, rest)
  } finally {
    terminal.close() // so that a command has the terminal as it is
  }
}

const answer = (terminal: Interface, rest: string): Promise<Typed> =>
  new Promise(resolve => {
    const lines: string[] = []
    terminal.setPrompt('iomap> ')
    terminal.on('line', line => {
      lines.push(line)
      setImmediate(() => resolve({ lines, rest: terminal.line })) // once all that was pasted is in it
    })
    terminal.on('close', () => resolve({ lines, rest: '' }))
    terminal.on('SIGINT', () => {
      process.stdout.write('^C\n')
      resolve({ lines: [''], rest: '' })
    })
    terminal.prompt()
    if (rest !== '') terminal.write(rest)
  })

const completed = async (line: string, history: History, commands: Commands): Promise<[string[], string]> => {
  const [words, current] = splitLine(line)
  const found = await complete(commands, words, current, history.lines).catch(() => [])
  return [found.map(each => (/[./=:]$/.test(each) ? each : `${each} `)), current]
}

/** The words of a line that is being typed, and the one that the cursor is in. */
const splitLine = (line: string): [words: string[], current: string] => {
  const current = /\S*$/.exec(line)?.[0] ?? ''
  try {
    return [splitWords(line.slice(0, line.length - current.length)), current]
  } catch {
    return [[], current] // within a quote
  }
}
