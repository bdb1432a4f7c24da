// Devices by the node of their IOMMU group, in a container: how every kernel with VFIO has them.
import { join } from 'node:path'
import { Descriptor } from '../../system/descriptor.js'
import { ioctl, ioctlWord, record } from '../../system/ioctl.js'
import { native } from '../../system/native.js'
import { viewOf } from '../../system/typed-arrays.js'
import type { SystemRoot } from '../system-root.js'
import { GROUP_VIABLE, IOMMU_TYPE, VFIO } from './abi.js'
import { type Iommu, type1 } from './iommu.js'
import { refuse, whyNotViable } from './obstacles.js'
import { Opening } from './opening.js'
import { Protection } from './protection.js'

/** A group that this thread has: the kernel gives it out once, so all its devices are opened by this. */
interface Group {
  readonly opening: Opening
  readonly fd: number
  readonly protection: Protection
  users: number
}

/** By the path of its node. Those that nobody has any more are closed when they are collected. */
const groups = new Map<string, WeakRef<Group>>()

/** A device that is open. */
export interface OpenDevice {
  readonly device: Descriptor
  readonly protection: Protection
  close(): void
}

/** Throws a SystemError, or ERR_IO_ACCESS if another device of the group is in the way. `file`: the group's node, 7 or noiommu-7. */
export const openByGroup = (file: string, address: string, name: string, root: SystemRoot): OpenDevice => {
  const path = join(root.dev, 'vfio', file)
  const group = groups.get(path)?.deref() ?? openGroup(path, file, name, root)
  group.users++
  try {
    const device = deviceOf(group, address)
    const close = () => {
      device.close()
      leave(path, group)
    }
    return { device, protection: group.protection, close }
  } catch (error) {
    leave(path, group)
    throw error
  }
}

const leave = (path: string, group: Group): void => {
  if (--group.users > 0) return
  groups.delete(path)
  group.opening.close()
}

const openGroup = (path: string, file: string, name: string, { sys, dev }: SystemRoot): Group =>
  Opening.whole(opening => {
    const { fd } = opening.open(path)
    const status = record(8, 0)
    ioctl('VFIO_GROUP_GET_STATUS', fd, VFIO.VFIO_GROUP_GET_STATUS, status)
    if ((viewOf(status).getUint32(4, true) & GROUP_VIABLE) === 0)
      throw refuse(name, whyNotViable(join(sys, 'kernel/iommu_groups', file.replace(NO_IOMMU, ''))))
    const container = opening.open(join(dev, 'vfio/vfio'))
    ioctl('VFIO_GROUP_SET_CONTAINER', fd, VFIO.VFIO_GROUP_SET_CONTAINER, record(container.fd))
    const iommu = file.startsWith(NO_IOMMU) ? NONE : type1(container.fd)
    ioctlWord('VFIO_SET_IOMMU', container.fd, VFIO.VFIO_SET_IOMMU, IOMMU_TYPE[iommu.kind])
    const group: Group = { opening, fd, protection: new Protection(iommu), users: 0 }
    groups.set(path, new WeakRef(group))
    return group
  })

/** What the name of a group's node starts with, in vfio's noiommu mode. */
export const NO_IOMMU = 'noiommu-'

/** There, a device uses the addresses of the machine's memory, which no program knows. */
const NONE = { kind: 'none', ranges: () => [], map: () => {}, unmap: () => {} } as const satisfies Iommu

const deviceOf = ({ fd }: Group, address: string): Descriptor => {
  const text = new TextEncoder().encode(`${address}\0`)
  return new Descriptor('VFIO_GROUP_GET_DEVICE_FD', owner =>
    native.ioctlOpen(owner, fd, VFIO.VFIO_GROUP_GET_DEVICE_FD, text),
  )
}
