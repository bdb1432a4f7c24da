// From a register of edu's that raises its interrupt to the line after the `await` for it: by UIO, and by VFIO.
import { type Aperture, type Interrupt, IoMapping, uioDevices, vfio } from 'io-mapping'
import { outcomeOf } from '../latencies.js'
import type { Case, Outcome } from '../serve.js'

const PENDING = 0x24
const RAISE = 0x60
const ACKNOWLEDGE = 0x64
const BYTES = 0x1000

const timeInterrupts = async (
  aperture: Aperture,
  interrupt: Interrupt,
  iterations: number,
): Promise<Outcome> => {
  using mapping = IoMapping.create(aperture)
  const edu = mapping.map(0, BYTES)
  const latencies = new Float64Array(iterations)
  for (let i = 0; i < iterations; i++) {
    const waiting = interrupt.wait() // which lets it through again
    const start = process.hrtime.bigint()
    edu.write32(RAISE, 1)
    await waiting
    latencies[i] = Number(process.hrtime.bigint() - start)
    edu.write32(ACKNOWLEDGE, 1)
    edu.read32(PENDING) // its line is low once that is answered
  }
  return outcomeOf(latencies)
}

const byUio: Case = given => {
  const address = given.text('device')
  return async n => {
    const card = uioDevices().find(({ pci }) => pci?.address === address)
    if (!card) throw new Error(`${address} is no UIO device`)
    using interrupt = card.interrupts()
    return await timeInterrupts(card.map(0), interrupt, n)
  }
}

const byVfio: Case = given => {
  const address = given.text('device')
  return async n => {
    using device = vfio(address) // which can be had once: whoever runs has it
    device.busMaster = true
    return await timeInterrupts(device.bar(0), device.interrupt('msi'), n)
  }
}

export const eduCases: Readonly<Record<string, Case>> = { uio: byUio, vfio: byVfio }
