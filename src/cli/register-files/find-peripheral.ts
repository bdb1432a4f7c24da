import { UsageError } from '../failure.js'
import { isClose } from '../typed/close-names.js'
import type { Device, Peripheral } from './model.js'

const NAMES_MOST = 12

/** The peripheral of this name, whatever the case of its letters. */
export const findPeripheral = (device: Device, name: string): Peripheral => {
  const { peripherals } = device
  const found =
    peripherals.find(each => each.name === name) ??
    peripherals.find(each => each.name.toLowerCase() === name.toLowerCase())
  if (found) return found
  const close = peripherals.filter(
    each => isClose(each.name, name) || isClose(stemOf(each.name), stemOf(name)),
  )
  const shown = (close.length > 0 ? close : peripherals).map(each => each.name)
  const more = shown.length > NAMES_MOST ? ` and ${shown.length - NAMES_MOST} more` : ''
  throw new UsageError(
    `--peripheral is '${name}', which ${device.name} does not have; ${close.length > 0 ? 'close are' : 'it has'} ` +
      `${shown.slice(0, NAMES_MOST).join(', ')}${more}`,
  )
}

/** A name without its number: who asks for UART9 may mean UART0. */
const stemOf = (name: string): string => name.replace(/\d+$/, '')
