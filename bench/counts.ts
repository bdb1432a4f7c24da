// What a row that counts interrupts says of its counts: whether they can be had here at all, and how far to trust them.
import { setTimeout as delay } from 'node:timers/promises'
import { readInterrupts } from './interrupts.js'
import type { Round, Sample } from './row.js'
import { median } from './statistics.js'

/** What the rest of the machine adds to the counts. */
export const backgroundOf = async (): Promise<string> => {
  const before = readInterrupts()
  const start = performance.now()
  await delay(300)
  const rate = (readInterrupts().tlb - before.tlb) / ((performance.now() - start) / 1000)
  return `In the background, the rest of the machine caused ${Math.round(rate)} TLB shootdowns a second.`
}

/** A row that counts interrupts keeps two processors busy; where it did not get them, its counts are too low. */
export const crowdedOf = (rounds: readonly Round[]): string[] => {
  const busy = median(rounds.flatMap(round => [...round.values()].map(({ values }) => values.cpus)))
  return busy === undefined || busy > 1.8
    ? []
    : [
        `Something else took processor time (${busy.toFixed(2)} were busy here, of 2): the counts are too low.`,
      ]
}

const uncounted = (sample: Sample): Sample => {
  const { tlb, calls, ...values } = sample.values
  return { ...sample, values }
}

/**
 * The rounds, without their counts where these tell nothing: contestants that unmap each page cause an interrupt for each,
 * so if none was counted in a whole row, then TLBs are flushed here in another way.
 */
export const withCounts = (rounds: readonly Round[]): { rounds: readonly Round[]; remarks: string[] } => {
  const isCounted = rounds.some(round => [...round.values()].some(({ values }) => (values.tlb ?? 0) > 0))
  if (isCounted) return { rounds, remarks: crowdedOf(rounds) }
  return {
    rounds: rounds.map(round => new Map([...round].map(([label, sample]) => [label, uncounted(sample)]))),
    remarks: [
      'No TLB shootdowns were counted, whoever unmapped: on this machine the hypervisor or the processor flushes the ' +
        'TLBs of other processors without them. What they cost must be measured on another.',
    ],
  }
}
