// By which way a device is opened.
import { join } from 'node:path'
import type { PciFolder } from '../pci/folder.js'
import { linkedName, namesIn } from '../sysfs.js'
import type { SystemRoot } from '../system-root.js'
import { NO_IOMMU, openByGroup } from './group.js'
import { openByNode } from './node.js'
import { NO_GROUP, refuse, whyUnbound } from './obstacles.js'
import type { OpenDevice } from './together.js'

/** Throws a SystemError, or ERR_IO_ACCESS with what stands in the way. */
export const openDevice = (folder: PciFolder, name: string, root: SystemRoot): OpenDevice => {
  const unbound = whyUnbound(folder, root)
  if (unbound !== undefined) throw refuse(name, unbound)
  const nodes = namesIn(join(root.dev, 'vfio'))
  const group = linkedName(folder.file('iommu_group')) // by its number
  const file = [group, `${NO_IOMMU}${group}`].find(each => each !== undefined && nodes.includes(each))
  if (file !== undefined) return openByGroup(file, folder.address, name, root)
  const [node] = namesIn(folder.file('vfio-dev')) // where the kernel makes one
  if (node !== undefined && namesIn(join(root.dev, 'vfio/devices')).includes(node))
    return openByNode(node, { address: folder.address, name, group }, root)
  if (group === undefined) throw refuse(name, NO_GROUP)
  return openByGroup(group, folder.address, name, root) // which fails, and tells that the node is not there
}
