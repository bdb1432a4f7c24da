import { hex } from '../../system/numbers.js'
import { Failure } from '../failure.js'
import type { Operand } from './operand.js'

/** An operand, and where in it the comparison starts. */
export interface Side extends Operand {
  /** In bytes. */
  readonly offset: number
}

export interface Extent {
  /** How many bytes there are to compare. */
  readonly length: number
  /** The one that goes on behind that, if that was not to be. */
  readonly longer: Side | undefined
}

/** What can be compared; `asked`: no less, and what is behind that does not count. */
export const extentOf = (left: Side, right: Side, asked?: number): Extent => {
  const [one, other] = [restOf(left, asked), restOf(right, asked)]
  const length = asked ?? Math.min(one, other)
  for (const { check, offset } of [left, right]) if (length > 0) check(offset, length)
  if (asked !== undefined || one === other) return { length, longer: undefined }
  return { length, longer: one > other ? left : right }
}

/** How many bytes it has from its offset on. Throws if these are too few. */
const restOf = ({ name, length, offset }: Side, needed = 0): number => {
  const rest = length - offset
  if (rest >= needed) return rest
  const asked = needed > 0 ? `${hex(needed)} bytes at offset ${hex(offset)} are` : `offset ${hex(offset)} is`
  throw new Failure(`${asked} not in ${name}, which has ${hex(length)} bytes`)
}
