import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decode } from 'fast-png'
import { drawCard, PICTURE } from '../src/cli/demo/picture.js'
import type { DemoResult } from '../src/cli/demo/run.js'
import { decodeRow, PIXEL_FORMATS, type PixelFormat } from '../src/cli/screen/pixel-format.js'
import type { System } from './system.js'

/** In an aperture that fits any address space, and in one that is many times that of 32 bits; and the strategy for each. */
const demosOf = ({ processor }: System) => [
  { options: '', strategy: 'permanent' },
  {
    options: '--aperture memory:64G --offset 60G',
    strategy: processor.elf.class === 1 ? 'slots' : 'permanent',
  },
]

/** Runs the demo in the system; whether its PNGs are, pixel by pixel, the picture that this 64-bit process draws. */
export async function runDemo(system: System): Promise<boolean> {
  for (const { options, strategy } of demosOf(system)) {
    const wrong = await runOne(system, options, strategy)
    if (wrong === undefined) continue
    console.error(`${system.processor.name}: demo ${options}: ${wrong}`)
    return false
  }
  return true
}

/** What is wrong with a demo; undefined if nothing is. */
async function runOne(system: System, options: string, strategy: string): Promise<string | undefined> {
  const command = `node dist/cli/iomap.js demo ${options} --output /tmp/demo.png --json >/tmp/demo.json`
  const code = await system.enter(['sh', '-c', command])
  if (code !== 0) return `it ended with ${code}`
  const result = JSON.parse(readFileSync(join(system.tmp, 'demo.json'), 'utf8')) as DemoResult
  const picture = decode(readFileSync(join(system.tmp, 'demo.png')))
  const { aperture, memoryType } = result
  console.log(
    `${system.processor.name}: ${picture.width} x ${picture.height} pixels in ${aperture}, ${result.strategy}, ${memoryType}`,
  )
  if (result.strategy !== strategy) return `the strategy is ${result.strategy}, not ${strategy}`
  const difference = firstDifference(picture.data, expected(result))
  return difference && `its picture is not the one of a 64-bit process: ${difference}`
}

/** With the labels that the demo wrote into it: the aperture and the strategy. */
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
