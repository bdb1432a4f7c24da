import { type Command, Option } from 'commander'
import { hex } from '../../system/numbers.js'
import { Failure, UsageError } from '../failure.js'
import { checkWritable } from '../files/output-file.js'
import { checkOutput } from '../files/same-file.js'
import type { IoMapping } from '../library.js'
import { findScreen } from '../screen/find-screen.js'
import { decodeRow, FORMAT_OF_BITS, PIXEL_FORMATS, type PixelFormat } from '../screen/pixel-format.js'
import { type Picture, writePng } from '../screen/png.js'
import type { Screen } from '../screen/screen.js'
import { interruptible, listen } from '../signals.js'
import { APERTURE_HELP, checkRange, mapAperture, namedAperture, WC_HELP } from '../typed/apertures.js'
import { byteCount, pictureSize, positive, type Size } from '../typed/arguments.js'

interface ImageOptions {
  size?: Size
  offset?: number
  stride?: number
  format?: string
  output: string
  wc?: true
}

const EXAMPLES = `
Without --size, the picture is what the screen shows: the kernel tells of a graphics card
that it uses (/sys/class/graphics), QEMU's standard VGA tells by itself where no driver has
it. Size, stride, format and offset are found so; options say otherwise.

Formats have the names of Linux's drm_fourcc.h: a pixel is a little-endian number, named
from its highest bit down. So xrgb8888 is blue, green, red, unused in memory, and rgb888
is blue, green, red. argb8888 and abgr8888 give a PNG with transparency.

Examples:
  iomap image pci:0000:00:02.0/0 --output screen.png
  iomap image pci:0000:00:02.0/0 --size 1024x768 --output screen.png
  iomap image pci:0000:00:02.0/0 --size 1920x1080 --stride 8K --wc --output screen.png
  iomap image file:/dev/shm/card --size 320x240 --format rgb565 --offset 1M --output lcd.png
  iomap image memory:16M --size 64x64 --format gray8 --output black.png
`

export const define = (command: Command): void => {
  command
    .argument('<aperture>', APERTURE_HELP)
    .option(
      '-s, --size <WxH>',
      'the picture in pixels, such as 1024x768 (default: what the screen shows)',
      pictureSize,
    )
    .requiredOption('-o, --output <file>', 'the PNG; -: standard output')
    .option('--offset <bytes>', 'where the first pixel is (default: 0)', byteCount('--offset'))
    .option(
      '--stride <bytes>',
      'from one row to the next (default: as long as a row is)',
      positive('--stride'),
    )
    .addOption(
      new Option('-f, --format <format>', 'what a pixel is (default: xrgb8888)').choices(
        Object.keys(PIXEL_FORMATS),
      ),
    )
    .option('--wc', WC_HELP)
    .addHelpText('after', EXAMPLES)
    .action(image)
}

const image = async (text: string, options: ImageOptions): Promise<void> => {
  const { output, wc } = options
  const aperture = namedAperture(text)
  const framebuffer = options.size ? asked(options.size, options) : found(findScreen(aperture), options)
  const { width, height, offset, stride, format } = framebuffer
  const row = width * format.bytes
  if (stride < row)
    throw new UsageError(`--stride is ${stride}, and a row of ${width} pixels has ${row} bytes`)
  checkRange(aperture, 'image', offset, stride * (height - 1) + row)
  checkOutput(aperture.name, output)
  await checkWritable(output)
  using lease = mapAperture(aperture, { writable: false, wc })
  const picture = await interruptible(signal => takePicture(lease.mapping, framebuffer, signal))
  await writePng(output, picture)
  process.stderr.write(`wrote ${width} x ${height} pixels of ${aperture.name} to ${output}\n`)
}

/** Where a picture lies, and how. */
interface Framebuffer extends Size {
  readonly offset: number
  readonly stride: number
  readonly format: PixelFormat
}

const asked = (size: Size, { format = 'xrgb8888', offset = 0, stride }: ImageOptions): Framebuffer => {
  const pixel = PIXEL_FORMATS[format] as PixelFormat
  return { ...size, offset, stride: stride ?? size.width * pixel.bytes, format: pixel }
}

/** As the screen has it, but for what the options say; tells of it. */
const found = (screen: Screen, options: ImageOptions): Framebuffer => {
  const { width, height, bitsPerPixel, source } = screen
  const { format = FORMAT_OF_BITS[bitsPerPixel], offset = screen.offset, stride = screen.stride } = options
  if (format === undefined)
    throw new UsageError(
      `${source} has ${bitsPerPixel} bits a pixel, which no format here is known for; say which one: --format`,
    )
  const how = `${format}, ${stride} bytes a row, from ${hex(offset)} on`
  process.stderr.write(`found ${width} x ${height} pixels, ${how}: by ${source}\n`)
  return asked({ width, height }, { ...options, format, offset, stride })
}

const takePicture = async (
  mapping: IoMapping,
  framebuffer: Framebuffer,
  signal: AbortSignal,
): Promise<Picture> => {
  const { width, height, offset, stride, format } = framebuffer
  const channels = format.fields.length
  const data = pixelMemory(width * height * channels)
  const row = new Uint8Array(width * format.bytes)
  for (let y = 0; y < height; y++) {
    readRow(mapping, offset + y * stride, row)
    decodeRow(format, row, data, y * width * channels)
    await listen(signal)
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
