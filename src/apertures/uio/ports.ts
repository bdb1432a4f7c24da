// The I/O ports of a UIO device.
import { constants } from 'node:fs'
import { join } from 'node:path'
import { FileAccess } from '../../access/file-access.js'
import { Descriptor } from '../../system/descriptor.js'
import { IoMappingError } from '../../system/errors.js'
import { isRange } from '../../system/numbers.js'
import { telling } from '../../system/refusal.js'
import type { PciDevice } from '../pci/device.js'
import { PORT_REASONS } from '../pci/reasons.js'
import type { UioFolder } from './folder.js'

/** I/O ports that a UIO driver offers. */
export interface UioPorts {
  readonly index: number
  /** Its driver's name of them; '' if they have none. */
  readonly name: string
  /** The first one's number. */
  readonly start: number
  /** How many there are. */
  readonly size: number
  /** Whose ports: only `x86` ones can be accessed. */
  readonly kind: 'x86' | 'gpio' | 'other'
}

/** How many x86 has. */
const PORTS = 0x10000

const KINDS: Readonly<Record<string, UioPorts['kind']>> = { port_x86: 'x86', port_gpio: 'gpio' }

export const portsOf = (folder: UioFolder): UioPorts[] =>
  folder.numbers('portio', 'port').map(index => {
    const attribute = (name: string) => folder.attribute(`portio/port${index}/${name}`)
    return {
      ...{
        index,
        name: attribute('name'),
        start: Number(attribute('start')),
        size: Number(attribute('size')),
      },
      kind: KINDS[attribute('porttype')] ?? 'other',
    }
  })

/** Those of a BAR by the BAR, of every width; others byte by byte. Throws an IoMappingError. */
export const openPorts = (folder: UioFolder, ports: UioPorts, pci: PciDevice | undefined): FileAccess => {
  const name = `Ports ${ports.index} of ${folder.name}`
  const bar = pci?.bars.find(({ kind, base }) => kind === 'ports' && base === ports.start)
  if (pci && bar) return pci.ports(bar.index) as FileAccess
  if (ports.kind !== 'x86')
    throw new IoMappingError(
      'ERR_IO_UNSUPPORTED',
      `${name} are no x86 I/O ports of a PCI device (${ports.kind}): only those can be accessed`,
    )
  if (ports.size === 0 || !isRange(ports.start, ports.size, PORTS))
    throw new IoMappingError(
      'ERR_IO_NO_APERTURE',
      `${name} can't be accessed: its driver tells of ${ports.size} from ${ports.start} on, and there are ${PORTS} in all`,
    )
  return telling(name, { to: 'accessed', reasons: PORT_REASONS }, () => {
    const descriptor = Descriptor.open(join(folder.root.dev, 'port'), constants.O_RDWR)
    return new FileAccess(name, { descriptor, start: ports.start, length: ports.size, widest: 1 })
  })
}
