import type { MappingCore } from './mapping-core.js'
import { refuseLost, refuseMisaligned } from './refusals.js'

/** For an access that has seen a fault of this process: throws if its mapping had it. */
export const checkFault = (core: MappingCore, call: string): void => {
  if (core.checkLoss()) throw refuseLost(core, call)
  if (core.takeMisaligned()) throw refuseMisaligned(core, call)
}
