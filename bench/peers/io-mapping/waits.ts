// From an interrupt that a thread raises to the line after the `await` for it.
import { read } from 'node:fs'
import { createRequire } from 'node:module'
// not by the bundle, which has an Interrupt of a device alone
import { CountedSource } from '../../../src/interrupts/counted.js'
import { Interrupt } from '../../../src/interrupts/interrupt.js'
import { Descriptor } from '../../../src/system/descriptor.js'
import type { Case, Given, Outcome } from '../serve.js'

/** raiser/addon.c */
interface Raiser {
  open(): number
  start(eventfd: number, device: string, pause: number, count: number, raised: ArrayBuffer): void
}

const raiser = (): Raiser => createRequire(import.meta.url)('../raiser.node') as Raiser

/** What raises them: an eventfd that is written, or the register of a device, by its PCI address. */
type Line = { readonly eventfd: number } | { readonly device: string }

/** The median, as if each had taken that long, and the 99th percentile. */
const outcomeOf = (latencies: Float64Array): Outcome => {
  const sorted = latencies.toSorted()
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] as number
  return { ns: at(0.5) * sorted.length, p99: at(0.99) }
}

/** Times `iterations` of them, each by a `wait`, and `acknowledge` after it. */
export const timeWaits = async (
  given: Given,
  line: Line,
  iterations: number,
  wait: () => Promise<unknown>,
  acknowledge = () => {},
): Promise<Outcome> => {
  // struct raised in raiser/raiser.h
  const raised = new ArrayBuffer(16)
  const at = new Float64Array(raised, 0, 1)
  const heard = new Uint32Array(raised, 8, 1)
  const latencies = new Float64Array(iterations)
  const { eventfd, device } = { eventfd: 0, device: '', ...line }
  let waiting = wait()
  raiser().start(eventfd, device, given.number('pause'), iterations, raised)
  for (let i = 0; ; ) {
    await waiting
    latencies[i] = Number(process.hrtime.bigint()) - (at[0] as number)
    acknowledge()
    if (++i === iterations) return outcomeOf(latencies)
    waiting = wait() // first: the next one may come from here on
    Atomics.store(heard, 0, i)
  }
}

const wait: Case = given => {
  const descriptor = Descriptor.count()
  const interrupt = new Interrupt('the line', new CountedSource(descriptor, { width: 8 }, error => error))
  return n => timeWaits(given, { eventfd: descriptor.fd }, n, () => interrupt.wait())
}

/** What Node can by itself: a thread of its pool waits in read(2). */
const blockingRead: Case = given => {
  const eventfd = raiser().open()
  const count = new Uint8Array(8)
  const wait = () =>
    new Promise<void>((resolve, reject) => {
      read(eventfd, count, 0, count.length, null, error => (error ? reject(error) : resolve()))
    })
  return n => timeWaits(given, { eventfd }, n, wait)
}

export const waitCases: Readonly<Record<string, Case>> = { wait, 'blocking-read': blockingRead }
