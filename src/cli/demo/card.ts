import { CELL } from './background.js'
import { type Canvas, type Colour, circle, clamp, mix, outline, type Paint } from './canvas.js'
import { BARS, INK } from './palette.js'
import { drawText, textWidth } from './text.js'

/** What the picture says; all else in it is always the same. */
export interface CardLabels {
  /** The aperture's name: memory:256M. */
  readonly aperture: string
  readonly memoryType: string
  readonly strategy: string
  /** How many pages were mapped to draw it. */
  readonly pages: number
}

const RADIUS = 5 * CELL

/** The round card in the middle: bands of tests, from top to bottom, and the name of what drew it. */
export const drawRound = (canvas: Canvas, labels: CardLabels): void => {
  const centreX = canvas.width / 2
  const centreY = canvas.height / 2
  const top = centreY - RADIUS
  const disc = circle(centreX, centreY, RADIUS)
  const box = {
    left: centreX - RADIUS - 4,
    right: centreX + RADIUS + 4,
    top: top - 4,
    bottom: centreY + RADIUS + 4,
  }
  canvas.shape(box, disc, bands(centreX, top))
  canvas.shape(box, outline(disc, 4), INK.white)
  drawWords(canvas, labels, centreX, top)
}

/** Which colour the card has at a place: bands, each of a height in cells. */
const bands = (centreX: number, top: number): Paint => {
  const left = centreX - RADIUS
  const list: [height: number, paint: Paint][] = [
    [2.5, () => INK.card],
    [1.5, x => BARS[Math.floor(((x - left) * BARS.length) / (2 * RADIUS))] ?? 0],
    [0.375, x => reversed(Math.floor(((x - left) * BARS.length) / (2 * RADIUS)))],
    [0.875, x => spectrum((x - left) / (2 * RADIUS))],
    [0.75, (x, y) => gratings(x - left, y)],
    [0.75, x => greys(Math.floor((x - left) / (RADIUS / 5.5)))],
    [0.375, x => grey((x - left) / (2 * RADIUS))],
    [9, () => INK.card],
  ]
  const ends: number[] = []
  let end = top
  for (const [height] of list) ends.push((end += height * CELL))
  return (x, y) => list[ends.findIndex(each => y < each)]?.[1](x, y) ?? INK.card
}

/** SMPTE's second row: blue's bars, with black between. */
const reversed = (bar: number): Colour => (bar % 2 === 0 ? (BARS[6 - bar] ?? 0) : 0x131313)

/** All hues, from red to red. */
const spectrum = (t: number): Colour => {
  const hue = clamp(t, 0, 1) * 6
  const channel = (offset: number) => clamp(Math.abs(((hue + offset) % 6) - 3) - 1, 0, 1) * 255
  return (Math.round(channel(0)) << 16) | (Math.round(channel(4)) << 8) | Math.round(channel(2))
}

/** Stripes of 1, 2, 3, 4, 6 and 8 pixels, and a chessboard of single ones. */
const gratings = (x: number, y: number): Colour => {
  const widths = [8, 6, 4, 3, 2, 1, 0, 1, 2, 3, 4, 6, 8]
  const field = (2 * RADIUS) / widths.length
  const index = clamp(Math.floor(x / field), 0, widths.length - 1)
  const width = widths[index] ?? 1
  const at = Math.floor(x - index * field)
  const lit = width === 0 ? (x + y) % 2 === 0 : Math.floor(at / width) % 2 === 0
  return lit ? INK.white : 0
}

const grey = (t: number): Colour => Math.round(clamp(t, 0, 1) * 255) * 0x010101
const greys = (step: number): Colour => grey(step / 10)

const drawWords = (canvas: Canvas, labels: CardLabels, centreX: number, top: number): void => {
  const shine: Paint = x => mix(INK.atomic.from, INK.atomic.to, clamp((x - centreX + 150) / 300, 0, 1))
  drawText(canvas, 'io-mapping', centreX, top + 46, { size: 42, weight: 5.2, paint: shine, align: 'centre' })
  const fit = (text: string, size: number, room: number) => shorten(text, size, room)
  drawText(canvas, fit(labels.aperture, 14, 420), centreX, top + 113, {
    size: 14,
    weight: 1.9,
    paint: INK.white,
    align: 'centre',
  })
  drawText(canvas, `${labels.memoryType} · ${labels.strategy}`, centreX, top + 138, {
    size: 10,
    weight: 1.4,
    paint: INK.soft,
    align: 'centre',
  })
  drawText(canvas, `atomic()  ${labels.pages} pages, one at a time`, centreX, top + 7.125 * CELL + 21, {
    size: 11,
    weight: 1.5,
    paint: shine,
    align: 'centre',
  })
}

/** A text that is too wide, with its middle left out: the ends of a path say most. */
export const shorten = (text: string, size: number, room: number): string => {
  if (textWidth(text, size) <= room) return text
  const characters = [...text]
  for (let keep = characters.length - 1; keep > 2; keep--) {
    const head = Math.ceil(keep / 2)
    const shorter = [...characters.slice(0, head), '…', ...characters.slice(head - keep)].join('')
    if (textWidth(shorter, size) <= room) return shorter
  }
  return '…'
}
