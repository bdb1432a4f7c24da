// Rows that need devices: they run in the guest.
import { atMost, type Entry, NS, type Row, ratio } from '../row.js'
import { configRowOf } from './config.js'
import { P99 } from './interrupt.js'

/** What is measured of the device that a driver has. */
export interface DriverRow {
  readonly driver: string
  readonly row: Row
}

const OURS = 'io-mapping: await interrupt.wait()'
const C = 'C: epoll_wait, read'

const waitRow = (name: string, title: string, about: string, device: string): Row => {
  const entry = (label: string, peer: Entry['peer']): Entry => ({
    ...{ label, peer, case: name, args: { device, pause: 300 } },
    iterations: 500,
    warmUp: 2000,
  })
  return {
    ...{ name: `guest-${name}`, title, about },
    entries: [entry(OURS, 'io-mapping'), entry(C, 'c-static')],
    columns: [NS, P99],
    measures: [ratio('await interrupt.wait() / C', OURS, C, atMost(3))],
  }
}

/** Of edu, a PCI address. */
export const guestRows = (device: string): DriverRow[] => [
  {
    driver: 'uio_pci_generic',
    row: waitRow(
      'uio',
      'An interrupt of edu by UIO',
      'A thread writes the register that raises it at random, 0.3 ms and more after the last one was heard; the time until whoever ' +
        'sleeps has read the count and goes on. Medians of 500 a run.',
      device,
    ),
  },
  {
    driver: 'vfio-pci',
    row: waitRow('vfio', 'A message (MSI) of edu by VFIO', 'The same.', device),
  },
  {
    driver: 'uio_pci_generic',
    row: configRowOf(device, {
      name: 'guest-config',
      title: 'Reading config space of edu',
      about: 'Its first register, which the emulator answers. setpci is a process for each.',
      c: 'c-static',
    }),
  },
]
