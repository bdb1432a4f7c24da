// Rows that need devices: they run in the guest.
import { atMost, type Entry, NS, type Row, ratio } from '../row.js'
import { configRowOf } from './config.js'
import { P99 } from './interrupt.js'
import { type Drives, nvmeRowOf } from './nvme.js'

/** What is measured of devices that these drivers have, by their PCI addresses. */
export interface DriverRow {
  readonly binds: readonly (readonly [address: string, driver: string])[]
  readonly row: Row
}

export interface Devices {
  readonly edu: string
  readonly drives: Drives
}

/** Outstanding reads, and how many times the kernel's reads a second are the goal. */
const DEPTHS = [
  [1, 1],
  [32, 0.5],
] as const

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

export const guestRows = ({ edu, drives }: Devices): DriverRow[] => [
  {
    binds: [[edu, 'uio_pci_generic']],
    row: waitRow(
      'uio',
      'An interrupt of edu by UIO',
      'A thread writes the register that raises it at random, 0.3 ms and more after the last one was heard; the time until whoever ' +
        'sleeps has read the count and goes on. Medians of 500 a run.',
      edu,
    ),
  },
  {
    binds: [[edu, 'vfio-pci']],
    row: waitRow('vfio', 'A message (MSI) of edu by VFIO', 'The same.', edu),
  },
  {
    binds: [[edu, 'uio_pci_generic']],
    row: configRowOf(edu, {
      name: 'guest-config',
      title: 'Reading config space of edu',
      about: 'Its first register, which the emulator answers. setpci is a process for each.',
      c: 'c-static',
    }),
  },
  ...DEPTHS.map(([depth, goal]) => ({
    binds: [
      [drives.ours, 'vfio-pci'],
      [drives.kernel, 'nvme'],
    ] as const,
    row: nvmeRowOf(drives, depth, goal),
  })),
]
