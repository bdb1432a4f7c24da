import { createInterface, type Interface } from 'node:readline/promises'
import type { Command } from 'commander'
import { complete } from '../completion/complete.js'
import { report } from '../failure.js'
import { STDIN } from '../files/input.js'
import { forgetAll, session } from '../session.js'
import { History } from '../shell/history.js'
import { splitWords } from '../typed/script-words.js'
import type { Commands, Program, Run } from './entry.js'

const EXAMPLES = `
A line is a command without iomap in front. Tab completes commands, options, apertures,
files, the names of registers and fields, and offsets that were used before; the arrow keys
bring back lines of this and of earlier shells. Mappings, register files and blocks are
kept from one command to the next. An error is told, and the shell goes on.

Ctrl-C stops a command, or empties the line; one that waits for a file's other end, such
as a pipe that nobody writes to, it stops together with the shell. Ctrl-D, exit or quit
ends the shell. If its input is no terminal, it is run as iomap run - does.
`

export const define = (command: Command, program: Program): void => {
  command
    .addHelpText('after', EXAMPLES)
    .action(() => (process.stdin.isTTY ? session(() => talk(program)) : program.run(['run', STDIN])))
}

const ENDS: readonly string[] = ['exit', 'quit']

const talk = async ({ run, commands }: Program): Promise<void> => {
  const history = new History()
  let tells = true
  const add = (line: string): void => {
    try {
      history.add(line)
    } catch (error) {
      if (tells) tellUnsaved(error)
      tells = false
    }
  }
  /** Ctrl-C is the command's business. One that has no care of it, and so may wait for ever, ends with the shell. */
  const stay = () => {
    if (process.listenerCount('SIGINT') > 1) return
    process.off('SIGINT', stay)
    process.kill(process.pid, 'SIGINT')
  }
  process.on('SIGINT', stay)
  try {
    for (;;) {
      const line = await ask(history, commands)
      if (line === undefined) {
        process.stdout.write('\n') // what comes next begins a line
        break
      }
      if (line.trim() === '') continue
      add(line)
      if (ENDS.includes(line.trim())) break
      await attempt(line, run)
    }
  } finally {
    process.off('SIGINT', stay)
  }
}

/** A line that was typed; undefined: there are no more. */
const ask = async (history: History, commands: Commands): Promise<string | undefined> => {
  const terminal = createInterface({
    input: process.stdin,
    output: process.stdout,
    history: [...history.lines],
    historySize: history.lines.length + 1,
    completer: (line: string) => completed(line, history, commands),
  })
  try {
    return await answer(terminal)
  } finally {
    terminal.close() // so that a command has the terminal as it is
  }
}

const answer = (terminal: Interface): Promise<string | undefined> =>
  new Promise(resolve => {
    terminal.setPrompt('iomap> ')
    terminal.on('line', resolve)
    terminal.on('close', () => resolve(undefined))
    terminal.on('SIGINT', () => {
      process.stdout.write('^C\n')
      resolve('')
    })
    terminal.prompt()
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

/** Runs a line; what is wrong with it is told. */
const attempt = async (line: string, run: Run): Promise<void> => {
  try {
    await run(splitWords(line))
  } catch (error) {
    report(error)
    forgetAll() // a device may have gone
  }
  process.exitCode = 0
}

const tellUnsaved = (error: unknown): void => {
  process.stderr.write(`iomap: the history is not saved: ${error instanceof Error ? error.message : error}\n`)
}
