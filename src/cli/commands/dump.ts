import type { Command } from 'commander'
import { hex } from '../../system/numbers.js'
import { Failure, UsageError } from '../failure.js'
import { STDOUT } from '../files/output-file.js'
import { checkOutput } from '../files/same-file.js'
import type { Aperture } from '../library.js'
import { chunksOf, type Region, readChunk } from '../memory/chunks.js'
import { copyOut, save } from '../memory/copy-out.js'
import { mapRegion } from '../memory/map-region.js'
import { formatDecoded, jsonOf, readRegister } from '../named/decode.js'
import { locate } from '../named/located.js'
import { addNamedOptions, hasNames, type NamedOptions } from '../named/options.js'
import { HexDump } from '../shown/hex-dump.js'
import { print, printJson } from '../shown/output.js'
import { interruptible } from '../signals.js'
import { APERTURE_HELP, checkRange, mapAperture, namedAperture, WC_HELP } from '../typed/apertures.js'
import { byteCount, positive, repeated } from '../typed/arguments.js'
import { endianOption, widthOption } from '../typed/width-options.js'
import { copyWidth, type Endian, type WidthName } from '../typed/widths.js'

interface DumpOptions extends NamedOptions {
  output?: string
  width?: WidthName
  endian?: Endian
  wc?: true
  json?: true
  include?: string[]
}

const EXAMPLES = `
The text is like xxd's: offset, values, ASCII. A line equal to the one before is left
out, and * stands for a run of them; the last line is always shown. With --output the
bytes go to a file as they are.

A device is read by exact accesses, u32 unless --width says otherwise. Reading registers
can change a device: name the part you want. Memory and files are read as fast as can be.

With --svd or --block, registers are shown by name and fields, each read by one access of its width;
those whose read changes the device are left out, unless --include names them.

Examples:
  iomap dump pci:0000:00:03.0/0 0 0x100          registers
  iomap dump pci:0000:00:02.0/0 --output vram.bin
  iomap dump file:/dev/shm/card 0x1000 4K --width u64
  iomap dump memory:1M | head
  iomap dump memory:1M --output - | sha256sum
  iomap dump physical:0x40034000+4K --svd RP2040.svd
  iomap dump pci:0000:01:00.0/0 --svd RP2040.svd --peripheral UART0 --json
`

export const define = (command: Command): void => {
  command
    .argument('<aperture>', APERTURE_HELP)
    .argument('[offset]', 'where it starts, in bytes (default: 0)', byteCount('OFFSET'))
    .argument('[length]', 'bytes (default: all to the end)', positive('LENGTH'))
    .option('-o, --output <file>', 'save the bytes in a file; -: to standard output')
    .addOption(widthOption('the width of each access (default: u32, but any for memory and files)'))
    .addOption(endianOption())
    .option('--wc', WC_HELP)
  addNamedOptions(command)
    .option('--include <name>', 'with names: read this register, too (repeatable)', repeated)
    .option('--json', 'with names: print JSON')
    .addHelpText('after', EXAMPLES)
    .action(dump)
}

const dump = async (
  text: string,
  offset = 0,
  asked: number | undefined,
  options: DumpOptions,
): Promise<void> => {
  const { output, wc } = options
  const aperture = namedAperture(text)
  const length = asked ?? aperture.size - offset
  checkRange(aperture, 'dump', offset, length)
  if (hasNames(options)) return await dumpNamed(aperture, offset, length, options)
  refuseTogether('--svd FILE or --block FILE#NAME is needed for', options, ['include', 'json'])
  const part = { call: 'dump', offset, length }
  using region = mapRegion(aperture, part, { writable: false, wc }, ({ memoryType }) =>
    copyWidth(options.width, memoryType === 'write-back', options.endian),
  )
  if (output === undefined) return await interruptible(signal => show(region, signal)) // await: while it is mapped
  if (options.endian !== undefined)
    throw new UsageError(
      '--endian is the order of the values that are shown; --output saves bytes as they lie',
    )
  if (output === STDOUT) return await interruptible(signal => copyOut(region, print, signal))
  checkOutput(aperture.name, output)
  await save(region, output)
  process.stderr.write(`wrote ${length} bytes of ${aperture.name}, from ${hex(offset)} on, to ${output}\n`)
}

/** Refuses options that mean nothing as things are. */
const refuseTogether = (why: string, options: DumpOptions, names: readonly (keyof DumpOptions)[]): void => {
  const given = names.filter(name => options[name] !== undefined)
  if (given.length > 0) throw new UsageError(`${why} ${given.map(name => `--${name}`).join(', ')}`)
}

/** Registers, by an SVD file's names. */
const dumpNamed = async (
  aperture: Aperture,
  offset: number,
  length: number,
  options: DumpOptions,
): Promise<void> => {
  refuseTogether("names of registers say how wide they are; they can't be combined with", options, [
    'output',
    'width',
    'endian',
  ])
  const { wc, json, include = [] } = options
  const index = await locate(aperture, options)
  const asked = new Set(include.flatMap(name => index.find(name).registers))
  const inside = index.all.filter(
    each => each.offset >= offset && each.offset + each.info.width <= offset + length,
  )
  if (inside.length === 0)
    throw new Failure(`no register lies in ${hex(length)} bytes from ${hex(offset)} on`)
  using lease = mapAperture(aperture, { writable: false, wc })
  const { mapping } = lease
  const decoded = inside.map(each =>
    readRegister(mapping, each, asked.has(each) && each.info.access !== 'write-only'),
  )
  if (json) await printJson({ aperture: aperture.name, registers: jsonOf(decoded) })
  else await print(formatDecoded(decoded))
}

const show = async (region: Region, signal: AbortSignal): Promise<void> => {
  const lines = new HexDump(region.width ?? SINGLE, region.offset + region.length)
  for await (const chunk of chunksOf(region, signal)) {
    const text = lines.text(chunk.offset, await readChunk(region, chunk, signal))
    if (text.length > 0) await print(text)
  }
}

/** Memory is shown by its bytes, unless a width is asked for. */
const SINGLE = { bytes: 1, swaps: false } as const
