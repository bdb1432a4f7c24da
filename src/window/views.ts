import type { Exposure } from '../container/exposure.js'
import { IS_32_BIT, refuseWidth } from '../system/word-size.js'
import { refuseAlignment, refuseLost, refuseStale } from './refusals.js'
import type { Window } from './window.js'

/** Where a window's views of `width` bytes an element lie. Throws if it has none. */
export const exposureOf = (window: Window, call: string, width: number): Exposure => {
  const { core, offset, length } = window
  if (!window.mapped) throw refuseStale(window, call)
  if (core.lost) throw refuseLost(core, call)
  if (width === 8 && IS_32_BIT) throw refuseWidth(call)
  if (window.start % width !== 0) throw refuseAlignment(window, call, 0, width)
  return (window.exposure ??= core.strategy.expose(offset, length))
}
