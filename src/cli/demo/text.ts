import { type Canvas, type Colour, clamp, type Paint } from './canvas.js'
import { CAP_HEIGHT, GLYPHS, UNKNOWN } from './glyphs.js'

export interface TextStyle {
  /** The height of capitals, in pixels. */
  readonly size: number
  /** The strokes' thickness, in pixels. */
  readonly weight: number
  readonly paint: Colour | Paint
  /** Where `x` is. Default: at the text's left end. */
  readonly align?: 'left' | 'centre' | 'right'
}

type Line = readonly [x0: number, y0: number, x1: number, y1: number]

interface Glyph {
  readonly lines: readonly Line[]
  readonly width: number
}

const GAP = 3.2
const SPACE = 5
const STEPS = 8

const CURVE = /([MLQ])([^MLQ]*)/g

/** A path as straight lines. */
const flatten = (path: string): Glyph => {
  const lines: Line[] = []
  let [x, y, width] = [0, 0, 0]
  for (const [, command, rest = ''] of path.matchAll(CURVE)) {
    const [a = 0, b = 0, c = 0, d = 0] = rest.trim().split(/\s+/).map(Number)
    const steps = command === 'Q' ? STEPS : 1
    const [startX, startY, endX, endY] = command === 'Q' ? [x, y, c, d] : [x, y, a, b]
    for (let step = 1; command !== 'M' && step <= steps; step++) {
      const t = step / steps
      const bend = command === 'Q' ? 2 * t * (1 - t) : 0
      const from = command === 'Q' ? (1 - t) * (1 - t) : 1 - t
      const to = command === 'Q' ? t * t : t
      const next: Line = [x, y, from * startX + bend * a + to * endX, from * startY + bend * b + to * endY]
      lines.push(next)
      ;[, , x, y] = next
    }
    ;[x, y] = [endX, endY]
    width = Math.max(width, x)
  }
  return { lines, width }
}

const known = new Map<string, Glyph>()

const glyph = (character: string): Glyph => {
  let found = known.get(character)
  if (!found) known.set(character, (found = flatten(GLYPHS[character] ?? UNKNOWN)))
  return found
}

/** How wide a text is, in pixels. */
export const textWidth = (text: string, size: number): number => {
  let width = -GAP
  for (const character of text) width += GAP + (character === ' ' ? SPACE : glyph(character).width)
  return (Math.max(0, width) * size) / CAP_HEIGHT
}

/** Draws a line of text with the top of its capitals at `y`. */
export const drawText = (canvas: Canvas, text: string, x: number, y: number, style: TextStyle): void => {
  const scale = style.size / CAP_HEIGHT
  const width = textWidth(text, style.size)
  let left = x - (style.align === 'centre' ? width / 2 : style.align === 'right' ? width : 0)
  for (const character of text) {
    if (character === ' ') {
      left += (SPACE + GAP) * scale
      continue
    }
    const { lines, width: units } = glyph(character)
    drawGlyph(
      canvas,
      lines.map(([x0, y0, x1, y1]) => [left + x0 * scale, y + y0 * scale, left + x1 * scale, y + y1 * scale]),
      style,
    )
    left += (units + GAP) * scale
  }
}

/** Each pixel is covered by the line that is nearest: so crossings of a glyph's own lines don't show. */
const drawGlyph = (canvas: Canvas, lines: readonly Line[], { weight, paint }: TextStyle): void => {
  const colourAt = typeof paint === 'number' ? () => paint : paint
  const reach = weight / 2 + 1
  const left = Math.floor(Math.min(...lines.map(([x0, , x1]) => Math.min(x0, x1))) - reach)
  const right = Math.ceil(Math.max(...lines.map(([x0, , x1]) => Math.max(x0, x1))) + reach)
  const top = Math.floor(Math.min(...lines.map(([, y0, , y1]) => Math.min(y0, y1))) - reach)
  const bottom = Math.ceil(Math.max(...lines.map(([, y0, , y1]) => Math.max(y0, y1))) + reach)
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const cover = clamp(0.5 + weight / 2 - nearest(lines, x + 0.5, y + 0.5), 0, 1)
      if (cover > 0) canvas.blend(x, y, colourAt(x, y), cover)
    }
  }
}

/** How far a place is from the nearest line. */
const nearest = (lines: readonly Line[], x: number, y: number): number => {
  let best = Number.POSITIVE_INFINITY
  for (const [x0, y0, x1, y1] of lines) {
    const [dx, dy] = [x1 - x0, y1 - y0]
    const square = dx * dx + dy * dy
    const t = square === 0 ? 0 : clamp(((x - x0) * dx + (y - y0) * dy) / square, 0, 1)
    const [awayX, awayY] = [x - x0 - t * dx, y - y0 - t * dy]
    const away = awayX * awayX + awayY * awayY
    if (away < best) best = away
  }
  return Math.sqrt(best)
}
