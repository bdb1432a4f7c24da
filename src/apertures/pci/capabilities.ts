// The capabilities that a PCI device has, by the two lists in its configuration space.
import type { IoAccess } from '../../access/io-access.js'
import { warn } from '../../system/host.js'
import { hex } from '../../system/numbers.js'
import { CAPABILITY_NAMES, EXTENDED_CAPABILITY_NAMES } from './capability-names.js'

/** Something that a PCI device can do, and where the registers for it lie. */
export interface PciCapability {
  /** The PCI-SIG's number of it; those of extended ones are others. */
  readonly id: number
  /** Such as `msi-x` or `aer`; `unknown-0x7f` of one without a name here. */
  readonly name: string
  /** Where it starts in the configuration space, in bytes. */
  readonly offset: number
  /** Whether it lies behind the first 256 bytes, which only PCI Express has. */
  readonly extended: boolean
}

const STATUS = 6
const HAS_LIST = 0x10
/** Of a device that is gone: bits that are always 0 would be set. */
const ALL_ONES = 0xffff
const POINTER = 0x34
/** Where the first of each list may lie at the least. */
const FIRST = 0x40
const FIRST_EXTENDED = 0x100

/** How a list goes on from one of its elements. */
interface Element {
  readonly id: number
  readonly next: number
}

/** A list's elements, from `start` on. It ends, with a warning, where it loops, leaves its part of the space, or `look` finds nothing. */
const walk = (
  what: string,
  [start, end]: readonly [number, number],
  first: number,
  look: (offset: number) => Element | undefined,
): { id: number; offset: number }[] => {
  const found: { id: number; offset: number }[] = []
  for (let offset = first; offset !== 0; ) {
    const isInside = offset >= start && offset + 4 <= end
    const loops = found.some(each => each.offset === offset)
    const element = isInside && !loops ? look(offset) : undefined
    if (!element) {
      const outside = `which is not between ${hex(start)} and ${hex(end)}`
      const why = loops ? 'which was there before' : isInside ? 'where nothing answers' : outside
      warn(
        `${what} goes on at ${hex(offset)}, ${why}: it ends here for us; the device is broken, or did not answer`,
      )
      break
    }
    found.push({ id: element.id, offset })
    offset = element.next
  }
  return found
}

const named =
  (names: Readonly<Record<number, string>>, extended: boolean) =>
  ({ id, offset }: { id: number; offset: number }): PciCapability => ({
    ...{ id, name: names[id] ?? `unknown-${hex(id)}` },
    ...{ offset, extended },
  })

const standard = (config: IoAccess, name: string): PciCapability[] => {
  const status = config.read16(STATUS)
  if ((status & HAS_LIST) === 0 || status === ALL_ONES) return []
  const end = Math.min(config.length, FIRST_EXTENDED)
  const look = (offset: number): Element | undefined => {
    const header = config.read16(offset)
    return header === ALL_ONES ? undefined : { id: header & 0xff, next: (header >>> 8) & ~3 }
  }
  return walk(`${name}: the list of capabilities`, [FIRST, end], config.read8(POINTER) & ~3, look).map(
    named(CAPABILITY_NAMES, false),
  )
}

/** Of a device without extended capabilities, the space reads zeros, or all ones. */
const isThere = (header: number): boolean => header !== 0 && header !== 0xffff_ffff

const extended = (config: IoAccess, name: string): PciCapability[] => {
  if (config.length <= FIRST_EXTENDED || !isThere(config.read32(FIRST_EXTENDED))) return []
  const look = (offset: number): Element | undefined => {
    const header = config.read32(offset)
    return isThere(header) ? { id: header & 0xffff, next: (header >>> 20) & ~3 } : undefined
  }
  const range = [FIRST_EXTENDED, config.length] as const
  return walk(`${name}: the list of extended capabilities`, range, FIRST_EXTENDED, look).map(
    named(EXTENDED_CAPABILITY_NAMES, true),
  )
}

/** In the order of their lists, the extended ones last. `name`: the device's, for warnings. */
export const capabilitiesOf = (config: IoAccess, name: string): PciCapability[] => [
  ...standard(config, name),
  ...extended(config, name),
]
