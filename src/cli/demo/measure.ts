import { type IoMapping, PAGE_SIZE } from '../library.js'
import type { Surface } from './surface.js'

const BUDGET_MS = 60

/** How long `pass` takes, in milliseconds: the shortest of as many passes as are soon done, least disturbed by others. */
export const shortest = (pass: () => void): number => {
  const end = performance.now() + BUDGET_MS
  let best = Number.POSITIVE_INFINITY
  do {
    const start = performance.now()
    pass()
    best = Math.min(best, performance.now() - start)
  } while (performance.now() < end)
  return best
}

type Touch = (mapping: IoMapping, start: number, pixel: number) => void

/** Maps a page atomically, writes a pixel, unmaps. */
export const touchAtomic: Touch = (mapping, start, pixel) =>
  mapping.atomic(start, page => page.write32(0, pixel))

/** The same by map and unmap. */
export const touchHeld: Touch = (mapping, start, pixel) => {
  const window = mapping.map(start)
  window.write32(0, pixel)
  window.unmap()
}

/**
 * How long it takes to map a page, write one pixel and unmap, in nanoseconds. It goes through a picture's whole pages
 * again and again, and leaves the picture as it is: each page gets the pixel that it starts with.
 */
export const nanosecondsAMap = (surface: Surface, pixels: Uint32Array, touch: Touch): number => {
  const { mapping, offset } = surface
  const first = Math.ceil(offset / PAGE_SIZE) * PAGE_SIZE
  const count = Math.floor((offset + pixels.byteLength - first) / PAGE_SIZE)
  const milliseconds = shortest(() => {
    for (let i = 0; i < count; i++) {
      const page = first + i * PAGE_SIZE
      touch(mapping, page, pixels[(page - offset) >>> 2] ?? 0)
    }
  })
  return (milliseconds * 1e6) / count
}
