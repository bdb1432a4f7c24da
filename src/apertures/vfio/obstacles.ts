// What stands in the way of having a device by VFIO, and how to put it out of the way.
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { IoMappingError } from '../../system/errors.js'
import { quietly } from '../../system/quietly.js'
import type { PciFolder } from '../pci/folder.js'
import { linkedName, namesIn } from '../sysfs.js'
import type { SystemRoot } from '../system-root.js'
import { UNSAFE_BY_IOMMUFD } from './reasons.js'

/** The drivers that hand a device to programs: vfio-pci, and those that vendors have made of it. */
const isVfio = (folder: PciFolder, driver: string): boolean => folder.has('vfio-dev') || /vfio/.test(driver)

const howToBind = ({ address, driver }: PciFolder): string =>
  [
    'modprobe vfio-pci',
    `echo vfio-pci > /sys/bus/pci/devices/${address}/driver_override`,
    ...(driver === undefined ? [] : [`echo ${address} > /sys/bus/pci/drivers/${driver}/unbind`]),
    `echo ${address} > /sys/bus/pci/drivers_probe`,
  ].join('; ')

/** Whether vfio takes devices without an IOMMU. */
const isUnsafe = ({ sys }: SystemRoot): boolean =>
  quietly(() => readFileSync(join(sys, NO_IOMMU_MODE), 'latin1'))?.startsWith('Y') === true // else it is not loaded, or built without that

const NO_IOMMU_MODE = 'module/vfio/parameters/enable_unsafe_noiommu_mode'

/** Why it can't be had, if no driver of VFIO has it; undefined if one has. */
export const whyUnbound = (folder: PciFolder, root: SystemRoot): string | undefined => {
  const { driver } = folder
  if (driver !== undefined && isVfio(folder, driver)) return undefined
  const who =
    driver !== undefined
      ? `its driver is '${driver}', which loses it: make sure that nothing uses the device`
      : quietly(() => folder.attribute('driver_override'))?.trim() === 'vfio-pci'
        ? 'which was to have it: it is not loaded, or refused it, and dmesg says why'
        : 'no driver has it'
  const bind = `it is not bound to vfio-pci, ${who}. Bind it, as root: ${howToBind(folder)}`
  // with a device tree, a device gets into its IOMMU group only when a driver is bound
  return folder.has('iommu_group') || isUnsafe(root) ? bind : `${bind}. vfio-pci refuses it if ${NO_GROUP}`
}

export const NO_GROUP =
  'it is in no IOMMU group: no IOMMU keeps it from overwriting memory. Switch that on, in the firmware (VT-d, AMD-Vi, SMMU) and ' +
  'for Linux (intel_iommu=on). Without one there is but the noiommu mode of vfio, if the kernel was built with it ' +
  `(CONFIG_VFIO_NOIOMMU): echo 1 > /sys/${NO_IOMMU_MODE}, then bind the device anew; in that it can overwrite any memory, and dma() is refused`

/** A group's folder in sysfs, by its number. */
export const groupFolder = (sys: string, group: string): string => join(sys, 'kernel/iommu_groups', group)

/** Drivers of the kernel's that may have devices of a group which programs have. */
const HARMLESS = /vfio|^(pcieport|pci-stub)$/

/** The devices of a group that a driver has, whose name `fits`. */
const devicesOf = (group: string, fits: (driver: string) => boolean): { address: string; driver: string }[] =>
  namesIn(join(group, 'devices')).flatMap(address => {
    const driver = linkedName(join(group, 'devices', address, 'driver'))
    return driver !== undefined && fits(driver) ? [{ address, driver }] : []
  })

const isHarmful = (driver: string): boolean => !HARMLESS.test(driver)

/** Of a group that can't be had: which other devices of it are in the way. `group`: its folder in sysfs. */
export const whyNotViable = (group: string): string => {
  const others = devicesOf(group, isHarmful).map(({ address, driver }) => `${address} ('${driver}')`)
  const which = others.length > 0 ? others.join(', ') : `see ${join(group, 'devices')}`
  return `its IOMMU can't tell it from other devices of its group, ${basename(group)}, which drivers of the kernel have: ${which}. Bind those to vfio-pci, too, or unbind them`
}

/** Of a device that can't be bound to an iommufd: what of its group may be in the way; undefined if it is alone there. */
export const whyNotOwned = (group: string, address: string): string | undefined => {
  if (devicesOf(group, isHarmful).length > 0) return whyNotViable(group)
  const others = devicesOf(group, driver => /vfio/.test(driver)).filter(each => each.address !== address)
  if (others.length === 0) return undefined
  const which = others.map(each => each.address).join(' or ')
  return `another program has ${which}, or another thread of this one: the devices of its group, ${basename(group)}, can be had by one alone; end that first. Or ${UNSAFE_BY_IOMMUFD}`
}

/** The error for a device that can't be had. */
export const refuse = (name: string, why: string): IoMappingError =>
  new IoMappingError('ERR_IO_ACCESS', `${name} can't be opened: ${why}`)
