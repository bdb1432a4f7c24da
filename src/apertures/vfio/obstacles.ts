// What stands in the way of having a device by VFIO, and how to put it out of the way.
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { IoMappingError } from '../../system/errors.js'
import { quietly } from '../../system/quietly.js'
import type { Obstacle } from '../obstacle.js'
import { type PciFolder, unbinding } from '../pci/folder.js'
import { linkedName, namesIn } from '../sysfs.js'
import type { SystemRoot } from '../system-root.js'
import { UNSAFE_BY_IOMMUFD } from './reasons.js'

/** The drivers that hand a device to programs: vfio-pci, and those that vendors have made of it. */
const isVfio = (folder: PciFolder, driver: string): boolean => folder.has('vfio-dev') || /vfio/.test(driver)

const howToBind = ({ address, driver }: PciFolder): string =>
  [
    'modprobe vfio-pci',
    `echo vfio-pci > /sys/bus/pci/devices/${address}/driver_override`,
    ...(driver === undefined ? [] : [unbinding(address, driver)]),
    `echo ${address} > /sys/bus/pci/drivers_probe`,
  ].join('; ')

/** Whether vfio takes devices without an IOMMU. */
const isUnsafe = ({ sys }: SystemRoot): boolean =>
  quietly(() => readFileSync(join(sys, NO_IOMMU_MODE), 'latin1'))?.startsWith('Y') === true // else it is not loaded, or built without that

const NO_IOMMU_MODE = 'module/vfio/parameters/enable_unsafe_noiommu_mode'

/** That no driver of VFIO has it; undefined if one has. */
export const unbound = (folder: PciFolder): Obstacle | undefined => {
  const { driver } = folder
  if (driver !== undefined && isVfio(folder, driver)) return undefined
  const who =
    driver !== undefined
      ? `its driver is '${driver}', which loses it: make sure that nothing uses the device`
      : quietly(() => folder.attribute('driver_override'))?.trim() === 'vfio-pci'
        ? 'which was to have it: it is not loaded, or refused it, and dmesg says why'
        : 'no driver has it'
  return { why: `it is not bound to vfio-pci, ${who}`, remedy: howToBind(folder) }
}

/** Why it can't be had, if no driver of VFIO has it; undefined if one has. */
export const whyUnbound = (folder: PciFolder, root: SystemRoot): string | undefined => {
  const obstacle = unbound(folder)
  if (obstacle === undefined) return undefined
  const bind = `${obstacle.why}. Bind it, as root: ${obstacle.remedy}`
  // with a device tree, a device gets into its IOMMU group only when a driver is bound
  return hasGroup(folder, root) ? bind : `${bind}. vfio-pci refuses it if ${NO_GROUP}`
}

/** That no IOMMU group has it; in vfio's noiommu mode, it is in one once it is bound. */
export const GROUPLESS: Obstacle = {
  why: 'it is in no IOMMU group: no IOMMU keeps it from overwriting memory',
  remedy:
    'Switch that on, in the firmware (VT-d, AMD-Vi, SMMU) and ' +
    'for Linux (intel_iommu=on). Without one there is but the noiommu mode of vfio, if the kernel was built with it ' +
    `(CONFIG_VFIO_NOIOMMU): echo 1 > /sys/${NO_IOMMU_MODE}, then bind the device anew; in that it can overwrite any memory, and dma() is refused`,
}

export const NO_GROUP = `${GROUPLESS.why}. ${GROUPLESS.remedy}`

/** Whether it is in an IOMMU group, or will be once it is bound. */
export const hasGroup = (folder: PciFolder, root: SystemRoot): boolean =>
  folder.has('iommu_group') || isUnsafe(root)

/** A group's folder in sysfs, by its number. */
export const groupFolder = (sys: string, group: string): string => join(sys, 'kernel/iommu_groups', group)

/** Drivers of the kernel's that may have devices of a group which programs have. */
const HARMLESS = /vfio|^(pcieport|pci-stub)$/

interface Held {
  readonly address: string
  readonly driver: string
}

/** The devices of a group that a driver has, whose name `fits`. */
const devicesOf = (group: string, fits: (driver: string) => boolean): Held[] =>
  namesIn(join(group, 'devices')).flatMap(address => {
    const driver = linkedName(join(group, 'devices', address, 'driver'))
    return driver !== undefined && fits(driver) ? [{ address, driver }] : []
  })

const isHarmful = (driver: string): boolean => !HARMLESS.test(driver)

/** That drivers of the kernel's have other devices of its group; undefined if none has. `group`: its folder in sysfs. */
export const sharedGroup = (group: string, address: string): Obstacle | undefined => {
  const others = devicesOf(group, isHarmful).filter(each => each.address !== address)
  if (others.length === 0) return undefined
  return {
    why: `${NOT_TOLD_APART}, ${basename(group)}, ${HELD}: ${others.map(shown).join(', ')}`,
    remedy: others.map(each => unbinding(each.address, each.driver)).join('; '),
  }
}

const NOT_TOLD_APART = "its IOMMU can't tell it from other devices of its group"
const HELD = 'which drivers of the kernel have'
const shown = ({ address, driver }: Held): string => `${address} ('${driver}')`

/** Of a group that can't be had: which other devices of it are in the way. `group`: its folder in sysfs. */
export const whyNotViable = (group: string): string => {
  const others = devicesOf(group, isHarmful).map(shown)
  const which = others.length > 0 ? others.join(', ') : `see ${join(group, 'devices')}`
  return `${NOT_TOLD_APART}, ${basename(group)}, ${HELD}: ${which}. Bind those to vfio-pci, too, or unbind them`
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
