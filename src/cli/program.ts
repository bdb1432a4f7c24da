import { Command, CommanderError } from 'commander'
import { APERTURE_FORMS } from '../apertures/forms.js'
import { COMMANDS } from './commands/index.js'
import { UsageError } from './failure.js'
import { version } from './version.js'

const HELP = `
Apertures:
  ${APERTURE_FORMS.join(', ')}
Numbers are decimal, 0x1f, 0b101, 1<<7; sizes take K, M and G; none begins with 0. Widths are u8, u16, u32, u64.

Examples:
  iomap demo                                           start here
  iomap list                                           which devices are here
  iomap config 00:03.0                                 a PCI device's configuration space
  iomap read pci:0000:00:03.0/0 0                      a register
  iomap write file:/dev/shm/card 0x1000 0xff --width u8
  iomap dump memory:1M 0 4K
  iomap compare pci:0000:00:03.0/0 before.bin          what has changed since
  iomap svd chip.svd --peripheral UART0                a chip's registers as TypeScript

Exit codes:
  0  done
  1  it could not be done: the error's code and what to do are in the message; nothing was found, something differs
  2  a mistake in the command line
  3  what was waited for did not come in time (poll, watch)
  129  its terminal was closed
  130  interrupted by Ctrl-C
  141  who read its output has gone, as head does: what was left is not done
  143  ended by SIGTERM
`

const VERSION = ['-V', '--version']

const isCommand = (word: string): boolean => Object.hasOwn(COMMANDS, word)

/** The command line, as commander takes it, with the commands that `words` need: for help, all. */
const makeProgram = async (words: readonly string[]): Promise<Command> => {
  const program = new Command('iomap')
    .description('Map device memory, and touch it with exactly the accesses that you ask for.')
    .version(version, VERSION.join(', '), 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false) // commander's own answers a mistake with all its help
    .addHelpText('after', HELP)
    .configureOutput({ outputError: () => {} }) // told below, in one line
    .exitOverride()
  const [first = ''] = words
  const isNamed = isCommand(first) && first !== 'help'
  const isNeeded = (name: string) => (isNamed ? name === first : !VERSION.includes(first))
  for (const [name, { description, hidden = false, load }] of Object.entries(COMMANDS)) {
    const command = program.command(name, { hidden }).description(description)
    if (isNeeded(name)) (await load()).define(command, { run, commands: COMMANDS })
  }
  return program
}

/** commander knows -1 for a number, and takes -0x1 or -1<<4 for options; numbers are read without the spaces around them. */
const withNumbers = (words: readonly string[]): string[] =>
  words.map(word => (/^-\d/.test(word) && !/^-[\d.]+$/.test(word) ? ` ${word}` : word))

/** An unknown command is that, whatever comes behind it: commander would answer its --help with all the help. */
const untilUnknown = (words: readonly string[]): readonly string[] => {
  const [first = ''] = words
  return first.startsWith('-') || isCommand(first) ? words : [first]
}

/** What to tell of a mistake that commander has found; `first` is the first word. */
const mistake = ({ code, message }: CommanderError, first: string): string => {
  const told = message.replace(/^error: /, '')
  if (code !== 'commander.unknownCommand' || told.endsWith('?)')) return told
  return `${told}; ${first === 'iomap' ? 'leave it out, and begin with what stands behind it' : 'iomap help lists all'}`
}

/** Runs a command line, without node and the script in front. */
export const run = async (line: readonly string[]): Promise<void> => {
  const words = withNumbers(line)
  const program = await makeProgram(words)
  if (words.length === 0) return program.outputHelp()
  try {
    await program.parseAsync(untilUnknown(words), { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode !== 0) throw new UsageError(mistake(error, words[0] as string))
  }
}
