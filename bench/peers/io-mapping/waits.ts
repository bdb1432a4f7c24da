// From an interrupt to the line after the `await` for it: one that a thread raises, in an eventfd as the kernel does.
import { read } from 'node:fs'
import { createRequire } from 'node:module'
// not by the bundle, which has an Interrupt of a device alone
import { CountedSource } from '../../../src/interrupts/counted.js'
import { Interrupt } from '../../../src/interrupts/interrupt.js'
import { Descriptor } from '../../../src/system/descriptor.js'
import { outcomeOf } from '../latencies.js'
import type { Case, Run } from '../serve.js'

/** raiser/addon.c */
interface Raiser {
  open(): number
  start(eventfd: number, count: number, raised: ArrayBuffer): void
}

const raiser = (): Raiser => createRequire(import.meta.url)('../raiser.node') as Raiser

/** `wait` waits for one that is raised in `eventfd`. */
const waits = (eventfd: number, wait: () => Promise<unknown>): Run => {
  // struct raised in raiser/raiser.h
  const raised = new ArrayBuffer(16)
  const at = new Float64Array(raised, 0, 1)
  const heard = new Uint32Array(raised, 8, 1)
  const { start } = raiser()
  return async n => {
    const latencies = new Float64Array(n)
    start(eventfd, n, raised)
    for (let i = 0; i < n; i++) {
      await wait()
      latencies[i] = Number(process.hrtime.bigint()) - (at[0] as number)
      Atomics.store(heard, 0, i + 1)
    }
    return outcomeOf(latencies)
  }
}

const wait: Case = () => {
  const descriptor = Descriptor.count()
  const interrupt = new Interrupt('the line', new CountedSource(descriptor, { width: 8 }, error => error))
  return waits(descriptor.fd, () => interrupt.wait())
}

/** What Node can by itself: a thread of its pool waits in read(2). */
const blockingRead: Case = () => {
  const eventfd = raiser().open()
  const count = new Uint8Array(8)
  return waits(
    eventfd,
    () =>
      new Promise<void>((resolve, reject) => {
        read(eventfd, count, 0, count.length, null, error => (error ? reject(error) : resolve()))
      }),
  )
}

export const waitCases: Readonly<Record<string, Case>> = { wait, 'blocking-read': blockingRead }
