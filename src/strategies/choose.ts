import { CONTAINER_MAX } from '../container/container.js'
import type { Ground } from '../container/ground.js'
import { badArgument, IoMappingError } from '../system/errors.js'
import { formatSize } from '../system/numbers.js'
import { IS_32_BIT } from '../system/word-size.js'
import { PerCall } from './per-call.js'
import { Permanent } from './permanent.js'
import { Slots } from './slots.js'
import type { Strategy, StrategyName } from './strategy.js'

const MIB = 1024 ** 2

/** The largest aperture that `auto` maps whole. On 64 bits that takes a third of a second; on 32, what there is. */
const LARGEST_PERMANENT = IS_32_BIT ? 256 * MIB : 65536 * MIB
/** What slots take of the address space, in bytes, unless asked otherwise; and the least that `auto` makes do with. */
const SLOT_BYTES = IS_32_BIT ? 64 * MIB : 128 * MIB
const LEAST_SLOT_BYTES = 4 * MIB

/** What `options.strategy` may be. */
export type StrategyOption = 'auto' | StrategyName

type Make = (ground: Ground, size: number, slotBytes?: number) => Strategy

const MAKERS: Record<StrategyOption, Make> = {
  auto: (ground, size, slotBytes) => chooseStrategy(ground, size, slotBytes),
  permanent: (ground, size) => new Permanent(ground, size),
  slots: (ground, size, slotBytes = SLOT_BYTES) => new Slots(ground, size, slotBytes),
  'per-call': ground => new PerCall(ground),
}

export const STRATEGIES = Object.keys(MAKERS) as readonly StrategyOption[]

/** Whether a strategy has slots, or may come to have them. */
export const mayHaveSlots = (strategy: StrategyOption): boolean => strategy === 'slots' || strategy === 'auto'

/** Makes windows of `size` bytes of `ground` available as `option` says. */
export const makeStrategy = (
  option: StrategyOption,
  ground: Ground,
  size: number,
  slotBytes?: number,
): Strategy => {
  if (!ground.whole) return MAKERS[option](ground, size, slotBytes)
  if (option !== 'auto' && option !== 'permanent') throw refuseParts(option)
  if (ground.pageOffset + size > CONTAINER_MAX) throw refuseWhole(size)
  return new Permanent(ground, size)
}

const refuseParts = (option: StrategyOption): IoMappingError =>
  badArgument(
    'options.strategy',
    option,
    'permanent or auto: the device can be mapped from its start alone, as UIO’s can, and so only whole',
  )

const refuseWhole = (size: number): IoMappingError =>
  new IoMappingError(
    'ERR_IO_ADDRESS_SPACE',
    `The device can be mapped from its start alone, whole, and ${formatSize(size)} are too many: ${formatSize(CONTAINER_MAX)} at most; map a slice near its start`,
  )

/** Permanent where the aperture fits the address space well; else slots, of fewer bytes where the system has no more. */
const chooseStrategy: Make = (ground, size, slotBytes) => {
  if (size <= LARGEST_PERMANENT) {
    const permanent = unlessFull(() => new Permanent(ground, size))
    if (permanent) return permanent
  }
  if (slotBytes !== undefined) return new Slots(ground, size, slotBytes)
  for (let bytes = SLOT_BYTES; bytes > LEAST_SLOT_BYTES; bytes /= 2) {
    const slots = unlessFull(() => new Slots(ground, size, bytes))
    if (slots) return slots
  }
  return new Slots(ground, size, LEAST_SLOT_BYTES)
}

/** What `make` makes; undefined if there is no address space for it. */
const unlessFull = <T>(make: () => T): T | undefined => {
  try {
    return make()
  } catch (error) {
    if (error instanceof IoMappingError && error.code === 'ERR_IO_ADDRESS_SPACE') return undefined
    throw error
  }
}
