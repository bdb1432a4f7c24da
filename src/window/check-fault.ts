import { FAULTS } from '../system/faults.js'
import type { MappingCore } from './mapping-core.js'
import { refuseMisaligned } from './misaligned.js'
import { refuseLost } from './refusals.js'

/** Throws if there was a fault in this process since it was last asked, and `core`'s mapping had it. `done`: whether `call` is done by now. */
export const checkFault = (core: MappingCore, call: string, done = true): void => {
  if (FAULTS[0] === core.seen) return
  if (core.checkLoss()) throw refuseLost(core, call)
  if (core.takeMisaligned()) throw refuseMisaligned(core, call, done)
}
