import type { IoMapping } from '../index.js'

/** Says which mapping a struct stands for. */
export let fill: (struct: io_mapping, mapping: IoMapping) => void
/** Says that it is over. The struct keeps its mapping, which was freed, and says so to whoever uses it. */
export let empty: (struct: io_mapping) => void
/** The mapping of a struct; undefined if it never had one, or is no struct. */
export let mappingIn: (struct: unknown) => IoMapping | undefined

/**
 * The kernel's `struct io_mapping`, for a driver that has one as a part of its own. Made by `new`, as C declares it, it is
 * nothing before `io_mapping_init_wc`.
 */
export class io_mapping {
  #base = 0
  #size = 0
  #mapping: IoMapping | undefined = undefined

  /** Bus address, in bytes; 0 while it is not initialised. */
  get base(): number {
    return this.#base
  }

  /** In bytes; 0 while it is not initialised. */
  get size(): number {
    return this.#size
  }

  static {
    fill = (struct, mapping) => {
      struct.#mapping = mapping
      struct.#base = mapping.base
      struct.#size = mapping.size
    }
    empty = struct => {
      struct.#base = 0
      struct.#size = 0
    }
    mappingIn = struct =>
      typeof struct === 'object' && struct !== null && #mapping in struct ? struct.#mapping : undefined
  }
}
