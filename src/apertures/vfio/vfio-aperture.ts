import type { Aperture } from '../aperture.js'
import { pciFolder } from '../pci/pci.js'
import { checkBar } from '../pci/resources.js'
import { SYSTEM, type SystemRoot } from '../system-root.js'
import { barAperture } from './bar.js'
import { VfioSession } from './session.js'

/**
 * A BAR of a device that is had by VFIO: opened for each mapping of it, unless the thread has it already. Throws an IoMappingError.
 */
export const vfioBar = (address: string, index: number, root: SystemRoot = SYSTEM): Aperture => {
  const folder = pciFolder(address, root.sys)
  checkBar(`vfio:${folder.address}`, index)
  const session = VfioSession.take(folder, root)
  const held = session.hold()
  try {
    return barAperture(folder, index, session.region(index), () => VfioSession.take(folder, root))
  } finally {
    held.close()
  }
}
