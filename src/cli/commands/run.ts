import { realpathSync } from 'node:fs'
import type { Command } from 'commander'
import { Failure, InScript, UsageError } from '../failure.js'
import { openInput, STDIN } from '../files/input.js'
import { session } from '../session.js'
import { interruptible } from '../signals.js'
import { splitWords } from '../typed/script-words.js'
import type { Program, Run } from './entry.js'

const EXAMPLES = `
A line is a command as on the command line, without iomap in front; quotes and # are as in
a shell, and nothing else is: no variables, no pipes. All run in one process: mappings,
register files and blocks are kept from one to the next. The first error ends it, and is
told with its line; so does a poll that is not met in time.

Examples:
  iomap run bring-up.iomap
  printf 'read memory:1M %d\\n' 0 4 8 | iomap run -

  # bring-up.iomap
  set  pci:0000:00:04.0/0 CTRL.RST=1      --block e1000e.ts#E1000E
  poll pci:0000:00:04.0/0 CTRL.RST=0      --block e1000e.ts#E1000E --timeout 100ms
  get  pci:0000:00:04.0/0 STATUS          --block e1000e.ts#E1000E
`

/** A longer script is a mistake: a file of another kind. */
const BYTES_MAX = 64 * 1024 ** 2

export const define = (command: Command, { run }: Program): void => {
  command
    .argument('<file>', 'the commands, one a line; -: standard input')
    .addHelpText('after', EXAMPLES)
    .action((path: string) => session(() => runOnce(path, run)))
}

/** What is being run: a script may run others. */
const running = new Set<string>()

const runOnce = async (path: string, run: Run): Promise<void> => {
  const key = path === STDIN ? path : realpathSync(path)
  const called = path === STDIN ? 'standard input' : path
  if (running.has(key)) throw new UsageError(`${called} is being run; within itself it would have no end`)
  running.add(key)
  try {
    const text = await readText(path, called)
    await interruptible(signal => runLines(text, called, run, signal), { ends: false })
  } finally {
    running.delete(key)
  }
}

const runLines = async (text: string, called: string, run: Run, signal: AbortSignal): Promise<void> => {
  for (const [i, line] of text.split('\n').entries()) {
    try {
      signal.throwIfAborted()
      const words = splitWords(line)
      if (words.length > 0) await run(words)
    } catch (error) {
      throw new InScript(`${called}:${i + 1}`, error)
    }
    if (process.exitCode) return // it has said what is wrong itself
  }
}

const readText = async (path: string, called: string): Promise<string> => {
  await using input = await openInput(path, BYTES_MAX)
  if (input.length > BYTES_MAX)
    throw new Failure(`${called} has more than ${BYTES_MAX} bytes; that is no script`)
  const bytes = new Uint8Array(input.length)
  await input.read(bytes, 0)
  if (bytes.includes(0)) throw new Failure(`${called} has zero bytes in it; that is no script`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Failure(`${called} is not all UTF-8, and the names in it might be others; save it as UTF-8`)
  }
}
