import type { Exposure } from './exposure.js'
import { refuseAlignment, refuseStale, refuseView } from './refusals.js'
import type { Window } from './window.js'
import { IS_32_BIT, refuseWidth } from './word-size.js'

/** Where a window's views of `width` bytes an element lie. Throws if it has none. */
export const exposureOf = (window: Window, call: string, width: number): Exposure => {
  const { core, offset, length } = window
  if (!window.mapped) throw refuseStale(window, call)
  if (width === 8 && IS_32_BIT) throw refuseWidth(call)
  if (window.start % width !== 0) throw refuseAlignment(window, call, 0, width)
  if (!core.writable && !core.cached) throw refuseView(core, call)
  return (window.exposure ??= core.strategy.expose(offset, length))
}
