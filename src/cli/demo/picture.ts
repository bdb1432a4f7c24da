import { drawBackground } from './background.js'
import { Canvas } from './canvas.js'
import { type CardLabels, drawRound } from './card.js'
import { drawInset } from './inset.js'

export type { CardLabels } from './card.js'
export { insetArea } from './inset.js'

/** The picture's size, in pixels. */
export const PICTURE = { width: 1024, height: 768 } as const

/** The picture before the inset is drawn: what the atomic pages draw. XRGB8888, a pixel an element. */
export const drawGround = (width: number, height: number, labels: CardLabels): Uint32Array =>
  ground(width, height, labels).pixels

/** The whole picture, as `iomap demo` leaves it on the screen. XRGB8888, a pixel an element; X is 0xff. */
export const drawCard = (width: number, height: number, labels: CardLabels): Uint32Array => {
  const canvas = ground(width, height, labels)
  drawInset(canvas)
  return canvas.pixels
}

const ground = (width: number, height: number, labels: CardLabels): Canvas => {
  const canvas = new Canvas(width, height)
  drawBackground(canvas)
  drawRound(canvas, labels)
  return canvas
}
