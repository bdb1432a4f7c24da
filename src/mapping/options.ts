import { MEMORY_TYPES, type MemoryType } from '../apertures/aperture.js'
import { CONTAINER_MAX } from '../container/container.js'
import { mayHaveSlots, STRATEGIES, type StrategyOption } from '../strategies/choose.js'
import { badArgument, checkObject, errorForPrograms, IoMappingError } from '../system/errors.js'
import { formatSize, hex, isByteCount } from '../system/numbers.js'
import { PAGE_SIZE } from '../system/page.js'

export interface IoMappingOptions {
  /**
   * How windows get into the address space. `permanent`: the whole aperture is mapped once. `slots`: a bounded stretch of
   * address space is lent to windows. `per-call`: each map maps, each unmap unmaps. Default `auto`: permanent where the
   * aperture fits the address space well, else slots; the mapping's `strategy` tells which.
   */
  strategy?: StrategyOption
  /**
   * How much address space the slots take, in bytes: a page to 4 GiB (1 GiB in a 32-bit process), rounded down to whole
   * slots. Default 128 MiB (64 MiB in a 32-bit process). For `slots`, and for `auto` if that takes them.
   */
  slotBytes?: number
  /**
   * True: windows lie in one SharedArrayBuffer, `mapping.buffer`, that other threads get with `share()`: for Atomics.wait and
   * notify, and whatever takes such a buffer. At most 4 GiB (1 GiB in a 32-bit process); `permanent`. A view of it stays what
   * it is when its window is unmapped. Default false.
   */
  shared?: boolean
  /** False: nothing can be written through it, and a device file needs only to be readable. Default true. */
  writable?: boolean
}

export interface CreateOptions extends IoMappingOptions {
  /**
   * The memory type, or several in order of preference. Default: write-back for memory and files, uncached for devices;
   * never write-combining unasked.
   */
  memoryType?: MemoryType | readonly MemoryType[]
}

/** Memory types in order of preference. */
export type Preference = readonly MemoryType[]

const UNASKED: Preference = ['write-back', 'uncached', 'unknown']

const KNOWN = ['strategy', 'slotBytes', 'shared', 'writable']

const SLOT_BYTES_MAX = CONTAINER_MAX

/** How an aperture is to be mapped. */
export interface Layout {
  readonly writable: boolean
  readonly strategy: StrategyOption
  readonly slotBytes: number | undefined
  readonly shared: boolean
}

/** Checks what `create` and `createWc` were given, before anything is opened. */
export const checkOptions = (call: string, options: CreateOptions): Layout => {
  checkObject(call, options, call === 'create' ? [...KNOWN, 'memoryType'] : KNOWN)
  const { strategy = 'auto', slotBytes, writable = true, shared = false } = options
  if (!STRATEGIES.includes(strategy)) {
    throw badArgument(`${call}: options.strategy`, strategy, `one of ${STRATEGIES.join(', ')}`)
  }
  if (slotBytes !== undefined) checkSlotBytes(`${call}: options.slotBytes`, slotBytes, strategy)
  if (typeof writable !== 'boolean') throw badArgument(`${call}: options.writable`, writable, 'true or false')
  if (typeof shared !== 'boolean') throw badArgument(`${call}: options.shared`, shared, 'true or false')
  if (shared) checkShared(call, strategy, slotBytes)
  return { strategy, slotBytes, writable, shared }
}

const checkShared = (call: string, strategy: StrategyOption, slotBytes: number | undefined): void => {
  if (strategy !== 'auto' && strategy !== 'permanent')
    throw badArgument(`${call}: options.strategy`, strategy, 'permanent or auto with { shared: true }')
  if (slotBytes !== undefined)
    throw badArgument(
      `${call}: options.slotBytes`,
      slotBytes,
      'left out with { shared: true }, which has no slots',
    )
}

const checkSlotBytes = (name: string, slotBytes: number, strategy: StrategyOption): void => {
  if (!mayHaveSlots(strategy)) {
    throw badArgument(name, slotBytes, `left out with strategy ${strategy}, which has no slots`)
  }
  if (typeof slotBytes !== 'number') throw badArgument(name, slotBytes, 'a number of bytes')
  if (isByteCount(slotBytes) && slotBytes >= PAGE_SIZE && slotBytes <= SLOT_BYTES_MAX) return
  throw new IoMappingError(
    'ERR_IO_RANGE',
    `${name} is ${hex(slotBytes)}; it must be a whole number of bytes from ${hex(PAGE_SIZE)} to ${formatSize(SLOT_BYTES_MAX)}`,
  )
}

/** The memory types that `create`'s options ask for. */
export const preference = (call: string, memoryType: CreateOptions['memoryType']): Preference => {
  if (memoryType === undefined) return UNASKED
  const asked = Array.isArray(memoryType) ? memoryType : [memoryType]
  const known = asked.length > 0 && asked.every(each => MEMORY_TYPES.includes(each))
  if (!known)
    throw badArgument(
      `${call}: options.memoryType`,
      String(memoryType),
      `one or some of ${MEMORY_TYPES.join(', ')}`,
    )
  return asked
}

/** Cached memory keeps every promise that write-combining makes, so whoever asks for the one may get the other. */
const satisfies = (offered: MemoryType, asked: MemoryType) =>
  offered === asked || (asked === 'write-combining' && offered === 'write-back')

/** The first memory type asked for that the aperture offers. Throws ERR_IO_MEMORY_TYPE. */
export const chooseMemoryType = (
  call: string,
  aperture: { readonly name: string; readonly memoryTypes: readonly MemoryType[] },
  asked: Preference,
): MemoryType => {
  for (const each of asked) {
    const found = aperture.memoryTypes.find(offered => satisfies(offered, each))
    if (found) return found
  }
  throw errorForPrograms(
    'ERR_IO_MEMORY_TYPE',
    `${call}: ${aperture.name} can't be mapped ${asked.join(' or ')}; it offers ${aperture.memoryTypes.join(', ')}`,
    `. Map it with IoMapping.create(aperture, { memoryType: '${aperture.memoryTypes.at(-1)}' })`,
  )
}

/** The memory type that a mapping really has, where the kernel tells. Throws ERR_IO_MEMORY_TYPE if it wasn't asked for. */
export const checkMemoryType = (
  call: string,
  name: string,
  chosen: MemoryType,
  given: MemoryType | undefined,
  asked: Preference,
): MemoryType => {
  if (given === undefined || given === chosen) return chosen
  if (asked.some(each => satisfies(given, each))) return given
  throw new IoMappingError(
    'ERR_IO_MEMORY_TYPE',
    `${call}: the kernel mapped ${name} ${given}, not ${chosen}: it is mapped so elsewhere, and the first mapping of a ` +
      'range decides for all. Free that one first, here and in other programs',
  )
}
