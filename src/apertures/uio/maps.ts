// The maps of a UIO device: what its driver offers to be mapped, as sysfs tells.
import { constants } from 'node:fs'
import { Descriptor } from '../../system/descriptor.js'
import { IoMappingError } from '../../system/errors.js'
import { hex } from '../../system/numbers.js'
import { PAGE_SIZE } from '../../system/page.js'
import { type Circumstances, type Explanation, reasonFor } from '../../system/refusal.js'
import type { SystemError } from '../../system/system-error.js'
import { Aperture } from '../aperture.js'
import { patMemoryType } from '../pat.js'
import type { UioFolder } from './folder.js'
import { NODE_REASONS } from './reasons.js'

/** A range that a UIO driver offers to be mapped. */
export interface UioMap {
  readonly index: number
  /** Its driver's name of it; '' if it has none. */
  readonly name: string
  /** Where the registers lie: their bus address; undefined of memory that is the kernel's own. */
  readonly base: number | undefined
  /** In bytes. A driver that offers whole pages counts those. */
  readonly size: number
  /** Where in its first page they start, in bytes: `size` counts from there. */
  readonly offset: number
}

// Linux's own addresses, of memory that a driver has allocated, lie above every bus.
const BUS_END = 2 ** 52

export const mapsOf = (folder: UioFolder): UioMap[] =>
  folder.numbers('maps', 'map').map(index => {
    const attribute = (name: string) => folder.attribute(`maps/map${index}/${name}`)
    const address = Number(attribute('addr'))
    const offset = Number(attribute('offset'))
    const base = address + offset
    const size = Number(attribute('size'))
    return {
      // of a driver that counts from the offset on, the size may be less than that
      ...{ index, offset, name: attribute('name'), size: size > offset ? size - offset : size },
      base: address > 0 && base < BUS_END ? base : undefined,
    }
  })

/** The map as an aperture. UIO maps it from its start alone. */
export const mapAperture = (folder: UioFolder, { index, base, size, offset }: UioMap): Aperture => {
  const name = `${folder.name}/${index}`
  if (offset >= PAGE_SIZE)
    throw new IoMappingError(
      'ERR_IO_NO_APERTURE',
      `${name} can't be mapped: its driver tells of an offset of ${hex(offset)} bytes in its first page, which has ${hex(PAGE_SIZE)}`,
    )
  return new Aperture({
    name,
    ...{ size, offsetInPage: offset, memoryTypes: ['unknown'] },
    ...(base === undefined ? {} : { base, confirm: skip => patMemoryType(base + skip) }),
    open: (_type, writable) => ({
      descriptor: Descriptor.open(folder.node, writable ? constants.O_RDWR : constants.O_RDONLY),
      offset: index * PAGE_SIZE + offset, // which page is mapped tells the map
      whole: true,
    }),
    explain: (error, known) => explain(error, known, size),
  })
}

const explain = (error: SystemError, known: Circumstances, size: number): Explanation | undefined => {
  const isSmall = error.code === 'EINVAL' && error.syscall === 'mmap' && size < PAGE_SIZE
  return isSmall ? { why: tooSmall(size) } : reasonFor(error, NODE_REASONS, known)
}

const tooSmall = (size: number): string =>
  `its driver offers ${hex(size)} bytes, and UIO maps no part of a page (${hex(PAGE_SIZE)} bytes); a driver that offers the ` +
  'whole page (uio_pci_generic, uio_pdrv_genirq), or vfio-pci, can be bound instead'
