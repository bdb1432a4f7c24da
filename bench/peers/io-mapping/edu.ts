// From an interrupt of edu's to the line after the `await` for it: by UIO, and by VFIO.
import { type Aperture, type Interrupt, IoMapping, uioDevices, vfio } from 'io-mapping'
import type { Case, Given, Outcome } from '../serve.js'
import { timeWaits } from './waits.js'

const PENDING = 0x24
const ACKNOWLEDGE = 0x64
const BYTES = 0x1000

const timeInterrupts = async (
  given: Given,
  aperture: Aperture,
  interrupt: Interrupt,
  iterations: number,
): Promise<Outcome> => {
  using mapping = IoMapping.create(aperture)
  const edu = mapping.map(0, BYTES)
  const acknowledge = () => {
    edu.write32(ACKNOWLEDGE, 1)
    edu.read32(PENDING) // its line is low once that is answered
  }
  return await timeWaits(
    given,
    { device: given.text('device') },
    iterations,
    () => interrupt.wait(),
    acknowledge,
  )
}

const byUio: Case = given => async n => {
  const card = uioDevices().find(({ pci }) => pci?.address === given.text('device'))
  if (!card) throw new Error(`${given.text('device')} is no UIO device`)
  using interrupt = card.interrupts()
  return await timeInterrupts(given, card.map(0), interrupt, n)
}

const byVfio: Case = given => async n => {
  using device = vfio(given.text('device')) // which can be had once: whoever runs has it
  device.busMaster = true // a message is a write of the device's
  return await timeInterrupts(given, device.bar(0), device.interrupt('msi'), n)
}

export const eduCases: Readonly<Record<string, Case>> = { uio: byUio, vfio: byVfio }
