import { SimulatedDevice } from 'io-mapping/testing'
import { BUFFER, EDU, MAGIC } from './registers.js'

/** As long as QEMU's device takes, or less. */
const COMPUTE_MS = 2
const TRANSFER_MS = 5

/** The memory that the device can reach, from bus address 0 on. */
type Memory = Uint8Array

/** An edu device without QEMU: what its description does not say. */
export const simulatedEdu = (memory: Memory = new Uint8Array(0)) => {
  const device = new SimulatedDevice(EDU, { name: 'edu', size: 0x100000 })
  const { ID, LIVENESS, FACTORIAL, STATUS, PENDING, RAISE, ACKNOWLEDGE, DMA } = device.state
  const buffer = new Uint8Array(BUFFER.size)

  ID.write({ MAJOR: 1, MINOR: 0, MAGIC })
  device.onWrite(LIVENESS, written => LIVENESS.write(~written >>> 0))

  device.onWrite(FACTORIAL, number => {
    STATUS.COMPUTING.write(true)
    setTimeout(() => {
      FACTORIAL.write(factorial(number))
      STATUS.COMPUTING.write(false)
      if (STATUS.INTERRUPT.read()) PENDING.FACTORIAL.write(true)
    }, COMPUTE_MS)
  })

  device.onWrite(RAISE, raised => PENDING.writeRaw(PENDING.readRaw() | raised))
  device.onWrite(ACKNOWLEDGE, taken => PENDING.writeRaw(PENDING.readRaw() & ~taken))

  device.onWrite(DMA.COMMAND, () => {
    const { START, TO_MEMORY, INTERRUPT } = DMA.COMMAND.read()
    if (!START) return
    const source = Number(DMA.SOURCE.read())
    const destination = Number(DMA.DESTINATION.read())
    const count = Number(DMA.COUNT.read())
    setTimeout(() => {
      if (TO_MEMORY) copy(buffer, source - BUFFER.address, memory, destination, count)
      else copy(memory, source, buffer, destination - BUFFER.address, count)
      DMA.COMMAND.START.write(false)
      if (INTERRUPT) PENDING.DMA.write(true)
    }, TRANSFER_MS)
  })
  return device
}

const copy = (from: Uint8Array, start: number, to: Uint8Array, at: number, count: number): void =>
  to.set(from.subarray(start, start + count), at)

const factorial = (number: number): number => {
  let product = 1
  for (let factor = 2; factor <= number; factor++) product = Math.imul(product, factor)
  return product >>> 0
}
