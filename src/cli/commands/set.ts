import type { Command } from 'commander'
import { apply, type Change, changesOf, type Traced } from '../named/assign.js'
import { rawOf, widthOfRegister } from '../named/decode.js'
import { locate } from '../named/located.js'
import { addNamedOptions, type NamedOptions, needNames } from '../named/options.js'
import { formatWritten } from '../named/value-text.js'
import { print, printJson } from '../shown/output.js'
import { APERTURE_HELP, mapAperture, namedAperture, WC_HELP } from '../typed/apertures.js'
import { hexValue } from '../typed/widths.js'

interface SetOptions extends NamedOptions {
  dryRun?: true
  wc?: true
  json?: true
}

const EXAMPLES = `
CTRL=0x1 writes all of a register. CTRL.RST=1 writes a field: where other fields keep what
was written, the register is read first, and they are written back as they were; bits in
which a write has an effect of its own are written so that they have none. Fields of one
register that stand beside each other are written together, by one access.

--dry-run makes the reads, and no write.

Examples:
  iomap set pci:0000:00:04.0/0 CTRL.RST=1 --block e1000e.ts#E1000E --dry-run
  iomap set physical:0x40034000+4K UARTCR.TXE=1 UARTCR.RXE=1 --svd RP2040.svd
  iomap set file:/dev/shm/card MODE.SPEED=FAST --svd card.svd --peripheral CARD
`

export const define = (command: Command): void => {
  command
    .argument('<aperture>', APERTURE_HELP)
    .argument(
      '<assignment...>',
      'REGISTER=VALUE or REGISTER.FIELD=VALUE: a number, a name of a value, true, false',
    )
    .option('-n, --dry-run', 'tell what would be written, and write nothing')
    .option('--wc', WC_HELP)
    .option('--json', 'print JSON')
  addNamedOptions(command).addHelpText('after', EXAMPLES).action(set)
}

const set = async (text: string, assignments: readonly string[], options: SetOptions): Promise<void> => {
  needNames(options)
  const aperture = namedAperture(text)
  const changes = changesOf(await locate(aperture, options), assignments)
  const dry = options.dryRun ?? false
  using lease = mapAperture(aperture, { writable: true, wc: options.wc })
  const made: object[] = []
  try {
    for (const change of changes) {
      const log = apply(lease.mapping, change, dry)
      if (options.json) made.push(toJson(change, log))
      else await print(tell(change, log, dry))
    }
    lease.mapping.flush()
  } finally {
    // what is written is told, also where the next thing fails
    if (options.json) await printJson({ aperture: aperture.name, dryRun: dry, writes: made })
  }
}

const find = (log: readonly Traced[], kind: Traced['kind']): bigint | undefined =>
  log.find(each => each.kind === kind)?.raw

/** What was written, and what was there, if it was read. */
const tell = ({ register }: Change, log: readonly Traced[], dry: boolean): string => {
  const [before, written] = [find(log, 'read'), find(log, 'write')]
  const was = before === undefined ? '' : `, was ${register.info.format(rawOf(before, register))}`
  return `${dry ? 'would write' : 'wrote'} ${register.name} ${formatWritten(register, written ?? 0n)}${was}\n`
}

const toJson = ({ register }: Change, log: readonly Traced[]) => {
  const width = widthOfRegister(register)
  const [before, written] = [find(log, 'read'), find(log, 'write')]
  return {
    name: register.name,
    offset: register.offset,
    width: width.name,
    ...(before === undefined ? {} : { before: hexValue(before, width) }),
    written: hexValue(written ?? 0n, width),
  }
}
