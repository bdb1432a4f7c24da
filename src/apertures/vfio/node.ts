// A device by its own node and iommufd: kernels that have no groups any more.
import { join } from 'node:path'
import { ioctl, record } from '../../system/ioctl.js'
import { viewOf } from '../../system/typed-arrays.js'
import type { SystemRoot } from '../system-root.js'
import { IOMMU, VFIO } from './abi.js'
import type { OpenDevice } from './group.js'
import { iommufd } from './iommu.js'
import { Opening } from './opening.js'
import { Protection } from './protection.js'

/** Throws a SystemError. `file`: the name of its node. */
export const openByNode = (file: string, { dev }: SystemRoot): OpenDevice =>
  Opening.whole(opening => {
    const device = opening.open(join(dev, 'vfio/devices', file))
    const iommu = opening.open(join(dev, 'iommu'))
    const bind = record(16, 0, iommu.fd, 0)
    ioctl('VFIO_DEVICE_BIND_IOMMUFD', device.fd, VFIO.VFIO_DEVICE_BIND_IOMMUFD, bind)
    const space = record(12, 0, 0)
    ioctl('IOMMU_IOAS_ALLOC', iommu.fd, IOMMU.IOMMU_IOAS_ALLOC, space)
    const id = viewOf(space).getUint32(8, true)
    const attach = record(12, 0, id)
    ioctl('VFIO_DEVICE_ATTACH_IOMMUFD_PT', device.fd, VFIO.VFIO_DEVICE_ATTACH_IOMMUFD_PT, attach)
    const protection = new Protection(iommufd(iommu.fd, id))
    return { device, protection, close: () => opening.close() }
  })
