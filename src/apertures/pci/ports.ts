import { constants } from 'node:fs'
import { FileAccess } from '../../access/file-access.js'
import { Descriptor } from '../../system/descriptor.js'
import { telling } from '../../system/refusal.js'
import { checkAnswers, whyClaimed } from './enable.js'
import type { PciFolder } from './folder.js'
import { PORT_REASONS } from './reasons.js'

/** The `size` I/O ports of BAR `index`, each access one `in` or `out`. Throws an IoMappingError. */
export const openPorts = (folder: PciFolder, index: number, size: number): FileAccess => {
  const name = `${folder.name}/${index}`
  checkAnswers(folder, 'ports', name, 'accessed')
  const asked = { to: 'accessed', reasons: PORT_REASONS }
  return telling(name, asked, () => {
    const descriptor = Descriptor.open(folder.file(`resource${index}`), constants.O_RDWR)
    return new FileAccess(name, {
      ...{ descriptor, length: size, reasons: PORT_REASONS },
      whyNothing: () => whyClaimed(folder),
    })
  })
}
