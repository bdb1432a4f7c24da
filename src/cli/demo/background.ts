import { type Canvas, type Colour, circle, mix, outline, roundRect } from './canvas.js'
import { INK } from './palette.js'
import { drawText } from './text.js'

/** A square of the grid, in pixels. */
export const CELL = 64

/** How far from the left and the right the middle of the corners' discs is, in pixels. */
const SIDE = 132

/** What lies behind the card: a grid whose lines are memory addresses, a ruler, the four corners, the channels. */
export const drawBackground = (canvas: Canvas): void => {
  const { width, height } = canvas
  canvas.rect(0, 0, width, height, (_x, y) => mix(INK.top, INK.bottom, y / height))
  drawGrid(canvas)
  drawBorder(canvas)
  drawCorners(canvas)
  drawChannels(canvas)
  drawRuler(canvas)
}

const drawGrid = (canvas: Canvas): void => {
  const { width, height } = canvas
  for (let x = CELL / 4; x < width; x += CELL / 4) {
    const whole = x % CELL === 0
    canvas.rect(x, 0, 1, height, INK.line, whole ? 1 : 0.4)
  }
  for (let y = CELL / 4; y < height; y += CELL / 4) {
    const whole = y % CELL === 0
    canvas.rect(0, y, width, 1, INK.line, whole ? 1 : 0.4)
  }
  for (let y = CELL; y < height; y += CELL) {
    for (let x = CELL; x < width; x += CELL) {
      canvas.rect(x - 3, y, 7, 1, INK.lineBright)
      canvas.rect(x, y - 3, 1, 7, INK.lineBright)
    }
  }
}

/** Blocks along the edges: a screen that cuts the picture, or shifts it, shows. */
const drawBorder = (canvas: Canvas): void => {
  const { width, height } = canvas
  const thick = 8
  const block = (x: number, y: number, w: number, h: number, odd: boolean) =>
    canvas.rect(x, y, w, h, odd ? INK.white : INK.line)
  for (let i = 0; i * 32 < width; i++) {
    block(i * 32, 0, 32, thick, i % 2 === 0)
    block(i * 32, height - thick, 32, thick, i % 2 === 1)
  }
  for (let i = 0; i * 32 < height; i++) {
    block(0, i * 32, thick, 32, i % 2 === 0)
    block(width - thick, i * 32, thick, 32, i % 2 === 1)
  }
}

/** Zone plates: rings that get finer towards the rim, where a lost or shifted pixel makes other rings. */
const drawCorners = (canvas: Canvas): void => {
  const { width, height } = canvas
  const radius = 46
  for (const x of [SIDE, width - SIDE]) {
    for (const y of [2 * CELL, height - 2 * CELL]) {
      const box = { left: x - radius - 2, right: x + radius + 2, top: y - radius - 2, bottom: y + radius + 2 }
      const disc = circle(x, y, radius)
      canvas.shape(box, disc, (px, py) => mix(INK.card, INK.white, rings(px - x, py - y)))
      canvas.shape(box, outline(disc, 2), INK.white)
    }
  }
}

const rings = (dx: number, dy: number): number => {
  const phase = ((dx * dx + dy * dy) % 224) / 224
  const triangle = 1 - Math.abs(2 * phase - 1)
  return triangle * triangle * (3 - 2 * triangle)
}

/** Ramps of red, green and blue at the left, and of what is left of white without them at the right. */
const drawChannels = (canvas: Canvas): void => {
  drawRamps(canvas, SIDE, [0xff0000, 0x00ff00, 0x0000ff])
  drawRamps(canvas, canvas.width - SIDE, [0x00ffff, 0xff00ff, 0xffff00])
}

const drawRamps = (canvas: Canvas, centre: number, colours: readonly Colour[]): void => {
  const [strip, steps] = [26, 24]
  const left = centre - (strip * colours.length) / 2
  const top = 3.5 * CELL
  const height = canvas.height - 2 * top
  const frame = {
    left: left - 4,
    right: left + strip * colours.length + 4,
    top: top - 4,
    bottom: top + height + 4,
  }
  canvas.shape(frame, roundRect(frame, 6), INK.card)
  colours.forEach((colour, i) => {
    const step = (y: number) => Math.floor(((y - top) * steps) / height)
    canvas.rect(left + i * strip, top, strip, height, (_x, y) => mix(0, colour, step(y) / (steps - 1)))
  })
  canvas.shape(frame, outline(roundRect(frame, 6), 2), INK.lineBright)
}

/** Where the lines of the grid are: at the left in memory, 64 lines of 1024 pixels take 256 KiB; at the right on the screen. */
const drawRuler = (canvas: Canvas): void => {
  const style = { size: 8, weight: 1.1, paint: INK.soft }
  for (let y = CELL; y < canvas.height; y += CELL) {
    const offset = `0x${(y * canvas.width * 4).toString(16).padStart(6, '0')}`
    drawText(canvas, offset, 14, y - 13, style)
    drawText(canvas, `line ${y}`, canvas.width - 14, y - 13, { ...style, align: 'right' })
  }
}
