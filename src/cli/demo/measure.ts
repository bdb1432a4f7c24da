import { type IoMapping, PAGE_SIZE } from '../library.js'
import type { Surface } from './surface.js'

const BUDGET_MS = 60

/** How many bytes a second `pass` moves, which moves `bytes` each time: the middle one of as many passes as are soon done. */
export const bytesPerSecond = (bytes: number, pass: () => void): number => {
  const times: number[] = []
  const end = performance.now() + BUDGET_MS
  do {
    const start = performance.now()
    pass()
    times.push(performance.now() - start)
  } while (performance.now() < end)
  times.sort((a, b) => a - b)
  return (bytes / (times[times.length >> 1] ?? 1)) * 1000
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
 * How long mapping a page, writing one pixel and unmapping takes, in nanoseconds. It goes through a picture's whole pages
 * again and again, and leaves the picture as it is: each page gets the pixel that it starts with.
 */
export const nanosecondsAMap = (surface: Surface, pixels: Uint32Array, touch: Touch): number => {
  const { mapping, offset } = surface
  const first = Math.ceil(offset / PAGE_SIZE) * PAGE_SIZE
  const end = offset + pixels.byteLength
  let count = 0
  const start = performance.now()
  do {
    for (let page = first; page + PAGE_SIZE <= end; page += PAGE_SIZE) {
      touch(mapping, page, pixels[(page - offset) >>> 2] ?? 0)
      count++
    }
  } while (performance.now() < start + BUDGET_MS)
  return ((performance.now() - start) * 1e6) / count
}
