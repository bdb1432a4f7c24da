import { COPY } from './native.js'
import type { Strategy } from './strategies/strategy.js'

/** What an IoMapping and its windows share, and users never see. */
export class MappingCore {
  /** In bytes: what may be mapped, so 0 once it is freed. */
  limit: number
  freed = false
  /** How a copy without a width goes, one of COPY: known once it is mapped. */
  copies: number = COPY.memory
  maps = 0
  unmaps = 0

  /**
   * @param name its aperture's, for messages
   * @param size in bytes
   * @param cached whether copy-on-write views of it can be made: it is memory, not a device
   */
  constructor(
    readonly name: string,
    readonly strategy: Strategy,
    size: number,
    readonly writable: boolean,
    readonly cached: boolean,
  ) {
    this.limit = size
  }
}
