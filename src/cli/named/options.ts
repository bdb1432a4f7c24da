// The options that say what registers lie in an aperture, and where.
import { type Command, Option } from 'commander'
import { UsageError } from '../failure.js'
import { byteCount } from '../typed/arguments.js'

export interface NamedOptions {
  readonly svd?: string
  readonly peripheral?: string
  readonly block?: string
  readonly base?: number
}

export const addNamedOptions = (command: Command): Command =>
  command
    .option('--svd <file>', "registers by name, as a vendor's SVD file describes them (or IP-XACT, csr.json)")
    .option('-p, --peripheral <name>', "which of the file's peripherals (default: by bus address)")
    .addOption(
      new Option(
        '--block <file#name>',
        'registers by name, as a block of your own describes them: card.ts#CARD',
      ).conflicts(['svd', 'peripheral']),
    )
    .option('--base <bytes>', 'where in the aperture they start (default: 0)', byteCount('--base'))

/** Whether registers have names here. @throws UsageError, if there are none and what goes with them is asked for */
export const hasNames = ({ svd, block, peripheral, base }: NamedOptions): boolean => {
  if (svd !== undefined || block !== undefined) return true
  if (peripheral !== undefined || base !== undefined)
    throw new UsageError('--peripheral and --base go with --svd FILE; --base with --block FILE#NAME, too')
  return false
}

const ORIGIN = 'come of --svd FILE, or of --block FILE#NAME; give one of them'

/** The same, where names are needed. @throws UsageError */
export const needNames = (options: NamedOptions): void => {
  if (!hasNames(options)) throw new UsageError(`names of registers ${ORIGIN}`)
}

/** Whether a text is no offset, not even a wrong one. */
export const isName = (text: string): boolean => /^\s*[a-z_]/i.test(text)

/** Refuses a name where none are known. */
export const withoutNames = (name: string): UsageError =>
  new UsageError(`'${name}' is no offset such as 4096 or 0x1000; names of registers ${ORIGIN}`)
