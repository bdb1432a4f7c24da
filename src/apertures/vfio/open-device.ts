// By which way a device is opened.
import type { PciFolder } from '../pci/folder.js'
import type { SystemRoot } from '../system-root.js'
import { openByGroup } from './group.js'
import { openByNode } from './node.js'
import { NO_GROUP, refuse, whyUnbound } from './obstacles.js'
import type { OpenDevice } from './together.js'
import { groupOf, wayTo } from './way.js'

/** Throws a SystemError, or ERR_IO_ACCESS with what stands in the way. */
export const openDevice = (folder: PciFolder, name: string, root: SystemRoot): OpenDevice => {
  const unbound = whyUnbound(folder, root)
  if (unbound !== undefined) throw refuse(name, unbound)
  const way = wayTo(folder, root)
  const { address } = folder
  if (way === undefined) throw refuse(name, NO_GROUP)
  if (way.by === 'group') return openByGroup(way.file, address, name, root)
  return openByNode(way.file, { address, name, group: groupOf(folder) }, root)
}
