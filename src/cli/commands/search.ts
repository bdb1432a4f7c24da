import type { Command } from 'commander'
import { hex } from '../../system/numbers.js'
import { Failure, UsageError } from '../failure.js'
import type { Region } from '../memory/chunks.js'
import { mapRegion } from '../memory/map-region.js'
import { bytesPattern, type Pattern, textPattern, valuePattern } from '../search/pattern.js'
import { type Match, searchRegion } from '../search/search-region.js'
import { print, printJson } from '../shown/output.js'
import { Progress } from '../shown/progress.js'
import { interruptible } from '../signals.js'
import { APERTURE_HELP, checkRange, namedAperture, WC_HELP } from '../typed/apertures.js'
import { byteCount, checkKept, positive, VALUE_HELP } from '../typed/arguments.js'
import { endianOption, widthOption } from '../typed/width-options.js'
import {
  type Endian,
  hexValue,
  jsonValue,
  valueIn,
  type Width,
  type WidthName,
  widthOf,
} from '../typed/widths.js'

interface SearchOptions {
  width?: WidthName
  endian?: Endian
  text?: string
  bytes?: string
  mask?: string
  unaligned?: true
  max: number
  wc?: true
  json?: true
}

const EXAMPLES = `
Prints the offsets where it lies, and of a value what is there. A value is looked for at
multiples of its width, unless --unaligned says anywhere; a text (as UTF-8) and bytes
anywhere. After --max of them it stops, and says so.

A device is read by exact accesses, u32 unless --width says otherwise. Reading registers
can change a device: name the part you want. Memory and files are read as fast as can be.

The exit code is 0 if it is found, 1 if it is not.

Examples:
  iomap search pci:0000:00:02.0/0 0xdeadbeef
  iomap search pci:0000:00:03.0/0 0x10 0 4K --mask 0xff       its low byte is 0x10
  iomap search file:/dev/shm/card --text '_SM3_' 0xf0000 64K
  iomap search file:/dev/shm/card --bytes '55 aa' --json
  iomap search memory:1M 0 --width u8 --max 3
`

export const define = (command: Command): void => {
  command
    .usage('[options] <aperture> <value> [offset] [length]')
    .argument('<aperture>', APERTURE_HELP)
    .argument('[value]', `${VALUE_HELP}; none with --text or --bytes`)
    .argument('[offset]', 'where to start, in bytes (default: 0)')
    .argument('[length]', 'bytes (default: all to the end)')
    .option('-t, --text <text>', 'look for a text')
    .option('-b, --bytes <hex>', "look for bytes, such as 'de ad be ef'")
    .option('-m, --mask <mask>', 'the bits of the value that count (default: all)')
    .option('--unaligned', 'the value may lie at any offset')
    .option('-n, --max <count>', 'stop after so many', positive('--max'), 100)
    .addOption(widthOption('the width of the value, and of each access to a device (default: u32)'))
    .addOption(endianOption())
    .option('--wc', WC_HELP)
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action((text: string, value, offset, length, options: SearchOptions) =>
      search(text, [value, offset, length], options),
    )
}

type Words = readonly (string | undefined)[]

const search = async (text: string, words: Words, options: SearchOptions): Promise<void> => {
  checkKept(options)
  const width = widthOf(options.width ?? 'u32', options.endian)
  const { pattern, isValue, range } = readWords(words, width, options)
  const { wc, max, json } = options
  const aperture = namedAperture(text)
  const { offset = 0, length = aperture.size - offset } = range
  checkRange(aperture, 'search', offset, length)
  const part = { call: 'search', offset, length }
  using region = mapRegion(aperture, part, { writable: false, wc }, ({ memoryType }) =>
    memoryType === 'write-back' ? undefined : width,
  )
  const matches: object[] = []
  const tell = async ({ offset, bytes }: Match) => {
    const value = isValue ? valueIn(bytes, width) : undefined
    if (json) matches.push({ offset, ...(value === undefined ? {} : { value: jsonValue(value, width) }) })
    else await print(`${hex(offset)}${value === undefined ? '' : `: ${hexValue(value, width)}`}\n`)
  }
  const { count, more } = await interruptible(signal => findMost(region, pattern, max, signal, tell))
  if (json) await printJson({ aperture: aperture.name, offset, length, matches, more })
  if (more) process.stderr.write(`there are more than ${max}; --max shows more of them\n`)
  if (count > 0) return
  throw new Failure(`${pattern.name} is not in ${hex(length)} bytes at ${hex(offset)} of ${aperture.name}`)
}

interface Asked {
  readonly pattern: Pattern
  readonly isValue: boolean
  readonly range: { readonly offset?: number; readonly length?: number }
}

/** The command's words behind the aperture: the value is one of them, unless an option says what to look for. */
const readWords = (words: Words, width: Width, options: SearchOptions): Asked => {
  const { text, bytes, mask, unaligned } = options
  if (text !== undefined && bytes !== undefined)
    throw new UsageError('--text and --bytes are two things to look for; give one')
  const isValue = text === undefined && bytes === undefined
  if (!isValue && (mask !== undefined || unaligned || options.endian !== undefined))
    throw new UsageError('--mask, --unaligned and --endian are of a value, not of --text or --bytes')
  const [value, ...behind] = isValue ? words : [undefined, ...words]
  const [offset, length, surplus] = behind
  if (surplus !== undefined)
    throw new UsageError('too many arguments: with --text or --bytes, there are an offset and a length')
  return {
    ...{ pattern: patternOf(value, width, options), isValue },
    range: {
      ...(offset === undefined ? {} : { offset: byteCount('OFFSET')(offset) }),
      ...(length === undefined ? {} : { length: positive('LENGTH')(length) }),
    },
  }
}

const patternOf = (value: string | undefined, width: Width, options: SearchOptions): Pattern => {
  const { text, bytes } = options
  if (text !== undefined) return textPattern(text)
  if (bytes !== undefined) return bytesPattern(bytes)
  if (value !== undefined) return valuePattern(value, width, options)
  throw new UsageError('VALUE is missing: say what to look for, or give --text or --bytes')
}

/** Tells the first `max` matches, each when it is found; how many there were, and whether there are more. */
const findMost = async (
  region: Region,
  pattern: Pattern,
  max: number,
  signal: AbortSignal,
  tell: (match: Match) => Promise<void>,
): Promise<{ count: number; more: boolean }> => {
  const progress = new Progress('searched', region.length)
  let count = 0
  try {
    for await (const match of searchRegion(region, pattern, signal, progress)) {
      if (count === max) return { count, more: true }
      progress.end()
      count++
      await tell(match)
    }
    return { count, more: false }
  } finally {
    progress.end()
  }
}
