import { pciFolder } from '../apertures/pci/pci.js'
import { SYSTEM, type SystemRoot } from '../apertures/system-root.js'
import { VfioSession } from '../apertures/vfio/session.js'
import { IoMappingError } from '../system/errors.js'
import { VfioDevice } from './vfio-device.js'

/**
 * Opens a PCI device by VFIO, to drive it: 0000:00:04.0. By its IOMMU group, or, where the kernel has none, by its own node and iommufd.
 * The driver vfio-pci must be bound to it; an error tells how. One device can be had once, in all programs and threads.
 * @throws IoMappingError ERR_IO_ACCESS, with what stands in the way; ERR_IO_NO_APERTURE: there is no such device; ERR_IO_ARGUMENT
 */
export const vfio = (address: string, root: SystemRoot = SYSTEM): VfioDevice => {
  const folder = pciFolder(address, root.sys)
  const session = VfioSession.take(folder, root)
  if (!session.isOwned) return new VfioDevice(folder, session)
  throw new IoMappingError(
    'ERR_IO_ACCESS',
    `${session.name} can't be opened: this program has it open already; close it first, or pass on what vfio() returned`,
  )
}
