import type { Command } from 'commander'
import { hex } from '../../numbers.js'
import { APERTURE_HELP, checkAligned, checkRange, mapAperture, namedAperture, WC_HELP } from '../apertures.js'
import { byteCount, positive } from '../arguments.js'
import type { IoMem } from '../library.js'
import { print, printJson } from '../output.js'
import { hexValue, type Width, type WidthName, widthOf, widthOption } from '../widths.js'

interface ReadOptions {
  width: WidthName
  count: number
  wc?: true
  json?: true
}

const EXAMPLES = `
Each value is one bus access of exactly its width, in ascending order. One value is
printed alone, several with their offsets.

Examples:
  iomap read memory:1M 0x10
  iomap read file:/dev/shm/card 0x1000 --width u8 --count 16
  iomap read pci:0000:00:03.0/0 0             a register
  iomap read pci:0000:00:03.0/0 0x80 --width u64 --json
`

const AT_ONCE = 4096

export const addRead = (program: Command): void => {
  program
    .command('read')
    .description('read values, each by one exact bus access')
    .argument('<aperture>', APERTURE_HELP)
    .argument('<offset>', 'where, in bytes', byteCount('OFFSET'))
    .addOption(widthOption('the width of each access').default('u32'))
    .option('-n, --count <count>', 'how many values', positive('--count'), 1)
    .option('--wc', WC_HELP)
    .option('--json', 'print JSON; 64-bit values as hexadecimal strings')
    .addHelpText('after', EXAMPLES)
    .action(read)
}

const read = async (text: string, offset: number, options: ReadOptions): Promise<void> => {
  const { count, wc, json } = options
  const width = widthOf(options.width)
  const aperture = namedAperture(text)
  checkRange(aperture, 'read', offset, count * width.bytes)
  checkAligned(aperture, 'read', width, offset, count * width.bytes)
  using mapping = mapAperture(aperture, { writable: false, wc })
  const all: (number | bigint)[] = []
  for (let done = 0; done < count; done += AT_ONCE) {
    const start = offset + done * width.bytes
    const some = Math.min(AT_ONCE, count - done)
    using window = mapping.map(start, some * width.bytes)
    const values = readValues(window, some, width)
    if (json) all.push(...values.map(value => (width.bytes === 8 ? value : Number(value))))
    else if (count === 1) await print(values.map(value => `${hexValue(value, width)}\n`).join(''))
    else await print(withOffsets(values, start, width))
  }
  if (json) await printJson({ aperture: aperture.name, offset, width: width.name, values: all })
}

const readValues = (window: IoMem, count: number, width: Width): bigint[] =>
  Array.from({ length: count }, (_, i) => width.read(window, i * width.bytes))

const withOffsets = (values: readonly bigint[], start: number, width: Width): string =>
  values.map((value, i) => `${hex(start + i * width.bytes)}: ${hexValue(value, width)}\n`).join('')
