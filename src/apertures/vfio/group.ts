// Devices by the node of their IOMMU group, in a container: how kernels with CONFIG_VFIO_GROUP have them. Preferred where there are both.
import { join } from 'node:path'
import { Descriptor } from '../../system/descriptor.js'
import { ioctl, ioctlWord, record } from '../../system/ioctl.js'
import { native } from '../../system/native.js'
import { viewOf } from '../../system/typed-arrays.js'
import type { SystemRoot } from '../system-root.js'
import { GROUP_VIABLE, IOMMU_TYPE, VFIO } from './abi.js'
import { type Iommu, type1 } from './iommu.js'
import { groupFolder, refuse, whyNotViable } from './obstacles.js'
import type { Opening } from './opening.js'
import { Protection } from './protection.js'
import { type Common, type OpenDevice, Together } from './together.js'

/** By the path of the group's node. */
const groups = new Together()

/** Throws a SystemError, or ERR_IO_ACCESS if another device of the group is in the way. `file`: the group's node, 7 or noiommu-7. */
export const openByGroup = (file: string, address: string, name: string, root: SystemRoot): OpenDevice => {
  const path = join(root.dev, 'vfio', file)
  return groups.open(
    path,
    opening => openGroup(opening, path, file, name, root),
    group => deviceOf(group, address),
  )
}

const openGroup = (
  opening: Opening,
  path: string,
  file: string,
  name: string,
  { sys, dev }: SystemRoot,
): Common => {
  const { fd } = opening.open(path)
  const status = record(8, 0)
  ioctl('VFIO_GROUP_GET_STATUS', fd, VFIO.VFIO_GROUP_GET_STATUS, status)
  if ((viewOf(status).getUint32(4, true) & GROUP_VIABLE) === 0)
    throw refuse(name, whyNotViable(groupFolder(sys, file.replace(NO_IOMMU, ''))))
  const container = opening.open(join(dev, 'vfio/vfio'))
  ioctl('VFIO_GROUP_SET_CONTAINER', fd, VFIO.VFIO_GROUP_SET_CONTAINER, record(container.fd))
  const iommu = file.startsWith(NO_IOMMU) ? NONE : type1(container.fd)
  ioctlWord('VFIO_SET_IOMMU', container.fd, VFIO.VFIO_SET_IOMMU, IOMMU_TYPE[iommu.kind])
  return { fd, protection: new Protection(iommu) }
}

/** What the name of a group's node starts with, in vfio's noiommu mode. */
export const NO_IOMMU = 'noiommu-'

/** There, a device uses the addresses of the machine's memory, which no program knows. */
const NONE = { kind: 'none', ranges: () => [], map: () => {}, unmap: () => {} } as const satisfies Iommu

const deviceOf = ({ fd }: Common, address: string): Descriptor => {
  const text = new TextEncoder().encode(`${address}\0`)
  return new Descriptor('VFIO_GROUP_GET_DEVICE_FD', owner =>
    native.ioctlOpen(owner, fd, VFIO.VFIO_GROUP_GET_DEVICE_FD, text),
  )
}
