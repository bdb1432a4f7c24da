import { writeSync } from 'node:fs'
import { CountedSource, type Gate } from '#io-mapping/interrupts/counted.js'
import { Interrupt } from '#io-mapping/interrupts/interrupt.js'
import { Descriptor } from '#io-mapping/system/descriptor.js'
import { told } from '#io-mapping/system/refusal.js'

const NAME = 'the line'

/** An interrupt that a test raises, by an eventfd as the kernel's. `gate`: of one that is masked when it comes. Throws a SystemError. */
export const line = (signal?: AbortSignal, gate?: Gate) => {
  const descriptor = Descriptor.count()
  const explain = (error: unknown) => told(NAME, error, { to: 'waited for' })
  const interrupt = new Interrupt(NAME, new CountedSource(descriptor, { width: 8 }, explain, gate), {
    signal,
  })
  const raise = (count = 1) => writeSync(descriptor.fd, new BigUint64Array([BigInt(count)]))
  return { interrupt, raise }
}
