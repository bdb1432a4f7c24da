// The registers that lie in an aperture, by their names.
import { type Block, listRegisters, type Parts } from 'io-mapping/registers'
import { hex } from '../../system/numbers.js'
import { Failure, UsageError } from '../failure.js'
import { stateAt } from '../files/state.js'
import type { Aperture } from '../library.js'
import { definePeripheral } from '../register-files/emit/define.js'
import { findPeripheral } from '../register-files/find-peripheral.js'
import { countOf, type Device, type Peripheral } from '../register-files/model.js'
import { readRegisterFile, stdinBytes } from '../register-files/read-file.js'
import { reportCount } from '../register-files/report.js'
import { remember } from '../session.js'
import { busAddress } from '../typed/apertures.js'
import { loadBlock } from './block-module.js'
import type { LocatedRegister } from './located-register.js'
import { NameIndex } from './name-index.js'
import type { NamedOptions } from './options.js'

/** The registers that lie in `aperture`, by their offsets in it. @throws UsageError, Failure */
export const locate = async (aperture: Aperture, options: NamedOptions): Promise<NameIndex> => {
  const { svd, peripheral, block, base } = options
  const key = `registers ${JSON.stringify([aperture.name, svd, peripheral, block, base])}`
  if (svd !== undefined) {
    const bytes = await stdinBytes(svd)
    return remember(key, () => ofFile(aperture, readRegisterFile(svd, bytes), options), stateAt(svd))
  }
  const { name, block: described } = await loadBlock(block as string)
  return remember(key, () => inAperture(aperture, placed(name, described, base ?? 0), name), described)
}

const inAperture = (aperture: Aperture, all: readonly LocatedRegister[], name: string): NameIndex => {
  const isIn = ({ offset, info }: LocatedRegister) => offset >= 0 && offset + info.width <= aperture.size
  const found = all.filter(isIn)
  if (found.length > 0) {
    const sorted = withOthers(found).sort((a, b) => a.offset - b.offset)
    return new NameIndex(sorted, { registers: all.filter(each => !isIn(each)), aperture })
  }
  const address = busAddress(aperture)
  throw new Failure(
    `no register of ${name} lies in ${aperture.name}, which has ${hex(aperture.size)} bytes` +
      `${address === undefined ? '' : ` from bus address ${hex(address)} on`}; ` +
      '--peripheral NAME says which is meant, --base BYTES where in the aperture it starts',
  )
}

const ofFile = (
  aperture: Aperture,
  device: Device,
  { svd = '', peripheral, base }: NamedOptions,
): NameIndex => {
  const found =
    peripheral === undefined
      ? byAddress(device, aperture, base)
      : registersOf(device, findPeripheral(device, peripheral), base ?? 0)
  reportCount(svd, device.oddities)
  return inAperture(aperture, found, peripheral ?? device.name)
}

const byAddress = (device: Device, aperture: Aperture, base: number | undefined): LocatedRegister[] => {
  if (base !== undefined)
    throw new UsageError('--base is where a peripheral starts; say which by --peripheral NAME')
  const address = busAddress(aperture)
  if (address === undefined) {
    throw new UsageError(
      `${aperture.name} has no bus address to find its registers by; say by --peripheral NAME what lies in it`,
    )
  }
  const inside = device.peripherals.filter(
    each => each.base < address + aperture.size && each.base + Math.max(each.size, 1) > address,
  )
  checkCount(inside)
  return inside.flatMap(each => registersOf(device, each, each.base - address))
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
  placed(peripheral.name, definePeripheral(device, peripheral), start)

/** A block's registers, where it starts at `start`. */
const placed = (name: string, block: Block<Parts>, start: number): LocatedRegister[] =>
  listRegisters(block).map(info => ({
    name: `${name}.${info.path}`,
    offset: start + info.offset,
    info,
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
