import type { Command } from 'commander'
import { hex } from '../../system/numbers.js'
import { Failure, UsageError } from '../failure.js'
import type { Aperture, IoMapping } from '../library.js'
import { formatDecoded, jsonOf, readRegister, whyNot } from '../named/decode.js'
import { locate } from '../named/located.js'
import type { LocatedRegister } from '../named/located-register.js'
import type { Named } from '../named/name-index.js'
import { addNamedOptions, hasNames, isName, type NamedOptions, withoutNames } from '../named/options.js'
import { print, printJson } from '../shown/output.js'
import { interruptible, listen } from '../signals.js'
import { APERTURE_HELP, checkRange, mapAperture, namedAperture, WC_HELP } from '../typed/apertures.js'
import { byteCount, isNumber, positive } from '../typed/arguments.js'
import { endianOption, widthOption } from '../typed/width-options.js'
import { type Endian, hexValue, jsonValue, type Width, type WidthName, widthOf } from '../typed/widths.js'

interface ReadOptions extends NamedOptions {
  width?: WidthName
  endian?: Endian
  count?: number
  wc?: true
  json?: true
}

const EXAMPLES = `
Each value is one bus access of exactly its width, in ascending order. One value is
printed alone, several with their offsets.

With --svd or --block, OFFSET can be a register's name, and its value is shown by its fields. A
register whose read changes the device is read only when it is asked for by its name.

Examples:
  iomap read memory:1M 0x10
  iomap read file:/dev/shm/card 0x1000 --width u8 --count 16
  iomap read pci:0000:00:03.0/0 0             a register
  iomap read pci:0000:00:03.0/0 0x80 --width u64 --json
  iomap read physical:0x40034000+4K UART0.UARTFR --svd RP2040.svd
  iomap read pci:0000:01:00.0/0 UARTFR --svd RP2040.svd --peripheral UART0
`

const AT_ONCE = 4096

export const define = (command: Command): void => {
  command
    .argument('<aperture>', APERTURE_HELP)
    .argument('<offset>', "where, in bytes; with --svd a register's name, too")
    .addOption(widthOption('the width of each access (default: u32)'))
    .addOption(endianOption())
    .option('-n, --count <count>', 'how many values (default: 1)', positive('--count'))
    .option('--wc', WC_HELP)
    .option('--json', 'print JSON; 64-bit values as hexadecimal strings')
  addNamedOptions(command).addHelpText('after', EXAMPLES).action(read)
}

const read = async (text: string, where: string, options: ReadOptions): Promise<void> => {
  const { width, count, endian } = options
  const aperture = namedAperture(text)
  if (!hasNames(options)) {
    if (isName(where)) throw withoutNames(where)
    return await readPlain(aperture, byteCount('OFFSET')(where), options)
  }
  if (width !== undefined || count !== undefined || endian !== undefined)
    throw new UsageError(
      'names of registers say how wide they are; --width, --endian and --count are for reading without them',
    )
  await readNamed(aperture, where, options)
}

const readNamed = async (aperture: Aperture, where: string, options: ReadOptions): Promise<void> => {
  const { wc, json } = options
  const index = await locate(aperture, options)
  const { registers, exact } = isNumber(where)
    ? registersAt(index.all, byteCount('OFFSET')(where))
    : index.find(where)
  const [only] = registers
  if (exact && only?.info.access === 'write-only')
    throw new Failure(`${only.name} is write-only; it can't be read`)
  using lease = mapAperture(aperture, { writable: false, wc })
  const { mapping } = lease
  const decoded = registers.map(register => readRegister(mapping, register, exact))
  if (json) await printJson({ aperture: aperture.name, registers: jsonOf(decoded) })
  else await print(formatDecoded(decoded))
}

/** The register at an offset. It was not asked for by its name, and so its read must change nothing. */
const registersAt = (all: readonly LocatedRegister[], offset: number): Named => {
  const there = all.filter(each => each.offset === offset)
  const harmless = there.find(each => whyNot(each) === undefined)
  if (harmless) return { registers: [harmless], exact: true }
  const [first] = there
  if (first?.info.access === 'write-only')
    throw new Failure(`${first.name} lies at ${hex(offset)}: it is write-only, and can't be read`)
  if (first) throw new Failure(`${first.name} lies at ${hex(offset)}: ${whyNot(first)}; to read it, name it`)
  const before = all.filter(each => each.offset < offset).at(-1)
  throw new Failure(
    `no register starts at ${hex(offset)}${before ? `; the one before is ${before.name}, at ${hex(before.offset)}` : ''}`,
  )
}

const readPlain = async (aperture: Aperture, offset: number, options: ReadOptions): Promise<void> => {
  const { count = 1, wc, json } = options
  const width = widthOf(options.width ?? 'u32', options.endian)
  checkRange(aperture, 'read', offset, count * width.bytes, width)
  using lease = mapAperture(aperture, { writable: false, wc })
  const { mapping } = lease
  const all: (number | bigint)[] = []
  await interruptible(async signal => {
    for (let done = 0; done < count; done += AT_ONCE) {
      const start = offset + done * width.bytes
      const values = readValues(mapping, start, Math.min(AT_ONCE, count - done), width)
      if (json) all.push(...values.map(value => jsonValue(value, width)))
      else if (count === 1) await print(values.map(value => `${hexValue(value, width)}\n`).join(''))
      else await print(withOffsets(values, start, width))
      await listen(signal)
    }
  })
  if (json) await printJson({ aperture: aperture.name, offset, width: width.name, values: all })
}

const readValues = (mapping: IoMapping, start: number, count: number, width: Width): bigint[] => {
  using window = mapping.map(start, count * width.bytes)
  return Array.from({ length: count }, (_, i) => width.read(window, i * width.bytes))
}

const withOffsets = (values: readonly bigint[], start: number, width: Width): string =>
  values.map((value, i) => `${hex(start + i * width.bytes)}: ${hexValue(value, width)}\n`).join('')
