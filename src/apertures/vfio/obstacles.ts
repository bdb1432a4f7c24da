// What stands in the way of having a device by VFIO, and how to put it out of the way.
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { IoMappingError } from '../../system/errors.js'
import { quietly } from '../../system/quietly.js'
import type { PciFolder } from '../pci/folder.js'
import { linkedName, namesIn } from '../sysfs.js'
import type { SystemRoot } from '../system-root.js'

/** The drivers that hand a device to programs: vfio-pci, and those that vendors have made of it. */
const isVfio = (folder: PciFolder, driver: string): boolean => folder.has('vfio-dev') || /vfio/.test(driver)

const howToBind = ({ address, driver }: PciFolder): string =>
  [
    'modprobe vfio-pci',
    `echo vfio-pci > /sys/bus/pci/devices/${address}/driver_override`,
    ...(driver === undefined ? [] : [`echo ${address} > /sys/bus/pci/drivers/${driver}/unbind`]),
    `echo ${address} > /sys/bus/pci/drivers_probe`,
  ].join('; ')

/** Why it can't be had, if no driver of VFIO has it; undefined if one has. */
export const whyUnbound = (folder: PciFolder, root: SystemRoot): string | undefined => {
  const { driver } = folder
  if (driver !== undefined && isVfio(folder, driver)) return undefined
  // vfio-pci would not take it
  if (!folder.has('iommu_group') && !isNoIommuMode(root)) return NO_GROUP
  const bind = `Bind it, as root: ${howToBind(folder)}`
  if (driver !== undefined)
    return `it is not bound to vfio-pci, its driver is '${driver}', which loses it: make sure that nothing uses the device. ${bind}`
  if (quietly(() => folder.attribute('driver_override'))?.trim() === 'vfio-pci')
    return `it is not bound to vfio-pci, which was to have it, and is not loaded, or refused it: dmesg says why. ${bind}`
  return `it is not bound to vfio-pci, no driver has it. ${bind}`
}

const isNoIommuMode = ({ sys }: SystemRoot): boolean =>
  quietly(() => readFileSync(join(sys, NO_IOMMU_MODE), 'utf8'))?.trim() === 'Y'

const NO_IOMMU_MODE = 'module/vfio/parameters/enable_unsafe_noiommu_mode'

export const NO_GROUP =
  'it is in no IOMMU group: no IOMMU keeps it from overwriting memory. Switch that on, in the firmware (VT-d, AMD-Vi, SMMU) and ' +
  'for Linux (intel_iommu=on). Without one there is but the noiommu mode of vfio, if the kernel was built with it (echo 1 > ' +
  `/sys/${NO_IOMMU_MODE}, then bind the device anew), in which it can overwrite any memory, and dma() is refused`

/** Drivers of the kernel's that may have devices of a group which programs have. */
const HARMLESS = /vfio|^(pcieport|pci-stub)$/

/** Of a group that can't be had: which other devices of it are in the way. `group`: its folder in sysfs. */
export const whyNotViable = (group: string): string => {
  const devices = join(group, 'devices')
  const others = namesIn(devices).flatMap(address => {
    const driver = linkedName(join(devices, address, 'driver'))
    return driver === undefined || HARMLESS.test(driver) ? [] : [`${address} ('${driver}')`]
  })
  const which = others.length > 0 ? others.join(', ') : `see ${devices}`
  return `its IOMMU can't tell it from other devices of its group, ${basename(group)}, which drivers of the kernel have: ${which}. Bind those to vfio-pci, too, or unbind them`
}

/** The error for a device that can't be had. */
export const refuse = (name: string, why: string): IoMappingError =>
  new IoMappingError('ERR_IO_ACCESS', `${name} can't be opened: ${why}`)
