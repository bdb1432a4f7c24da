import { Command, CommanderError } from 'commander'
import { addDemo } from './commands/demo.js'
import { addDump } from './commands/dump.js'
import { addHelp } from './commands/help.js'
import { addImage } from './commands/image.js'
import { addInfo } from './commands/info.js'
import { addList } from './commands/list.js'
import { addLoad } from './commands/load.js'
import { addRead } from './commands/read.js'
import { addSvd } from './commands/svd.js'
import { addWrite } from './commands/write.js'
import { UsageError } from './failure.js'
import { APERTURE_FORMS } from './library.js'
import { version } from './version.js'

const HELP = `
Apertures:
  ${APERTURE_FORMS.join(', ')}
Offsets, lengths and values are decimal or 0x; sizes take K, M and G. Widths are u8, u16, u32, u64.

Examples:
  iomap demo                                           start here
  iomap list                                           which devices are here
  iomap read pci:0000:00:03.0/0 0                      a register
  iomap write file:/dev/shm/card 0x1000 0xff --width u8
  iomap dump memory:1M 0 4K
  iomap svd chip.svd --peripheral UART0                a chip's registers as TypeScript

Exit codes:
  0  done
  1  it could not be done: the error's code and what to do are in the message
  2  a mistake in the command line
  130  interrupted by Ctrl-C
  143  ended by SIGTERM
`

/** The command line, as commander takes it. */
const makeProgram = (): Command => {
  const program = new Command('iomap')
    .description('Map device memory, and touch it with exactly the accesses that you ask for.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false) // commander's own answers a mistake with all its help
    .addHelpText('after', HELP)
    .configureOutput({ outputError: () => {} }) // told below, in one line
    .exitOverride()
  for (const add of [
    addDemo,
    addList,
    addInfo,
    addRead,
    addWrite,
    addDump,
    addLoad,
    addImage,
    addSvd,
    addHelp,
  ])
    add(program)
  return program
}

/** Runs a command line, without node and the script in front. */
export const run = async (words: readonly string[]): Promise<void> => {
  const program = makeProgram()
  if (words.length === 0) return program.outputHelp()
  try {
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode !== 0) throw new UsageError(error.message.replace(/^error: /, ''))
  }
}
