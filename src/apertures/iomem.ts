import { badArgument, IoMappingError } from '../system/errors.js'
import { checkSize, hex } from '../system/numbers.js'
import { Aperture } from './aperture.js'
import { deviceTreeNodes } from './device-tree/devicetree.js'
import { pciDevices } from './pci/pci.js'
import { type Resource, readResourceTree, resourcesAt } from './resource-tree.js'

const added = new Set<Aperture>()

const pciBars = (): Aperture[] => pciDevices().flatMap(({ apertures }) => apertures)

const deviceTree = (): Aperture[] =>
  deviceTreeNodes().flatMap(node => node.ranges.map(range => node.aperture(range)))

/** The smallest of `apertures` that holds `[base, base + size)`. */
const holding = (apertures: Aperture[], base: number, size: number): Aperture | undefined =>
  apertures
    .filter(each => each.base <= base && base + size <= each.base + each.size)
    .sort((a, b) => a.size - b.size)
    .at(0)

/** Checks a range of bus addresses, in bytes. */
export const checkRange = (call: string, base: unknown, size: unknown): void => {
  if (typeof base !== 'number') throw badArgument(`${call}: base`, base, 'a bus address, as a number')
  const end = base + checkSize(size, `${call}: size`)
  if (Number.isSafeInteger(base) && base >= 0 && end <= 2 ** 53) return
  throw new IoMappingError(
    'ERR_IO_RANGE',
    `${call}: base is ${hex(base)} and ends at ${hex(end)}; bus addresses are whole numbers from 0 to 2^53 - 1`,
  )
}

/** The PCI BAR that holds `[base, base + size)`. */
export const pciBarAt = (base: number, size: number): Aperture | undefined => holding(pciBars(), base, size)

/**
 * Which aperture lies at a bus address: this machine's PCI BARs, the devices of its device tree, and what was added; and
 * what the kernel calls it, /proc/iomem.
 */
export const iomem = {
  /** Makes `aperture` findable by its `base`. Adding it again changes nothing. */
  add(aperture: Aperture): void {
    if (!(aperture instanceof Aperture)) throw badArgument('iomem.add: aperture', aperture, 'an Aperture')
    added.add(aperture)
  },

  /** Takes back `add`; false if it was not added. */
  remove(aperture: Aperture): boolean {
    return added.delete(aperture)
  },

  /**
   * The aperture that holds `[base, base + size)`, both in bytes; the smallest where they nest. A PCI BAR, or one that was
   * added, comes before a device tree's, which can be mapped uncached alone.
   * @throws IoMappingError ERR_IO_NO_APERTURE, ERR_IO_RANGE
   */
  find(base: number, size: number): Aperture {
    checkRange('iomem.find', base, size)
    const found = holding([...pciBars(), ...added], base, size) ?? holding(deviceTree(), base, size)
    if (found) return found
    throw new IoMappingError(
      'ERR_IO_NO_APERTURE',
      `No aperture holds ${hex(size)} bytes at bus address ${hex(base)}; 'iomap list' shows those of this machine, ` +
        'iomem.add makes others known',
    )
  },

  /** All, in the order of their bus addresses. */
  list(): Aperture[] {
    return [...pciBars(), ...deviceTree(), ...added].sort((a, b) => a.base - b.base)
  },

  /**
   * The kernel's resource tree, /proc/iomem: RAM, bridges, devices, and what drivers have claimed, each within another.
   * @throws IoMappingError ERR_IO_ACCESS without root, to which alone the kernel tells the addresses
   */
  resources(path?: string): Resource[] {
    return readResourceTree(path)
  },

  /**
   * Those of the kernel's resources that `[base, base + size)` touches, both in bytes, each before what lies within it.
   * @throws IoMappingError ERR_IO_RANGE, and as `resources`
   */
  resourcesAt(base: number, size: number, path?: string): Resource[] {
    checkRange('iomem.resourcesAt', base, size)
    return resourcesAt(readResourceTree(path), base, size)
  },
}
