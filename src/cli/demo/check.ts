import { hex } from '../../system/numbers.js'
import { Failure } from '../failure.js'
import type { Surface } from './surface.js'

const colour = (pixel: number) => `0x${pixel.toString(16).padStart(8, '0')}`

/** Throws if what was read back is not what was drawn. */
export const checkPixels = (surface: Surface, drawn: Uint32Array, found: Uint32Array): void => {
  let [wrong, first] = [0, -1]
  for (let i = 0; i < drawn.length; i++) {
    if (drawn[i] === found[i]) continue
    if (wrong++ === 0) first = i
  }
  if (wrong === 0) return
  const { width, offset } = surface
  throw new Failure(
    `the memory does not hold what was drawn: ${wrong} of ${drawn.length} pixels differ, the first at x ${first % width}, ` +
      `y ${Math.floor(first / width)} (offset ${hex(offset + first * 4)}): drawn ${colour(drawn[first] ?? 0)}, ` +
      `read ${colour(found[first] ?? 0)}`,
  )
}
