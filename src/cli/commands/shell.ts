import { constants } from 'node:os'
import type { Command } from 'commander'
import { interruptionOf, report } from '../failure.js'
import { STDIN } from '../files/input.js'
import { forgetAll, session } from '../session.js'
import { History } from '../shell/history.js'
import { ask, NOTHING } from '../shell/terminal.js'
import { splitWords } from '../typed/script-words.js'
import type { Program, Run } from './entry.js'

const EXAMPLES = `
A line is a command without iomap in front. Tab completes commands, options, apertures,
files, the names of registers and fields, and offsets that were used before; the arrow keys
bring back lines of this and of earlier shells. Mappings, register files and blocks are
kept from one command to the next; a register file or a block that you edit is read anew, but
not what a block imports. An error is told, and the shell goes on.

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

/** Ctrl-C is the command's business. One that has no care of it, and so may wait for ever, ends with the shell. */
const stay = () => {
  if (process.listenerCount('SIGINT') > 1) return
  process.off('SIGINT', stay)
  process.kill(process.pid, 'SIGINT')
}

const talk = async ({ run, commands }: Program): Promise<void> => {
  const history = new History()
  const add = addingTo(history)
  process.on('SIGINT', stay)
  let typed = NOTHING
  try {
    for (;;) {
      if (typed.lines.length === 0) typed = await ask(history, commands, typed.rest)
      const [line, ...lines] = typed.lines
      typed = { lines, rest: typed.rest }
      if (line === undefined) {
        process.stdout.write('\n') // what comes next begins a line
        break
      }
      if (line.trim() === '') continue
      add(line)
      if (ENDS.includes(line.trim())) break
      if (!(await attempt(line, run))) typed = NOTHING
    }
  } finally {
    process.off('SIGINT', stay)
  }
}

/** What Ctrl-C ends a command with. */
const CTRL_C = 128 + constants.signals.SIGINT

/** Runs a line; what is wrong with it is told. Whether those behind it are still wanted: Ctrl-C ends them, too. Other signals end the shell. */
const attempt = async (line: string, run: Run): Promise<boolean> => {
  try {
    await run(splitWords(line))
    return true
  } catch (error) {
    const interruption = interruptionOf(error)
    if (interruption && interruption.code !== CTRL_C) throw error
    report(error)
    forgetAll() // a device may have gone
    return interruption === undefined
  } finally {
    process.exitCode = 0
  }
}

/** Adds lines to a history; that it can't be saved is told once. */
const addingTo = (history: History): ((line: string) => void) => {
  let tells = true
  return line => {
    try {
      history.add(line)
    } catch (error) {
      const why = error instanceof Error ? error.message : error
      if (tells) process.stderr.write(`iomap: the history is not saved: ${why}\n`)
      tells = false
    }
  }
}
