// What a row that counts interrupts says of its counts: whether they can be had here at all, and how far to trust them.
import { setTimeout as delay } from 'node:timers/promises'
import { readInterrupts } from './interrupts.js'
import type { Round, Sample } from './row.js'
import { median } from './statistics.js'

/** What the rest of the machine adds to the counts; nothing to say where Linux counts none (one processor, not x86). */
export const backgroundOf = async (): Promise<string[]> => {
  const before = readInterrupts()
  const start = performance.now()
  await delay(300)
  const rate = (readInterrupts().tlb - before.tlb) / ((performance.now() - start) / 1000)
  return Number.isNaN(rate)
    ? []
    : [`In the background, the rest of the machine caused ${Math.round(rate)} TLB shootdowns a second.`]
}

/** A row that counts interrupts keeps two processors busy; where it did not get them, its figures are off. */
const crowdedOf = (samples: readonly Sample[]): string[] => {
  const busy = median(samples.map(({ values }) => values.cpus))
  return busy === undefined || busy > 1.8
    ? []
    : [
        `Something else took processor time (${busy.toFixed(2)} were busy here, of 2): times are too long, counts too low.`,
      ]
}

const uncounted = (sample: Sample): Sample => {
  const { tlb, ...values } = sample.values
  return { ...sample, values }
}

/** A contestant that unmaps each page causes one for each; this much can't be another program's. */
const LEAST_SHOOTDOWNS = 0.1

/**
 * The rounds, without the shootdowns where none of the contestants caused as many as those that unmap each page must: TLBs
 * are flushed here in another way then, or not counted.
 */
export const withCounts = (rounds: readonly Round[]): { rounds: readonly Round[]; remarks: string[] } => {
  const samples = rounds.flatMap(round => [...round.values()])
  const remarks = crowdedOf(samples)
  if (samples.some(({ values: { tlb = 0 }, iterations }) => tlb / iterations > LEAST_SHOOTDOWNS))
    return { rounds, remarks }
  return {
    rounds: rounds.map(round => new Map([...round].map(([label, sample]) => [label, uncounted(sample)]))),
    remarks: [
      ...remarks,
      'TLB shootdowns were not counted, whoever unmapped: on this machine the hypervisor or the processor flushes the ' +
        'TLBs of other processors without interrupts, or Linux does not count them. Measure them on another.',
    ],
  }
}
