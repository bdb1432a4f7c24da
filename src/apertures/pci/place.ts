// Which device it is more precisely than by its ids, and where in the machine it is: what sysfs tells to everyone.
import { realpathSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { linkedName } from '../sysfs.js'
import { ADDRESS, type PciFolder } from './folder.js'

/** Whose card it is on, or in, beside who made the chip. */
export interface PciSubsystem {
  readonly vendor: number
  readonly device: number
}

export const subsystemOf = (folder: PciFolder): PciSubsystem | undefined => {
  const vendor = Number(folder.attribute('subsystem_vendor'))
  const device = Number(folder.attribute('subsystem_device'))
  return vendor === 0 && device === 0 ? undefined : { vendor, device }
}

/** The kernel says 0 of a device without one. */
export const irqOf = (folder: PciFolder): number | undefined => Number(folder.attribute('irq')) || undefined

/** A kernel without NUMA has no such file, and -1 is no node. */
export const numaNodeOf = (folder: PciFolder): number | undefined => {
  const node = folder.has('numa_node') ? Number(folder.attribute('numa_node')) : -1
  return node < 0 ? undefined : node
}

export const iommuGroupOf = (folder: PciFolder): number | undefined => {
  const name = linkedName(folder.file('iommu_group'))
  return name === undefined ? undefined : Number(name)
}

/** A device's folder lies in that of the bridge it is behind. */
export const parentOf = (folder: PciFolder): string | undefined => {
  const name = basename(dirname(realPath(folder)))
  return ADDRESS.test(name) ? name : undefined
}

/** Its own path where it is gone. */
const realPath = ({ path }: PciFolder): string => {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
