import { CELL } from './background.js'
import { type Canvas, clamp, mix, outline, roundRect } from './canvas.js'
import { INK } from './palette.js'
import { drawText } from './text.js'

/** Where the inset is, in pixels: what the held maps draw. */
export const insetArea = (width: number, height: number) => ({
  left: width / 2 - 4 * CELL,
  top: height / 2 + 3 * CELL,
  width: 8 * CELL,
  height: 1.5 * CELL,
})

/** The framed banner that windows draw which are held across an await. */
export const drawInset = (canvas: Canvas): void => {
  const area = insetArea(canvas.width, canvas.height)
  const box = {
    left: area.left + 2,
    top: area.top + 2,
    right: area.left + area.width - 2,
    bottom: area.top + area.height - 2,
  }
  const glow = (x: number) => mix(INK.held.from, INK.held.to, clamp((x - area.left) / area.width, 0, 1))
  const frame = roundRect(box, 14)
  canvas.shape(box, frame, (x, y) => mix(0x10131f, mix(0x10131f, glow(x), 0.3), (y - area.top) / area.height))
  canvas.shape(box, outline(frame, 4), glow)
  const centre = canvas.width / 2
  drawText(canvas, 'map()', centre, area.top + 24, { size: 24, weight: 3.2, paint: glow, align: 'centre' })
  drawText(canvas, 'held across an await', centre, area.top + 63, {
    size: 13,
    weight: 1.8,
    paint: INK.white,
    align: 'centre',
  })
}
