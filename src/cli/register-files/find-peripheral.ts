import { UsageError } from '../failure.js'
import { insteadOf, isClose } from '../typed/close-names.js'
import type { Device, Peripheral } from './model.js'

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
  const named = (all: readonly Peripheral[]) => all.map(each => each.name)
  throw new UsageError(
    `--peripheral is '${name}', which ${device.name} does not have${insteadOf(named(close), named(peripherals))}`,
  )
}

/** A name without its number: who asks for UART9 may mean UART0. */
const stemOf = (name: string): string => name.replace(/\d+$/, '')
