import { type Canvas, circle, clamp, mix, outline } from './canvas.js'
import { INK } from './palette.js'
import { drawText } from './text.js'

/** A square of the grid, in pixels. */
export const CELL = 64

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
    canvas.rect(x, 0, 1, height, INK.line, whole ? 1 : 0.28)
  }
  for (let y = CELL / 4; y < height; y += CELL / 4) {
    const whole = y % CELL === 0
    canvas.rect(0, y, width, 1, INK.line, whole ? 1 : 0.28)
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
  const radius = 56
  for (const [x, y, tint] of [
    [104, 104, 0xffffff],
    [canvas.width - 104, 104, 0xffffff],
    [104, canvas.height - 104, 0xffffff],
    [canvas.width - 104, canvas.height - 104, 0xffffff],
  ] as const) {
    const box = { left: x - radius - 2, right: x + radius + 2, top: y - radius - 2, bottom: y + radius + 2 }
    const disc = circle(x, y, radius)
    canvas.shape(box, disc, (px, py) => mix(INK.card, tint, rings(px - x, py - y)))
    canvas.shape(box, outline(disc, 2), INK.white)
  }
}

const rings = (dx: number, dy: number): number => {
  const phase = ((dx * dx + dy * dy) % 224) / 224
  const triangle = 1 - Math.abs(2 * phase - 1)
  return triangle * triangle * (3 - 2 * triangle)
}

/** Ramps of red, green and blue at the left, in 16 steps, and of their opposites at the right. */
const drawChannels = (canvas: Canvas): void => {
  const top = 192
  const bottom = canvas.height - 192
  const steps = 24
  const step = (bottom - top) / steps
  const strips = [
    [56, 0xff0000],
    [88, 0x00ff00],
    [120, 0x0000ff],
    [canvas.width - 152, 0x00ffff],
    [canvas.width - 120, 0xff00ff],
    [canvas.width - 88, 0xffff00],
  ] as const
  for (const [x, colour] of strips) {
    canvas.rect(x, top, 32, bottom - top, (_x, y) =>
      mix(0, colour, clamp(Math.floor((y - top) / step) / (steps - 1), 0, 1)),
    )
  }
}

/** Where in memory the lines of the grid are: 64 lines of 1024 pixels take 256 KiB. */
const drawRuler = (canvas: Canvas): void => {
  for (let y = CELL; y < canvas.height; y += CELL) {
    const label = `0x${(y * canvas.width * 4).toString(16).padStart(6, '0')}`
    drawText(canvas, label, 14, y - 13, { size: 8, weight: 1.1, paint: INK.soft })
  }
}
