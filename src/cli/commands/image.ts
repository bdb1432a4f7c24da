import { type Command, Option } from 'commander'
import { APERTURE_HELP, checkRange, mapAperture, namedAperture, WC_HELP } from '../apertures.js'
import { byteCount, pictureSize, positive } from '../arguments.js'
import { Failure, UsageError } from '../failure.js'
import type { IoMapping } from '../library.js'
import { checkOutput } from '../output.js'
import { checkWritable } from '../output-file.js'
import { decodeRow, PIXEL_FORMATS, type PixelFormat } from '../pixel-format.js'
import { type Picture, writePng } from '../png.js'

interface ImageOptions {
  size: { width: number; height: number }
  offset: number
  stride?: number
  format: string
  output: string
  wc?: true
}

const EXAMPLES = `
Formats have the names of Linux's drm_fourcc.h: a pixel is a little-endian number, named
from its highest bit down. So xrgb8888 is blue, green, red, unused in memory, and rgb888
is blue, green, red. argb8888 and abgr8888 give a PNG with transparency.

Examples:
  iomap image pci:0000:00:02.0/0 --size 1024x768 --output screen.png
  iomap image pci:0000:00:02.0/0 --size 1920x1080 --stride 8K --wc --output screen.png
  iomap image file:/dev/shm/card --size 320x240 --format rgb565 --offset 1M --output lcd.png
  iomap image memory:16M --size 64x64 --format gray8 --output black.png
`

export const define = (command: Command): void => {
  command
    .argument('<aperture>', APERTURE_HELP)
    .requiredOption('-s, --size <WxH>', 'the picture in pixels, such as 1024x768', pictureSize)
    .requiredOption('-o, --output <file>', 'the PNG; -: standard output')
    .option('--offset <bytes>', 'where the first pixel is', byteCount('--offset'), 0)
    .option(
      '--stride <bytes>',
      'from one row to the next (default: as long as a row is)',
      positive('--stride'),
    )
    .addOption(
      new Option('-f, --format <format>', 'what a pixel is')
        .choices(Object.keys(PIXEL_FORMATS))
        .default('xrgb8888'),
    )
    .option('--wc', WC_HELP)
    .addHelpText('after', EXAMPLES)
    .action(image)
}

const image = async (text: string, options: ImageOptions): Promise<void> => {
  const { size, offset, output, wc } = options
  const format = PIXEL_FORMATS[options.format] as PixelFormat
  const row = size.width * format.bytes
  const { stride = row } = options
  if (stride < row)
    throw new UsageError(`--stride is ${stride}, and a row of ${size.width} pixels has ${row} bytes`)
  const aperture = namedAperture(text)
  checkRange(aperture, 'image', offset, stride * (size.height - 1) + row)
  checkOutput(aperture.name, output)
  await checkWritable(output)
  using lease = mapAperture(aperture, { writable: false, wc })
  const { mapping } = lease
  await writePng(output, takePicture(mapping, { ...size, offset, stride, format }))
  process.stderr.write(`wrote ${size.width} x ${size.height} pixels of ${aperture.name} to ${output}\n`)
}

interface Framebuffer {
  readonly width: number
  readonly height: number
  readonly offset: number
  readonly stride: number
  readonly format: PixelFormat
}

const takePicture = (mapping: IoMapping, framebuffer: Framebuffer): Picture => {
  const { width, height, offset, stride, format } = framebuffer
  const channels = format.fields.length
  const data = pixelMemory(width * height * channels)
  const row = new Uint8Array(width * format.bytes)
  for (let y = 0; y < height; y++) {
    readRow(mapping, offset + y * stride, row)
    decodeRow(format, row, data, y * width * channels)
  }
  return { width, height, channels, data }
}

const pixelMemory = (bytes: number): Uint8Array => {
  try {
    return new Uint8Array(bytes)
  } catch {
    throw new Failure(`a picture of ${bytes} bytes is too large; save a part of it`)
  }
}

/** Fills `row` from `offset` on: of a device by exact 32-bit accesses, which may take in a few bytes around it. */
export const readRow = (mapping: IoMapping, offset: number, row: Uint8Array): void => {
  const memory = mapping.memoryType === 'write-back'
  const unit = memory ? 1 : 4
  const before = offset % unit
  const bytes = new Uint8Array(Math.ceil((before + row.length) / unit) * unit)
  using window = mapping.map(offset - before, bytes.length)
  window.copyTo(bytes, memory ? {} : { width: 4 })
  row.set(bytes.subarray(before, before + row.length))
}
