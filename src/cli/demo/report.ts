import { hex } from '../../system/numbers.js'
import { grouped, table } from '../shown/table.js'
import type { DemoResult } from './run.js'

const speed = (bytesPerSecond: number) => `${grouped(bytesPerSecond / 1e6)} MB/s`

/** What the demo prints. */
export const formatReport = (result: DemoResult, output: string): string => {
  const { aperture, width, height, offset, pages, heldWindows } = result
  const rows = [
    ['memory type', result.memoryType],
    ['strategy', result.strategy],
    [
      'pages mapped',
      `${grouped(pages)} to draw it once; ${grouped(result.maps)} maps in all, ${result.live} still live`,
    ],
    ['atomic()', `${grouped(result.atomicNanoseconds)} ns to map a page, write a pixel and unmap`],
    [
      'map()',
      `${grouped(result.mapNanoseconds)} ns for the same; ${heldWindows} windows held across an await`,
    ],
    ['written', speed(result.writtenBytesPerSecond)],
    ['read back', speed(result.readBytesPerSecond)],
    ['checked', `${grouped(result.checkedPixels)} pixels, all as drawn`],
  ]
  return `A ${width} x ${height} picture, drawn at offset ${hex(offset)} of ${aperture}:

${table(rows, 2)}

Wrote ${output}: the picture as it was read back.
${hint(result)}
`
}

const hint = ({ aperture, width, height, offset }: DemoResult): string => {
  if (aperture.startsWith('memory:')) {
    return 'Next: iomap list shows the device memory here; iomap demo --aperture draws into it.'
  }
  const where = offset === 0 ? '' : ` --offset ${hex(offset)}`
  return `Next: it is still there: iomap image ${aperture} --size ${width}x${height}${where} --output screen.png`
}
