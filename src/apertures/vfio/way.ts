// The way to a device by VFIO, as it can be seen without going it.
import { join } from 'node:path'
import type { Obstacle } from '../obstacle.js'
import type { PciFolder } from '../pci/folder.js'
import { pciFolder } from '../pci/pci.js'
import { linkedName, namesIn } from '../sysfs.js'
import { SYSTEM, type SystemRoot } from '../system-root.js'
import { NO_IOMMU } from './group.js'
import { GROUPLESS, groupFolder, hasGroup, sharedGroup, unbound } from './obstacles.js'

/** The number of its IOMMU group. */
export const groupOf = (folder: PciFolder): string | undefined => linkedName(folder.file('iommu_group'))

/** By the node of its group, or by its own: the node's name. */
interface Way {
  readonly by: 'group' | 'node'
  readonly file: string
}

/** Undefined of a device in no group. The group's node need not be there, if it has none of its own. */
export const wayTo = (folder: PciFolder, root: SystemRoot): Way | undefined => {
  const nodes = namesIn(join(root.dev, 'vfio'))
  const group = groupOf(folder)
  const file = [group, `${NO_IOMMU}${group}`].find(each => each !== undefined && nodes.includes(each))
  if (file !== undefined) return { by: 'group', file }
  const [node] = namesIn(folder.file('vfio-dev')) // where the kernel makes one
  if (node !== undefined && namesIn(join(root.dev, 'vfio/devices')).includes(node))
    return { by: 'node', file: node }
  return group === undefined ? undefined : { by: 'group', file: group }
}

/** What there is, and is not, between a program and a PCI device that it wants by VFIO. */
export interface VfioWay {
  /** The number of its IOMMU group; undefined where it is in none. */
  readonly group: string | undefined
  /** The nodes in /dev that are opened for it; none where there is no way. */
  readonly nodes: readonly string[]
  /** No driver of VFIO has it. */
  readonly unbound: Obstacle | undefined
  /** No IOMMU group has it. */
  readonly groupless: Obstacle | undefined
  /** Drivers of the kernel's have other devices of its group. */
  readonly shared: Obstacle | undefined
}

/**
 * The way to a PCI device by VFIO: 0000:00:04.0. It asks sysfs, and opens nothing.
 * @throws IoMappingError ERR_IO_NO_APERTURE: there is no such device; ERR_IO_ARGUMENT
 */
export const vfioWay = (address: string, root: SystemRoot = SYSTEM): VfioWay => {
  const folder = pciFolder(address, root.sys)
  const group = groupOf(folder)
  const way = wayTo(folder, root)
  const nodes = way ? NODES[way.by](way.file) : []
  return {
    group,
    nodes: nodes.map(name => join(root.dev, name)),
    unbound: unbound(folder),
    groupless: hasGroup(folder, root) ? undefined : GROUPLESS,
    shared: group === undefined ? undefined : sharedGroup(groupFolder(root.sys, group), folder.address),
  }
}

const NODES = {
  group: (file: string) => [`vfio/${file}`, 'vfio/vfio'],
  node: (file: string) => [`vfio/devices/${file}`, 'iommu'],
} as const
