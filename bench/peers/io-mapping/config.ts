import { type IoAccess, pci } from 'io-mapping'
import { type Case, type Given, timed } from '../serve.js'

let sink = 0

const configOf = (given: Given): IoAccess => pci(given.text('device'), given.text('folder', '/sys')).config

const read32: Case = given => {
  const config = configOf(given)
  return timed(n => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += config.read32(0)
    sink = sum
  })
}

const read16: Case = given => {
  const config = configOf(given)
  return timed(n => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += config.read16(0)
    sink = sum
  })
}

export const configCases: Readonly<Record<string, Case>> = {
  'config-read32': read32,
  'config-read16': read16,
}
export { sink }
