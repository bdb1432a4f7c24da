import { atLeast, type Column, type Entry, NS, type Row, ratio } from '../row.js'

const RATE: Column = { title: 'reads a second', unit: 'count', of: ({ ns }) => 1e9 / ns }

const POLLED = 'examples/nvme, polled'
const FIO = "fio, libaio, the kernel's driver"

/** The PCI addresses of two controllers. */
export interface Drives {
  readonly ours: string
  readonly kernel: string
}

/** Random reads of 4 KiB, so many of them outstanding. */
export const nvmeRowOf = ({ ours, kernel }: Drives, depth: number, goal: number): Row => {
  const interrupts = 'examples/nvme, by interrupts'
  const entry = (label: string, polled: 0 | 1): Entry => ({
    ...{ label, peer: 'io-mapping', case: 'nvme', args: { device: ours, depth, polled } },
    iterations: depth === 1 ? 2000 : 20_000,
    warmUp: 20_000,
  })
  return {
    name: `guest-nvme-${depth}`,
    title: `Random reads of 4 KiB, queue depth ${depth}`,
    about:
      'Of an NVMe controller whose medium answers at once: by the driver in TypeScript, and by the kernel’s, as fio sees it ' +
      '(--direct=1 --rw=randread).',
    entries: [
      entry(POLLED, 1),
      entry(interrupts, 0),
      {
        ...{ label: FIO, peer: 'fio', case: 'randread', args: { device: kernel, depth } },
        iterations: depth === 1 ? 4000 : 20_000,
        warmUp: 1000,
      },
    ],
    columns: [NS, RATE],
    measures: [
      ratio('polled / fio', FIO, POLLED, atLeast(goal)), // of reads a second
      ratio('by interrupts / fio', FIO, interrupts),
    ],
  }
}
