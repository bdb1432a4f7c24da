import type { Strategy } from './strategies/strategy.js'

/** What an IoMapping and its windows share, and users never see. */
export interface MappingCore {
  /** Its aperture's name, for messages. */
  readonly name: string
  readonly strategy: Strategy
  readonly writable: boolean
  /** Whether copy-on-write views of it can be made: it is memory, not a device. */
  readonly cached: boolean
  /** In bytes: what may be mapped, so 0 once it is freed. */
  limit: number
  freed: boolean
  maps: number
  unmaps: number
}
