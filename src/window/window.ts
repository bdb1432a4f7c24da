import type { Location } from '../strategies/strategy.js'
import type { MappingCore } from './mapping-core.js'

/** Which call mapped a window, so which unmaps it: `lent` windows are `atomic`'s own. */
export type Kind = 'map' | 'local' | 'atomic' | 'lent'

/** What an IoMem is to the rest of the library. */
export interface Window extends Location {
  /** Where in the mapping it starts, in bytes. */
  readonly offset: number
  readonly core: MappingCore
  readonly kind: Kind
  /** The length while it is mapped; one of GONE after. Negative, so that every offset is out of range then. */
  readonly end: number
  readonly mapped: boolean
}
