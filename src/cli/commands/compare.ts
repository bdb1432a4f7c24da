import type { Command } from 'commander'
import { type Difference, tally } from '../compare/differences.js'
import { extentOf } from '../compare/extent.js'
import { openOperands } from '../compare/operand.js'
import { isEqual, jsonOf, jsonOfDifference, linesOf, verdictOf } from '../compare/report.js'
import { Failure, UsageError } from '../failure.js'
import { STDIN } from '../files/input.js'
import { print, printJson } from '../shown/output.js'
import { interruptible } from '../signals.js'
import { WC_HELP } from '../typed/apertures.js'
import { byteCount, checkKept, positive } from '../typed/arguments.js'
import { endianOption, widthOption } from '../typed/width-options.js'
import { type Endian, type WidthName, widthOf } from '../typed/widths.js'

interface CompareOptions {
  offset?: readonly [number, number]
  length?: number
  width?: WidthName
  endian?: Endian
  max: number
  wc?: true
  json?: true
}

const EXAMPLES = `
Each of the two is an aperture (memory:…, file:…, pci:… and so on), or else a file, such
as 'iomap dump --output' saves; - is standard input. Each value that differs is printed:
its offset in the first, the value there, the value in the other.

A device is read by exact accesses, u32 unless --width says otherwise. Memory and files
are read as fast as can be. If one is longer than the other, that is a difference, too,
unless --length says how much to compare.

The exit code is 0 if they are equal, 1 if they differ or can't be compared.

Examples:
  iomap compare before.bin after.bin
  iomap compare pci:0000:00:03.0/0 before.bin --offset 0x1000:0 --length 256
  iomap compare file:/dev/shm/card file:/dev/shm/other --width u8 --max 10
  gunzip -c vram.gz | iomap compare pci:0000:00:02.0/0 - --json
  iomap compare memory:1M zeros.bin
`

export const define = (command: Command): void => {
  command
    .argument('<one>', 'an aperture, a file, or - for standard input')
    .argument('<other>', 'the same')
    .option('--offset <one[:other]>', 'where each starts, in bytes; one for both (default: 0)', offsets)
    .option('--length <bytes>', 'how much to compare (default: all)', positive('--length'))
    .option('-n, --max <count>', 'print so many values at most', positive('--max'), 100)
    .addOption(widthOption('the width of a value, and of each access to a device (default: u32)'))
    .addOption(endianOption())
    .option('--wc', WC_HELP)
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(compare)
}

/** 0x1000, for both, or 0x1000:0. */
const offsets = (text: string): readonly [number, number] => {
  const [one = '', other = one, ...more] = text.split(':')
  if (more.length > 0) throw new UsageError(`--offset is '${text}'; it must be one offset, or two: 0x1000:0`)
  return [byteCount('--offset')(one), byteCount('--offset')(other)]
}

const compare = async (one: string, other: string, options: CompareOptions): Promise<void> => {
  if (one === STDIN && other === STDIN)
    throw new UsageError('both are -, and there is one standard input; give a file or an aperture')
  checkKept(options)
  const width = widthOf(options.width ?? 'u32', options.endian)
  const { offset = [0, 0] } = options
  const [first, second] = await openOperands([one, other], offset, options)
  await using left = { ...first, offset: offset[0] }
  await using right = { ...second, offset: offset[1] }
  const { length, longer } = extentOf(left, right, options.length)
  const compared = { left, right, length, unit: width.bytes }
  const kept: object[] = []
  const tell = async (differences: Iterable<Difference>) => {
    if (options.json) for (const each of differences) kept.push(jsonOfDifference(each, left.offset, width))
    else await print(linesOf(differences, left.offset, width))
  }
  const found = await interruptible(signal => tally(compared, options.max, signal, tell))
  const result = { left, right, length, longer, width, tally: found }
  if (options.json) await printJson(jsonOf(result, kept))
  else if (isEqual(result)) await print(`equal: ${length} bytes\n`)
  if (!isEqual(result)) throw new Failure(verdictOf(result))
}
