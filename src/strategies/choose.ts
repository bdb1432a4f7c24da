import type { Backing } from '../apertures/aperture.js'
import { Permanent } from './permanent.js'
import type { Strategy, StrategyName } from './strategy.js'

type Make = (backing: Backing, size: number) => Strategy

const MAKERS: Partial<Record<StrategyName, Make>> = {
  permanent: (backing, size) => new Permanent(backing, size),
}

/** What `options.strategy` may be. */
export type StrategyOption = 'auto' | StrategyName
export const STRATEGIES = ['auto', ...Object.keys(MAKERS)] as readonly StrategyOption[]

/** Maps `size` bytes of `backing` as `option` says. */
export const makeStrategy = (option: StrategyOption, backing: Backing, size: number): Strategy => {
  const make = MAKERS[option === 'auto' ? 'permanent' : option] as Make
  return make(backing, size)
}
