// Interrupts of a UIO device: counted in what is read from its node, and armed as its driver wants it.
import { writeSync } from 'node:fs'
import { constants } from 'node:os'
import { CountedSource, type Gate, tallyFrom } from '../../interrupts/counted.js'
import { Interrupt } from '../../interrupts/interrupt.js'
import { closingUnless } from '../../system/closing-unless.js'
import type { Descriptor } from '../../system/descriptor.js'
import { IoMappingError, show } from '../../system/errors.js'
import { native } from '../../system/native.js'
import { telling, told } from '../../system/refusal.js'
import { isSystemError } from '../../system/system-error.js'
import { setBit } from '../pci/config.js'
import type { PciDevice } from '../pci/device.js'
import { openNode, type UioFolder } from './folder.js'
import { NODE_REASONS } from './reasons.js'

/** The interrupt, armed. Throws an IoMappingError. */
export const interruptOf = (
  folder: UioFolder,
  pci: PciDevice | undefined,
  signal?: AbortSignal,
): Interrupt => {
  const name = `The interrupt of ${folder.name}`
  const explain = (error: unknown) => told(name, error, { to: 'waited for', reasons: NODE_REASONS })
  // before it is opened: one that comes in between is told by the first wait, though it came early
  const tally = tallyFrom(eventOf(folder))
  const descriptor = openNode(folder, name, 'waited for')
  return closingUnless(descriptor, () => {
    checkThere(descriptor, tally, name)
    const gate = gateOf(folder, descriptor, pci, name)
    return new Interrupt(name, new CountedSource(descriptor, { width: 4, tally }, explain, gate), { signal })
  })
}

/** How many came in all, modulo 2^32, as sysfs tells. */
const eventOf = (folder: UioFolder): number => {
  const text = folder.attribute('event')
  const event = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (event < 2 ** 32) return event
  throw new IoMappingError(
    'ERR_IO_INTERRUPT',
    `The event of ${folder.name} is ${show(text)}, which is no count of interrupts; see its driver`,
  )
}

/** What came meanwhile is read by this, and stays in the tally. */
const checkThere = ({ fd }: Descriptor, tally: Float64Array, name: string): void => {
  if (native.takeCount(fd, 4, tally) !== constants.errno.EIO) return
  throw new IoMappingError(
    'ERR_IO_INTERRUPT',
    `${name} does not exist: its driver has none (of a PCI device, no INTx is routed to it; see lspci -v, 'IRQ')`,
  )
}

/**
 * Lets the interrupt through, and gives how that is done later; undefined if its driver never keeps it. uio_pci_generic shuts it by a
 * bit of the device's; others (uio_pdrv_genirq, uio_dmem_genirq) by the interrupt controller, and take a 1 or a 0 that is written;
 * others leave it open, since they know their device.
 */
const gateOf = (
  folder: UioFolder,
  { fd }: Descriptor,
  pci: PciDevice | undefined,
  name: string,
): Gate | undefined => {
  if (pci && folder.linked('driver') === 'uio_pci_generic') {
    const { config } = pci
    setBit(config, 'interruptOff', false)
    return { set: open => setBit(config, 'interruptOff', !open), close: () => config[Symbol.dispose]() }
  }
  const write = (open: boolean) => void writeSync(fd, new Uint32Array([open ? 1 : 0]))
  const set = (open: boolean) =>
    telling(name, { to: open ? 'unmasked' : 'masked', reasons: NODE_REASONS }, () => write(open))
  try {
    write(true)
    return { set }
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOSYS') return undefined
    throw told(name, error, { to: 'waited for', reasons: NODE_REASONS })
  }
}
