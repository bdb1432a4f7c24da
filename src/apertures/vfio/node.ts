// A device by its own node and iommufd: for kernels whose groups have no nodes any more.
import { constants } from 'node:fs'
import { join } from 'node:path'
import { Descriptor } from '../../system/descriptor.js'
import { ioctl, record } from '../../system/ioctl.js'
import { isSystemError } from '../../system/system-error.js'
import { viewOf } from '../../system/typed-arrays.js'
import type { SystemRoot } from '../system-root.js'
import { IOMMU, VFIO } from './abi.js'
import { iommufd } from './iommu.js'
import { groupFolder, refuse, whyNotOwned } from './obstacles.js'
import type { Opening } from './opening.js'
import { Protection } from './protection.js'
import { OPEN_IOMMU } from './reasons.js'
import { type Common, type OpenDevice, Together } from './together.js'

/** What a node leads to. */
export interface NodeDevice {
  readonly address: string
  /** How messages call it. */
  readonly name: string
  /** The number of its IOMMU group. */
  readonly group: string | undefined
}

/** An address space, and the /dev/iommu that it is of. */
interface Space extends Common {
  readonly id: number
}

/** By group: it has nodes no more, but one owner, a /dev/iommu, and one address space for all its devices. */
const spaces = new Together<Space>()

/** Throws a SystemError, or ERR_IO_ACCESS if another device of its group is in the way. `file`: the name of its node. */
export const openByNode = (file: string, device: NodeDevice, root: SystemRoot): OpenDevice => {
  const iommu = join(root.dev, 'iommu')
  const node = join(root.dev, 'vfio/devices', file)
  return spaces.open(
    `${iommu} ${device.group ?? file}`,
    opening => openSpace(opening, iommu),
    space => openNode(node, space, () => obstacle(device, root)),
  )
}

const openSpace = (opening: Opening, path: string): Space => {
  const { fd } = opening.open(path, OPEN_IOMMU)
  const space = record(12, 0, 0)
  ioctl('IOMMU_IOAS_ALLOC', fd, IOMMU.IOMMU_IOAS_ALLOC, space)
  const id = viewOf(space).getUint32(8, true)
  return { fd, id, protection: new Protection(iommufd(fd, id)) }
}

const openNode = (path: string, { fd, id }: Space, obstacle: () => Error | undefined): Descriptor => {
  const device = Descriptor.open(path, constants.O_RDWR)
  try {
    const bind = record(16, 0, fd, 0)
    ioctl('VFIO_DEVICE_BIND_IOMMUFD', device.fd, VFIO.VFIO_DEVICE_BIND_IOMMUFD, bind)
    const attach = record(12, 0, id)
    ioctl('VFIO_DEVICE_ATTACH_IOMMUFD_PT', device.fd, VFIO.VFIO_DEVICE_ATTACH_IOMMUFD_PT, attach)
    return device
  } catch (error) {
    device.close()
    throw (isSystemError(error) && error.code === 'EPERM' && obstacle()) || error
  }
}

/** What its group has in the way, if the kernel does not permit that it is bound; by that errno it may as well be what the table tells. */
const obstacle = ({ address, name, group }: NodeDevice, { sys }: SystemRoot): Error | undefined => {
  const why = group === undefined ? undefined : whyNotOwned(groupFolder(sys, group), address)
  return why === undefined ? undefined : refuse(name, why)
}
