import type { Outcome } from './serve.js'

/** Times that were measured one by one, in ns: their median, as if each had taken that long, and the 99th percentile. */
export const outcomeOf = (latencies: Float64Array): Outcome => {
  const sorted = latencies.toSorted()
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] as number
  return { ns: at(0.5) * sorted.length, p99: at(0.99) }
}
