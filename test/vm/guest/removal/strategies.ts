import type { IoMappingOptions } from 'io-mapping'

/** Slots for a quarter of the apertures that are taken away, so that some windows are mapped anew. */
export const STRATEGIES = {
  permanent: { strategy: 'permanent' },
  slots: { strategy: 'slots', slotBytes: 4 * 1024 ** 2 },
  'per-call': { strategy: 'per-call' },
} as const satisfies Record<string, IoMappingOptions>

export type Name = keyof typeof STRATEGIES

export const NAMES = Object.keys(STRATEGIES) as Name[]
