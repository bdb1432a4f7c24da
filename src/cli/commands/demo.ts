import type { Command } from 'commander'
import { formatSize, hex } from '../../system/numbers.js'
import { PICTURE } from '../demo/picture.js'
import { formatReport } from '../demo/report.js'
import { runDemo } from '../demo/run.js'
import { byteSize } from '../demo/surface.js'
import { Failure, UsageError } from '../failure.js'
import { checkWritable, STDOUT } from '../files/output-file.js'
import { checkOutput } from '../files/same-file.js'
import type { Aperture } from '../library.js'
import { decodeRow, PIXEL_FORMATS, type PixelFormat } from '../screen/pixel-format.js'
import { writePng } from '../screen/png.js'
import { print, printJson } from '../shown/output.js'
import { APERTURE_HELP, mapAperture, namedAperture } from '../typed/apertures.js'
import { byteCount } from '../typed/arguments.js'

interface DemoOptions {
  aperture: string
  offset: number
  output: string
  json?: true
}

const EXAMPLES = `
Draws a test card of ${PICTURE.width} x ${PICTURE.height} pixels (XRGB8888) into an aperture, mapped
write-combining if it can be: page by page through atomic(), then an inset through map() windows that
are held across an await. Reads it all back, checks every pixel, and saves what it read.

It overwrites ${formatSize(byteSize(PICTURE))} of the aperture. A graphics card shows the picture where its mode is
of that size and format.

Examples:
  iomap demo
  iomap demo --aperture file:/dev/shm/card --output card.png
  iomap demo --aperture pci:0000:00:02.0/0          a graphics card's memory
  iomap demo --aperture memory:16M --offset 1M --json
`

export const define = (command: Command): void => {
  command
    .option('-a, --aperture <aperture>', APERTURE_HELP, 'memory:256M')
    .option('--offset <bytes>', 'where the picture goes', byteCount('--offset'), 0)
    .option('-o, --output <file>', 'the PNG; -: standard output', 'demo.png')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(demo)
}

const demo = async ({ aperture: text, offset, output, json }: DemoOptions): Promise<void> => {
  const aperture = namedAperture(text)
  checkRoom(aperture, offset)
  checkOutput(aperture.name, output)
  await checkWritable(output)
  using lease = mapAperture(aperture, { writable: true, wc: true })
  const { mapping } = lease
  const { result, pixels } = await runDemo({ mapping, offset, ...PICTURE }, aperture.name)
  await writePng(output, { ...PICTURE, channels: 3, data: rgb(pixels) })
  if (output === STDOUT) return
  if (json) await printJson({ ...result, output })
  else await print(formatReport(result, output))
}

const checkRoom = ({ name, size }: Aperture, offset: number): void => {
  if (offset % 4 !== 0)
    throw new UsageError(`--offset is ${offset}; pixels are 4 bytes, so it must be a multiple of 4`)
  const need = byteSize(PICTURE)
  if (offset + need <= size) return
  throw new Failure(
    `the picture takes ${formatSize(need)} (${PICTURE.width} x ${PICTURE.height} pixels, 4 bytes each) at offset ` +
      `${hex(offset)}, and ${name} has ${formatSize(size)}`,
  )
}

const rgb = (pixels: Uint32Array): Uint8Array => {
  const data = new Uint8Array(pixels.length * 3)
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength)
  decodeRow(PIXEL_FORMATS.xrgb8888 as PixelFormat, bytes, data, 0)
  return data
}
