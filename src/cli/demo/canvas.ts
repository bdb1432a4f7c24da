/** A colour, 0xRRGGBB. */
export type Colour = number

/** A colour that differs from place to place. */
export type Paint = (x: number, y: number) => Colour

/** The colour `t` (0 to 1) of the way from `from` to `to`. */
export const mix = (from: Colour, to: Colour, t: number): Colour => {
  const channel = (shift: number) => {
    const a = (from >>> shift) & 0xff
    const b = (to >>> shift) & 0xff
    return ((a + (b - a) * t + 0.5) | 0) << shift
  }
  return channel(16) | channel(8) | channel(0)
}

export const clamp = (value: number, low: number, high: number): number =>
  Math.max(low, Math.min(high, value))

/**
 * XRGB8888 pixels and a few shapes with smooth edges. It computes with + - * / and square roots only, which every
 * processor rounds alike: so a picture is the same, bit by bit, wherever it is drawn.
 */
export class Canvas {
  readonly width: number
  readonly height: number
  readonly pixels: Uint32Array

  constructor(width: number, height: number) {
    this.width = width
    this.height = height
    this.pixels = new Uint32Array(width * height).fill(0xff000000)
  }

  /** Lays `colour` over a pixel: `cover` is how much of the pixel it takes, 0 to 1. */
  blend(x: number, y: number, colour: Colour, cover: number): void {
    if (cover <= 0 || x < 0 || y < 0 || x >= this.width || y >= this.height) return
    const at = y * this.width + x
    const under = (this.pixels[at] ?? 0) & 0xffffff
    this.pixels[at] = 0xff000000 | (cover >= 1 ? colour : mix(under, colour, cover))
  }

  /** Paints every pixel of a rectangle; `cover` (default 1) says how strongly. */
  rect(x: number, y: number, width: number, height: number, paint: Colour | Paint, cover = 1): void {
    const colourAt = typeof paint === 'number' ? () => paint : paint
    for (let row = y; row < y + height; row++) {
      for (let column = x; column < x + width; column++) {
        this.blend(column, row, colourAt(column, row), cover)
      }
    }
  }

  /** Fills what lies within `distance` <= 0 of a shape, its edge smoothed over one pixel. */
  shape(box: Box, distance: (x: number, y: number) => number, paint: Colour | Paint, cover = 1): void {
    const colourAt = typeof paint === 'number' ? () => paint : paint
    for (let y = Math.floor(box.top) - 1; y <= box.bottom; y++) {
      for (let x = Math.floor(box.left) - 1; x <= box.right; x++) {
        const inside = clamp(0.5 - distance(x + 0.5, y + 0.5), 0, 1)
        if (inside > 0) this.blend(x, y, colourAt(x, y), inside * cover)
      }
    }
  }
}

export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

// Not Math.hypot, nor **: their last bit may differ from one JavaScript engine to another.
const length = (x: number, y: number): number => Math.sqrt(x * x + y * y)

/** How far a place is outside a circle, in pixels; negative inside. */
export const circle =
  (centreX: number, centreY: number, radius: number) =>
  (x: number, y: number): number =>
    length(x - centreX, y - centreY) - radius

/** How far a place is outside a rectangle with rounded corners. */
export const roundRect = ({ left, top, right, bottom }: Box, radius: number) => {
  const [middleX, middleY] = [(left + right) / 2, (top + bottom) / 2]
  const [halfX, halfY] = [(right - left) / 2 - radius, (bottom - top) / 2 - radius]
  return (x: number, y: number): number => {
    const dx = Math.abs(x - middleX) - halfX
    const dy = Math.abs(y - middleY) - halfY
    return length(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius
  }
}

/** A line of `width` pixels along a shape's edge. */
export const outline =
  (distance: (x: number, y: number) => number, width: number) =>
  (x: number, y: number): number =>
    Math.abs(distance(x, y)) - width / 2
