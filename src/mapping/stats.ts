import type { MappingCore } from '../window/mapping-core.js'

/** What a mapping has counted since it was made. */
export interface IoMappingStats {
  /** Windows mapped, atomic ones included. */
  readonly maps: number
  /** Those not yet unmapped; one that was dropped without unmap stays among them until `free`. */
  readonly live: number
  /** Maps that needed no system call. */
  readonly hits: number
  /** Maps that needed one. */
  readonly misses: number
  /** Times that address space was taken from one window and given to another. */
  readonly recycles: number
}

export const statsOf = ({ maps, unmaps, freed, strategy }: MappingCore): IoMappingStats => ({
  maps,
  live: freed ? 0 : maps - unmaps,
  ...strategy.counts(maps),
})
