import { type FileHandle, lstat, open, rm } from 'node:fs/promises'
import type { Command } from 'commander'
import { hex } from '../../numbers.js'
import { APERTURE_HELP, checkAligned, checkRange, mapAperture, namedAperture, WC_HELP } from '../apertures.js'
import { byteCount, positive } from '../arguments.js'
import { CHUNK, chunksOf, type Region, readChunk } from '../chunks.js'
import { Interrupted } from '../failure.js'
import { HexDump } from '../hex-dump.js'
import { interruptible } from '../interrupt.js'
import { checkOutput, print } from '../output.js'
import { Progress } from '../progress.js'
import { copyWidth, type WidthName, widthOption } from '../widths.js'

interface DumpOptions {
  output?: string
  width?: WidthName
  wc?: true
}

const EXAMPLES = `
The text is like xxd's: offset, values, ASCII. A line equal to the one before is left
out, and * stands for a run of them; the last line is always shown. With --output the
bytes go to a file as they are.

A device is read by exact accesses, u32 unless --width says otherwise. Reading registers
can change a device: name the part you want. Memory and files are read as fast as can be.

Examples:
  iomap dump pci:0000:00:03.0/0 0 0x100          registers
  iomap dump pci:0000:00:02.0/0 --output vram.bin
  iomap dump file:/dev/shm/card 0x1000 4K --width u64
  iomap dump memory:1M | head
`

export const addDump = (program: Command): void => {
  program
    .command('dump')
    .description('show memory in hexadecimal, or save it in a file')
    .argument('<aperture>', APERTURE_HELP)
    .argument('[offset]', 'where it starts, in bytes (default: 0)', byteCount('OFFSET'))
    .argument('[length]', 'bytes (default: all to the end)', positive('LENGTH'))
    .option('-o, --output <file>', 'save the bytes in a file')
    .addOption(widthOption('the width of each access (default: u32, but any for memory and files)'))
    .option('--wc', WC_HELP)
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
  using mapping = mapAperture(aperture, { writable: false, wc })
  const width = copyWidth(options.width, mapping.memoryType === 'write-back')
  checkAligned(aperture, 'dump', width, offset, length)
  const region = { mapping, offset, length, width }
  if (output === undefined) return await interruptible(signal => show(region, signal)) // await: while it is mapped
  checkOutput(aperture.name, output)
  await interruptible(signal => save(region, output, signal))
  process.stderr.write(`wrote ${length} bytes of ${aperture.name}, from ${hex(offset)} on, to ${output}\n`)
}

const show = async (region: Region, signal: AbortSignal): Promise<void> => {
  const buffer = new Uint8Array(Math.min(CHUNK, region.length))
  const lines = new HexDump(region.width?.bytes ?? 1, region.offset + region.length)
  for await (const chunk of chunksOf(region, signal)) {
    const text = lines.text(chunk.offset, readChunk(region, chunk, buffer))
    if (text.length > 0) await print(text)
  }
}

/** Saves a region in a file; one that can't be finished is removed. */
const save = async (region: Region, path: string, signal: AbortSignal): Promise<void> => {
  const file = await open(path, 'w')
  try {
    await copyInto(file, region, signal)
  } catch (error) {
    const ordinary = (await lstat(path)).isFile() // not /dev/stdout, nor another link
    if (ordinary) await rm(path)
    if (!(error instanceof Interrupted)) throw error
    throw new Interrupted(`interrupted; ${path} was not complete${ordinary ? ', and is removed' : ''}`)
  } finally {
    await file.close()
  }
}

const copyInto = async (file: FileHandle, region: Region, signal: AbortSignal): Promise<void> => {
  const buffer = new Uint8Array(Math.min(CHUNK, region.length))
  const progress = new Progress('dumped', region.length)
  try {
    for await (const chunk of chunksOf(region, signal, progress)) {
      await file.writeFile(readChunk(region, chunk, buffer))
    }
  } finally {
    progress.end()
  }
}
