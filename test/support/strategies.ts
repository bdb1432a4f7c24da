import { describe } from 'node:test'
import { type IoMappingOptions, PAGE_SIZE } from 'io-mapping'

/** What the core is tested with: each strategy, and slots so few that they are recycled all the time. */
const STRATEGIES = {
  permanent: { strategy: 'permanent' },
  slots: { strategy: 'slots' },
  'four slots': { strategy: 'slots', slotBytes: 4 * PAGE_SIZE },
  'per-call': { strategy: 'per-call' },
} as const satisfies Record<string, IoMappingOptions>

/** How many pages a slot has: 16 KiB of them, and one at least, where so many slots fit. */
export const SLOT_PAGES = Math.max(1, (16 * 1024) / PAGE_SIZE)

/** How many calls map the windows of a sweep: 1, 2, 4, … of them, and the rest; each less than the 2 MiB that one maps at most. */
export const sweepCalls = (pages: number): number => Math.floor(Math.log2(Math.ceil(pages / SLOT_PAGES))) + 1

export type StrategyName = keyof typeof STRATEGIES

/** A suite for each strategy. `strategy`: the options that a mapping is to be made with. */
export const inEachStrategy = (
  suite: string,
  body: (strategy: IoMappingOptions, name: StrategyName) => void,
): void => {
  for (const [name, strategy] of Object.entries(STRATEGIES)) {
    describe(`${suite}: ${name}`, () => body(strategy, name as StrategyName))
  }
}
