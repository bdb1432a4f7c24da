import type { MappingCore } from './mapping-core.js'
import { refuseLost, refuseMisaligned } from './refusals.js'

/** For a call that has seen a fault of this process: throws if its mapping had it. `done`: whether what it does is done by now. */
export const checkFault = (core: MappingCore, call: string, done = true): void => {
  if (core.checkLoss()) throw refuseLost(core, call)
  if (core.takeMisaligned()) throw refuseMisaligned(core, call, done)
}
