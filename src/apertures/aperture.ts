import { closingUnless } from '../system/closing-unless.js'
import { IoMappingError } from '../system/errors.js'
import { factsOf } from '../system/file-facts.js'
import { hex, isRange } from '../system/numbers.js'
import { pageCeil } from '../system/page.js'
import { type Circumstances, told } from '../system/refusal.js'
import type { SystemError } from '../system/system-error.js'
import { type ApertureInit, checkInit, type MemoryType } from './aperture-init.js'
import type { Areas } from './areas.js'
import { type Mapped, owned } from './opened.js'

export { type ApertureInit, MEMORY_TYPES, type MemoryType } from './aperture-init.js'

/** An aperture, open: what the strategies map. */
export interface Backing {
  readonly fd: number
  /** Where in `fd` the aperture's first page starts, in bytes. */
  readonly offset: number
  /** Where in that page the aperture starts: 0, unless its bus address is not page aligned. */
  readonly pageOffset: number
  /** What it is mapped in multiples of, in bytes: a page, or a huge one on hugetlbfs. */
  readonly unit: number
  /** Whether it can be mapped from `offset` alone. */
  readonly whole: boolean
  /** What of it can be mapped, if not all. */
  readonly areas: Areas | undefined
  readonly writable: boolean
  /** Whether it is ordinary memory, that may be read unasked; not a device. */
  readonly cached: boolean
  /** The error for a user when the system refused to map: with the cause and the remedy. */
  explain(error: unknown): unknown
  /** Told of the mapping that is made of it, if whoever closes the device is to end it. */
  readonly mapped: ((mapping: Mapped) => void) | undefined
  close(): void
}

// Bus addresses on every processor that Linux runs on are below 2^52; numbers are exact below 2^53.
const NO_BUS = 2 ** 52
let nextBase = NO_BUS

/** Takes addresses that are in the page where a range that starts `within` a page would be. */
const virtualBase = (size: number, within: number): number => {
  const base = nextBase + within
  const next = nextBase + pageCeil(within + size) + pageCeil(1)
  if (next <= Number.MAX_SAFE_INTEGER) {
    nextBase = next
    return base
  }
  throw new IoMappingError(
    'ERR_IO_ADDRESS_SPACE',
    'No bus addresses are left for memory and files in this process',
  )
}

/** A range of device memory that can be mapped: the kernel's `struct resource`. */
export class Aperture {
  readonly name: string
  /** In bytes. */
  readonly size: number
  readonly memoryTypes: readonly MemoryType[]
  readonly #init: ApertureInit
  readonly #skip: number
  #base: number | undefined

  /** `part` is for `slice`: where in `init`'s range this one lies. @throws IoMappingError ERR_IO_ARGUMENT, ERR_IO_RANGE */
  constructor(init: ApertureInit, part?: { skip: number; size: number; name: string; base: number }) {
    if (!part) checkInit(init)
    this.#init = init
    this.#skip = part?.skip ?? 0
    this.name = part?.name ?? init.name
    this.size = part?.size ?? init.size
    this.memoryTypes = [...init.memoryTypes]
    this.#base = part?.base ?? init.base
  }

  /** Its bus address, in bytes. */
  get base(): number {
    this.#base ??= virtualBase(this.size, this.#init.offsetInPage ?? 0)
    return this.#base
  }

  /** The part `[offset, offset + size)` of it, in bytes. */
  slice(offset: number, size: number): Aperture {
    if (!isRange(offset, size, this.size)) {
      throw new IoMappingError(
        'ERR_IO_RANGE',
        `slice: ${hex(size)} bytes at ${hex(offset)} are not in ${this.name}, which has ${hex(this.size)} bytes`,
      )
    }
    if (offset === 0 && size === this.size) return this
    const name = `${this.name} at ${hex(offset)}`
    return new Aperture(this.#init, { skip: this.#skip + offset, size, name, base: this.base + offset })
  }

  /** The address that a device uses for its first byte, of memory for DMA. @internal */
  get iova(): number | undefined {
    return this.#init.iova === undefined ? undefined : this.#init.iova + this.#skip
  }

  /** The same with these memory types alone. @internal */
  offering(memoryTypes: readonly MemoryType[]): Aperture {
    const { name, size, base } = this
    return new Aperture({ ...this.#init, memoryTypes }, { skip: this.#skip, name, size, base })
  }

  /** The memory type that the kernel gave to a mapping of it that exists now; undefined if it won't tell. @internal */
  confirm(): MemoryType | undefined {
    return this.#init.confirm?.(this.#skip)
  }

  /**
   * Opens it, to be mapped by a strategy; `isLast`: for the last time. Throws ERR_IO_ACCESS, or what the aperture's kind says.
   * @internal
   */
  open(memoryType: MemoryType, writable: boolean, isLast: boolean): Backing {
    const explain = (error: unknown) => this.#explain(error, writable)
    try {
      const opened = owned(this.name, this.#init.open(memoryType, writable))
      const { descriptor, offset, keep, whole = false, areas, mapped } = opened
      const close = () => (keep && !isLast ? undefined : descriptor.close())
      const { unit } = closingUnless({ close }, () => factsOf(descriptor.fd))
      const start = offset + this.#skip
      const from = whole ? offset : start
      const first = from - (from % unit)
      return {
        fd: descriptor.fd,
        ...{ offset: first, pageOffset: start - first, unit, whole, areas },
        writable,
        cached: memoryType === 'write-back',
        explain,
        ...{ mapped, close },
      }
    } catch (error) {
      throw explain(error)
    }
  }

  #explain(error: unknown, writable: boolean): unknown {
    const explain = (each: SystemError, known: Circumstances) => this.#init.explain?.(each, known)
    return told(this.name, error, { writable, explain })
  }
}
