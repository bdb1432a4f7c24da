import { drawBackground } from './background.js'
import { Canvas } from './canvas.js'
import { type CardLabels, drawRound } from './card.js'
import { drawInset } from './inset.js'

export type { CardLabels } from './card.js'
export { insetArea } from './inset.js'

/** The picture's size, in pixels. */
export const PICTURE = { width: 1024, height: 768 } as const

/** XRGB8888 pixels, one an element; X is 0xff. */
export interface Frames {
  /** The picture without its inset: what the atomic pages draw. */
  readonly ground: Uint32Array
  /** The whole picture: what is on the screen in the end. */
  readonly card: Uint32Array
}

/** The picture, made for 1024 x 768 pixels and more. */
export const drawFrames = (width: number, height: number, labels: CardLabels): Frames => {
  const canvas = new Canvas(width, height)
  drawBackground(canvas)
  drawRound(canvas, labels)
  const ground = canvas.pixels.slice()
  drawInset(canvas)
  return { ground, card: canvas.pixels }
}

/** The whole picture, as `iomap demo` leaves it on the screen. */
export const drawCard = (width: number, height: number, labels: CardLabels): Uint32Array =>
  drawFrames(width, height, labels).card
