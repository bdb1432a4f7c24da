import { IS_32_BIT, refuseWidth } from '../system/word-size.js'
import { checkFault } from './check-fault.js'
import { refuseAlignment, refuseLost, refuseStale } from './refusals.js'
import type { Window } from './window.js'

/** Checks that a window has views of `width` bytes an element. */
export const checkView = (window: Window, call: string, width: number): void => {
  const { core } = window
  if (!window.mapped) throw refuseStale(window, call)
  if (core.isEnded()) throw refuseLost(core, call)
  checkFault(core, call, false)
  if (width === 8 && IS_32_BIT) throw refuseWidth(call)
  if (window.start % width !== 0) throw refuseAlignment(window, call, 0, width)
}
