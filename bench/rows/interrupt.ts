import { atMost, type Column, type Entry, NS, type Row, ratio } from '../row.js'

/** Of the waits of a run. */
export const P99: Column = { title: '99th percentile', unit: 'ns', of: ({ values }) => values.p99 }

const OURS = 'io-mapping: await interrupt.wait()'
const C = 'C: epoll_wait, read'

const entry = (label: string, peer: Entry['peer'], name: string): Entry => ({
  ...{ label, peer, case: name, args: { pause: 50 } },
  iterations: 1000,
  warmUp: 5000,
})

export const interruptRow: Row = {
  name: 'interrupt',
  title: 'From an interrupt to the line after the wait',
  about:
    'A thread writes an eventfd at random, 50 µs and more after the last one was heard, as the kernel does when a device ' +
    'interrupts; the time until whoever sleeps has read it and goes on. Medians of 1,000 a run.',
  entries: [
    entry(OURS, 'io-mapping', 'wait'),
    entry('Node fs.read, a thread of the pool', 'io-mapping', 'blocking-read'),
    entry(C, 'c', 'wait'),
  ],
  columns: [NS, P99],
  measures: [ratio('await interrupt.wait() / C', OURS, C, atMost(3))],
}
