import { type FileHandle, open } from 'node:fs/promises'
import type { Command } from 'commander'
import { hex } from '../../system/numbers.js'
import { APERTURE_HELP, checkAligned, checkRange, mapAperture, namedAperture, WC_HELP } from '../apertures.js'
import { byteCount } from '../arguments.js'
import { CHUNK, chunksOf, type Region, writeChunk } from '../chunks.js'
import { Failure, Interrupted, judge } from '../failure.js'
import type { Aperture } from '../library.js'
import { print } from '../output.js'
import { Progress } from '../progress.js'
import { interruptible } from '../signals.js'
import { copyWidth, type WidthName, widthOption } from '../widths.js'

interface LoadOptions {
  width?: WidthName
  wc?: true
}

const EXAMPLES = `
The whole file must fit: that is checked before anything is written. A device is written
by exact accesses, u32 unless --width says otherwise; memory, files, and whatever is
mapped with --wc, as fast as can be.

Examples:
  iomap load pci:0000:00:03.0/0 0x1000 firmware.bin --width u32
  iomap load pci:0000:00:02.0/0 0 picture.raw --wc
  iomap load file:/dev/shm/card 0x1000 page.bin
  iomap load memory:16M 0 page.bin                 only to try, it is gone at once
`

export const define = (command: Command): void => {
  command
    .argument('<aperture>', APERTURE_HELP)
    .argument('<offset>', 'where it goes, in bytes', byteCount('OFFSET'))
    .argument('<file>', 'what')
    .addOption(widthOption('the width of each access (default: u32, but any for memory)'))
    .option('--wc', WC_HELP)
    .addHelpText('after', EXAMPLES)
    .action(load)
}

const load = async (text: string, offset: number, path: string, options: LoadOptions): Promise<void> => {
  const aperture = namedAperture(text)
  const file = await open(path, 'r')
  try {
    await loadFrom(file, path, aperture, offset, options)
  } finally {
    await file.close()
  }
}

const loadFrom = async (
  file: FileHandle,
  path: string,
  aperture: Aperture,
  offset: number,
  { width: asked, wc }: LoadOptions,
): Promise<void> => {
  const length = await sizeOf(file, path)
  checkRange(aperture, 'load', offset, length)
  using mapping = mapAperture(aperture, { writable: true, wc })
  const width = copyWidth(asked, wc || mapping.memoryType === 'write-back')
  checkAligned(aperture, 'load', width, offset, length)
  await interruptible(signal => copyIn(file, path, { mapping, offset, length, width }, signal))
  mapping.flush()
  await print(`wrote ${length} bytes of ${path} at ${hex(offset)} of ${aperture.name}\n`)
}

const sizeOf = async (handle: FileHandle, path: string): Promise<number> => {
  const status = await handle.stat()
  if (!status.isFile())
    throw new Failure(`${path} is not an ordinary file, whose size is known before it is read`)
  if (status.size === 0) throw new Failure(`${path} is empty: there is nothing to write`)
  return status.size
}

const copyIn = async (file: FileHandle, path: string, region: Region, signal: AbortSignal): Promise<void> => {
  const buffer = new Uint8Array(Math.min(CHUNK, region.length))
  const progress = new Progress('wrote', region.length)
  let done = 0
  try {
    for await (const chunk of chunksOf(region, signal, progress)) {
      const bytes = buffer.subarray(0, chunk.length)
      await readFully(file, path, bytes, chunk.done)
      await writeChunk(region, chunk, bytes, signal, written => {
        done = chunk.done + written
      })
    }
  } catch (error) {
    progress.end()
    const state = `the first ${done} of ${region.length} bytes are written`
    if (error instanceof Interrupted) throw new Interrupted(error.code, `interrupted: ${state}`)
    throw new Failure(`${judge(error).message}; ${state}`, { cause: error })
  }
  progress.end()
}

const readFully = async (file: FileHandle, path: string, bytes: Uint8Array, from: number): Promise<void> => {
  for (let have = 0; have < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, have, bytes.length - have, from + have)
    if (bytesRead === 0) throw new Failure(`${path} became shorter while it was read`)
    have += bytesRead
  }
}
