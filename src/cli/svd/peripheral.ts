import { UsageError } from '../failure.js'
import type { Device, Peripheral } from './model.js'

const NAMES_MOST = 12

/** The peripheral of this name, whatever the case of its letters. */
export const findPeripheral = (device: Device, name: string): Peripheral => {
  const { peripherals } = device
  const found =
    peripherals.find(each => each.name === name) ??
    peripherals.find(each => each.name.toLowerCase() === name.toLowerCase())
  if (found) return found
  const close = peripherals.filter(each => isClose(each.name, name))
  const shown = (close.length > 0 ? close : peripherals).map(each => each.name)
  const more = shown.length > NAMES_MOST ? ` and ${shown.length - NAMES_MOST} more` : ''
  throw new UsageError(
    `--peripheral is '${name}', which ${device.name} does not have; ${close.length > 0 ? 'close are' : 'it has'} ` +
      `${shown.slice(0, NAMES_MOST).join(', ')}${more}`,
  )
}

const isClose = (one: string, other: string): boolean => {
  const [a, b] = [one.toLowerCase().replace(/\d+$/, ''), other.toLowerCase().replace(/\d+$/, '')]
  return a !== '' && b !== '' && (a.includes(b) || b.includes(a))
}
