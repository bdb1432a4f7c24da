// Interrupts of a UIO device: counted in what is read from its node, and armed as its driver wants it.
import { writeSync } from 'node:fs'
import { constants } from 'node:os'
import { CountedSource, type Gate } from '../../interrupts/counted.js'
import { Interrupt } from '../../interrupts/interrupt.js'
import type { Descriptor } from '../../system/descriptor.js'
import { IoMappingError } from '../../system/errors.js'
import { native } from '../../system/native.js'
import { told } from '../../system/refusal.js'
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
  // first: one that comes between the two is told though it came too early; else it would not be told at all
  const from = Number(folder.attribute('event'))
  const descriptor = openNode(folder, name, 'waited for')
  try {
    checkThere(descriptor, name)
    const gate = gateOf(folder, descriptor, pci, explain)
    return new Interrupt(name, new CountedSource(descriptor, { width: 4, from }, explain, gate), { signal })
  } catch (error) {
    descriptor.close()
    throw error
  }
}

const checkThere = (descriptor: Descriptor, name: string): void => {
  if (native.takeCount(descriptor.fd, 4) !== -constants.errno.EIO) return
  throw new IoMappingError(
    'ERR_IO_INTERRUPT',
    `${name} does not exist: its driver has none (of a PCI device, no INTx is routed to it; see lspci -v, 'IRQ')`,
  )
}

/**
 * How an interrupt is let through again, once let through. uio_pci_generic shuts it by a bit of the device's; others
 * (uio_pdrv_genirq, uio_dmem_genirq) by the interrupt controller, and take a 1 or a 0 that is written; others leave it open, since
 * they know their device.
 */
const gateOf = (
  folder: UioFolder,
  { fd }: Descriptor,
  pci: PciDevice | undefined,
  explain: (error: unknown) => unknown,
): Gate | undefined => {
  if (pci && folder.linked('driver') === 'uio_pci_generic') {
    const { config } = pci
    setBit(config, 'interruptOff', false)
    return { set: open => setBit(config, 'interruptOff', !open), close: () => config[Symbol.dispose]() }
  }
  const gate: Gate = { set: open => void writeSync(fd, new Uint32Array([open ? 1 : 0])) }
  try {
    gate.set(true)
    return gate
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOSYS') return undefined
    throw explain(error)
  }
}
