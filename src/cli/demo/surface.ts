import { setTimeout } from 'node:timers/promises'
import { type IoMapping, PAGE_SIZE } from '../library.js'
import { insetArea } from './picture.js'

/** A picture's place in a mapping: XRGB8888 pixels, row after row without gaps. */
export interface Surface {
  readonly mapping: IoMapping
  /** Where its first pixel is, in bytes. */
  readonly offset: number
  readonly width: number
  readonly height: number
}

const BYTES = 4

export const byteSize = ({ width, height }: Pick<Surface, 'width' | 'height'>): number =>
  width * height * BYTES

/** How many pages it lies in. */
export const pageCount = (surface: Pick<Surface, 'offset' | 'width' | 'height'>): number =>
  Math.ceil((surface.offset + byteSize(surface)) / PAGE_SIZE) - Math.floor(surface.offset / PAGE_SIZE)

const bytesOf = (pixels: Uint32Array) => new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength)

/** Draws a whole picture page by page: each is mapped atomically, filled and unmapped before the next. */
export const drawPages = (surface: Surface, pixels: Uint32Array): void => {
  const { mapping, offset } = surface
  const bytes = bytesOf(pixels)
  const end = offset + bytes.length
  for (let at = offset; at < end; ) {
    const start = at - (at % PAGE_SIZE)
    const next = Math.min(start + PAGE_SIZE, end)
    const part = bytes.subarray(at - offset, next - offset)
    const within = { offset: at - start }
    mapping.atomic(start, page => page.copyFrom(part, within))
    at = next
  }
}

/** The rows of the inset that one window holds. */
export const HELD_ROWS = 16

/**
 * Draws the inset of a picture through windows that are all held at once across an await: the even rows before it, the
 * odd rows after it. Returns how many windows it held.
 */
export const drawHeld = async (surface: Surface, pixels: Uint32Array): Promise<number> => {
  const { mapping, offset, width, height } = surface
  const area = insetArea(width, height)
  const stride = width * BYTES
  const held = Array.from({ length: area.height / HELD_ROWS }, (_, i) =>
    mapping.map(offset + (area.top + i * HELD_ROWS) * stride, HELD_ROWS * stride),
  )
  const drawRow = (row: number) => {
    const from = (area.top + row) * width + area.left
    const window = held[Math.floor(row / HELD_ROWS)]
    window?.copyFrom(pixels.subarray(from, from + area.width), {
      offset: (row % HELD_ROWS) * stride + area.left * BYTES,
    })
  }
  for (let row = 0; row < area.height; row += 2) drawRow(row)
  await setTimeout(1)
  for (let row = 1; row < area.height; row += 2) drawRow(row)
  for (const window of held) window.unmap()
  return held.length
}

const READ_BYTES = 256 * 1024

/** Reads a whole picture back, into `pixels`. */
export const readBack = ({ mapping, offset }: Surface, pixels: Uint32Array): void => {
  const bytes = bytesOf(pixels)
  for (let at = 0; at < bytes.length; at += READ_BYTES) {
    const part = bytes.subarray(at, at + READ_BYTES)
    const window = mapping.map(offset + at, part.length)
    window.copyTo(part)
    window.unmap()
  }
}
