import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decode } from 'fast-png'
import { drawCard, PICTURE } from '../src/cli/demo/picture.js'
import type { DemoResult } from '../src/cli/demo/run.js'
import { decodeRow, PIXEL_FORMATS, type PixelFormat } from '../src/cli/pixel-format.js'
import { enter, type System } from './enter.js'

const command = 'node dist/cli/iomap.js demo --output /tmp/demo.png --json >/tmp/demo.json'

/** Runs the demo in the system; whether its PNG is, pixel by pixel, the picture that this 64-bit process draws. */
export async function runDemo(system: System): Promise<boolean> {
  if ((await enter(system, ['sh', '-c', command])) !== 0) return false
  const result = JSON.parse(readFileSync(join(system.tmp, 'demo.json'), 'utf8')) as DemoResult
  const picture = decode(readFileSync(join(system.tmp, 'demo.png')))
  const { aperture, memoryType, strategy } = result
  console.log(
    `32 bits: ${picture.width} x ${picture.height} pixels in ${aperture}, ${strategy}, ${memoryType}`,
  )
  const wrong = firstDifference(picture.data, expected(result))
  if (wrong === undefined) return true
  console.error(`32 bits: the demo's picture is not the one of a 64-bit process: ${wrong}`)
  return false
}

/** With the labels that the demo wrote into it: the strategy is perhaps not that of a 64-bit process. */
function expected(labels: DemoResult): Uint8Array {
  const { width, height } = PICTURE
  const pixels = new Uint8Array(drawCard(width, height, labels).buffer)
  const data = new Uint8Array(width * height * 3)
  decodeRow(PIXEL_FORMATS.xrgb8888 as PixelFormat, pixels, data, 0)
  return data
}

/** Where two pictures of three bytes a pixel differ first. */
export function firstDifference(seen: ArrayLike<number>, wanted: Uint8Array): string | undefined {
  if (seen.length !== wanted.length) return `${seen.length} bytes, not ${wanted.length}`
  const at = wanted.findIndex((byte, i) => byte !== seen[i])
  if (at < 0) return undefined
  const pixel = Math.floor(at / 3)
  return `at x ${pixel % PICTURE.width}, y ${Math.floor(pixel / PICTURE.width)}: ${seen[at]}, not ${wanted[at]}`
}
