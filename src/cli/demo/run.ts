import { checkPixels } from './check.js'
import { nanosecondsAMap, shortest, touchAtomic, touchHeld } from './measure.js'
import { drawFrames } from './picture.js'
import { byteSize, drawHeld, drawPages, pageCount, readBack, type Surface } from './surface.js'

/** What the demo did and measured. */
export interface DemoResult {
  readonly aperture: string
  readonly memoryType: string
  readonly strategy: string
  readonly offset: number
  readonly width: number
  readonly height: number
  /** That drawing the picture once takes. */
  readonly pages: number
  /** Held at once across an await. */
  readonly heldWindows: number
  /** All that were mapped, measurements included; and those that still are. */
  readonly maps: number
  readonly live: number
  readonly atomicNanoseconds: number
  readonly mapNanoseconds: number
  readonly writtenBytesPerSecond: number
  readonly readBytesPerSecond: number
  /** Pixels that were read back and found to be as drawn. */
  readonly checkedPixels: number
}

/**
 * Draws the picture through atomic pages, its inset through held windows, and checks what the memory then holds.
 * @returns what was measured, and the picture as it was read back
 */
export const runDemo = async (
  surface: Surface,
  aperture: string,
): Promise<{ result: DemoResult; pixels: Uint32Array }> => {
  const { mapping, offset, width, height } = surface
  const { memoryType, strategy } = mapping
  const pages = pageCount(surface)
  const { ground, card } = drawFrames(width, height, { aperture, memoryType, strategy, pages })
  const bytes = byteSize(surface)

  const writing = shortest(() => {
    drawPages(surface, ground)
    mapping.flush()
  })
  const pixels = new Uint32Array(ground.length)
  readBack(surface, pixels)
  checkPixels(surface, ground, pixels)
  const atomicNanoseconds = nanosecondsAMap(surface, ground, touchAtomic)
  const mapNanoseconds = nanosecondsAMap(surface, ground, touchHeld)

  const heldWindows = await drawHeld(surface, card)
  mapping.flush()
  pixels.fill(0)
  const reading = shortest(() => readBack(surface, pixels))
  checkPixels(surface, card, pixels)

  const { maps, live } = mapping.stats
  const result = {
    aperture,
    memoryType,
    strategy,
    offset,
    width,
    height,
    pages,
    heldWindows,
    maps,
    live,
    atomicNanoseconds,
    mapNanoseconds,
    writtenBytesPerSecond: (bytes / writing) * 1000,
    readBytesPerSecond: (bytes / reading) * 1000,
    checkedPixels: card.length,
  }
  return { result, pixels }
}
