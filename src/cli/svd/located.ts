// The registers of an SVD file, in an aperture.
import { listRegisters, type RegisterInfo } from 'io-mapping/registers'
import { hex } from '../../system/numbers.js'
import { isClose } from '../close-names.js'
import { Failure, UsageError } from '../failure.js'
import type { Aperture } from '../library.js'
import { definePeripheral } from './definition.js'
import { countOf, type Device, type Peripheral } from './model.js'
import { findPeripheral } from './peripheral.js'
import { readDevice } from './read-device.js'

/** The options that say which description is meant, and where. */
export interface SvdPlace {
  readonly svd: string
  readonly peripheral?: string | undefined
  readonly base?: number | undefined
}

export interface LocatedRegister {
  /** Such as UART0.CONTROL. */
  readonly name: string
  /** In the aperture, in bytes. */
  readonly offset: number
  readonly info: RegisterInfo
  /** In which its bytes lie in the device. */
  readonly endianness: Device['endianness']
  /** Another register on the same bytes that a read changes, if there is one: the device can't tell which was meant. */
  readonly on: string | undefined
}

/** What has no bus address has one above every real one: see Aperture.base. */
const NO_BUS = 2 ** 52

/** The registers that lie in `aperture`, by their offsets in it. @throws UsageError, Failure */
export const locate = (aperture: Aperture, { svd, peripheral, base }: SvdPlace): LocatedRegister[] => {
  const device = readDevice(svd)
  const found = (
    peripheral === undefined
      ? byAddress(device, aperture, base)
      : registersOf(device, findPeripheral(device, peripheral), base ?? 0)
  ).filter(({ offset, info }) => offset >= 0 && offset + info.width <= aperture.size)
  if (found.length > 0) return withOthers(found).sort((a, b) => a.offset - b.offset)
  throw new Failure(
    `no register of ${peripheral ?? device.name} lies in ${aperture.name}, which has ${hex(aperture.size)} bytes` +
      `${aperture.base < NO_BUS ? ` from bus address ${hex(aperture.base)} on` : ''}; ` +
      '--peripheral NAME says which is meant, --base BYTES where in the aperture it starts',
  )
}

const byAddress = (device: Device, aperture: Aperture, base: number | undefined): LocatedRegister[] => {
  if (base !== undefined)
    throw new UsageError('--base is where a peripheral starts; say which by --peripheral NAME')
  if (aperture.base >= NO_BUS) {
    throw new UsageError(
      `${aperture.name} has no bus address to find its registers by; say by --peripheral NAME what lies in it`,
    )
  }
  const inside = device.peripherals.filter(
    each => each.base < aperture.base + aperture.size && each.base + Math.max(each.size, 1) > aperture.base,
  )
  checkCount(inside)
  return inside.flatMap(each => registersOf(device, each, each.base - aperture.base))
}

/** More are too many to list, and to read. */
const REGISTERS_MAX = 200_000

const checkCount = (peripherals: readonly Peripheral[]): void => {
  const count = peripherals.reduce((sum, { items }) => sum + countOf(items()), 0)
  if (count > REGISTERS_MAX)
    throw new Failure(
      `${count} registers of ${peripherals.length} peripherals lie there, more than ${REGISTERS_MAX}; ` +
        'say by --peripheral NAME which are meant, or name a smaller aperture',
    )
}

const registersOf = (device: Device, peripheral: Peripheral, start: number): LocatedRegister[] =>
  listRegisters(definePeripheral(device, peripheral)).map(info => ({
    name: `${peripheral.name}.${info.path}`,
    offset: start + info.offset,
    info,
    endianness: device.endianness,
    on: undefined,
  }))

const bytesOf = ({ offset, info }: LocatedRegister): number[] =>
  Array.from({ length: info.width }, (_, i) => offset + i)

/** Finds, for each, what else lies on it. */
const withOthers = (all: readonly LocatedRegister[]): LocatedRegister[] => {
  const changing = new Map(
    all
      .filter(({ info }) => info.readEffect)
      .flatMap(each => bytesOf(each).map(byte => [byte, each] as const)),
  )
  return all.map(each => {
    const other = bytesOf(each)
      .map(byte => changing.get(byte))
      .find(found => found !== undefined && found !== each)
    return { ...each, on: other?.name }
  })
}

/** A register that was asked for by its name, or all of a group's. */
export interface Named {
  readonly registers: readonly LocatedRegister[]
  /** One of them, and so read whatever a read does. */
  readonly exact: boolean
}

const CLOSE_MOST = 8

/** What `name` names: `UART0.CONTROL`, without its peripheral `CONTROL`; a cluster, an array. */
export const findNamed = (all: readonly LocatedRegister[], name: string): Named => {
  const asked = name.toLowerCase()
  const called = ({ name: full, info }: LocatedRegister) => [full.toLowerCase(), info.path.toLowerCase()]
  const exact = all.filter(each => called(each).includes(asked))
  if (exact.length === 1) return { registers: exact, exact: true }
  if (exact.length > 1)
    throw new UsageError(
      `'${name}' is several registers: ${exact.map(each => each.name).join(', ')}; name one of them`,
    )
  const group = all.filter(each =>
    called(each).some(full => full.startsWith(`${asked}.`) || full.startsWith(`${asked}[`)),
  )
  if (group.length > 0) return { registers: group, exact: false }
  const close = all.filter(each => called(each).some(full => isClose(full, asked)))
  const shown = (close.length > 0 ? close : all).slice(0, CLOSE_MOST).map(each => each.name)
  throw new UsageError(
    `there is no register '${name}'; ${close.length > 0 ? 'close are' : 'there are'} ${shown.join(', ')}` +
      `${(close.length || all.length) > CLOSE_MOST ? ', …' : ''}`,
  )
}
