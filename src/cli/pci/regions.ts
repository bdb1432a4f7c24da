// The configuration space as it is described: its header, and its capabilities, each with the registers that the device has.
import type { RegisterInfo } from 'io-mapping/registers'
import { Failure } from '../failure.js'
import { type IoAccess, IoMappingError, type PciDevice } from '../library.js'
import { describeCapability, describeHeader, headerType } from './blocks.js'

/** A part of the configuration space. */
export interface Region {
  /** `header`, or the capability's name. */
  readonly name: string
  /** Where it starts, in bytes. */
  readonly offset: number
  /** The capability's number; undefined of the header. */
  readonly id: number | undefined
  readonly extended: boolean
  /** False of a capability whose registers are not known here. */
  readonly isKnown: boolean
  readonly registers: readonly Place[]
}

/** A register, and where in the configuration space it is, in bytes. */
export interface Place {
  readonly info: RegisterInfo
  readonly offset: number
}

/** Those that end within the space: of a capability at its end, there may be more in the description. */
const placed = (registers: readonly RegisterInfo[], start: number, length: number): Place[] =>
  registers
    .map(info => ({ info, offset: start + info.offset }))
    .filter(({ info, offset }) => offset + info.width <= length)
    .sort((one, other) => one.offset - other.offset)

const headerOf = (config: IoAccess): Region => ({
  ...{ name: 'header', offset: 0, id: undefined, extended: false, isKnown: true },
  registers: placed(describeHeader(config), 0, config.length),
})

const capabilitiesOf = (device: PciDevice): Region[] => {
  const { config, capabilities, vendor } = device
  const place = { config, vendor, capabilities }
  return capabilities.map(capability => {
    const registers = describeCapability({ ...place, offset: capability.offset }, capability)
    return {
      ...capability,
      isKnown: registers !== undefined,
      registers: placed(registers ?? [], capability.offset, config.length),
    }
  })
}

/** What can be read of the configuration space, and why not the rest. */
export interface Space {
  readonly regions: readonly Region[]
  readonly refused: Error | undefined
}

const COMMAND_AND_STATUS = 0x04
const NOBODY = 0xffff_ffff

/** Why nothing of a device's configuration space is to be believed; undefined if it answers. A virtual function's ids are all ones, too. */
export const whySilent = ({ address, config }: PciDevice): Failure | undefined =>
  config.read32(COMMAND_AND_STATUS) === NOBODY
    ? new Failure(`${address} does not answer, its config space is all ones: it was removed, or has no power`)
    : undefined

/** Others than root see the header alone, and of a device that does not answer there is nothing to see. */
export const spaceOf = (device: PciDevice): Space => {
  const header = headerOf(device.config)
  const silent = whySilent(device)
  if (silent) return { regions: [header], refused: silent }
  try {
    return { regions: [header, ...capabilitiesOf(device)], refused: undefined }
  } catch (error) {
    if (!(error instanceof IoMappingError)) throw error
    return { regions: [header], refused: error }
  }
}

/** A device's configuration space, to find registers in. */
export interface Finder {
  /** As messages call the device. */
  readonly device: string
  /** In bytes. */
  readonly length: number
  readonly header: Region
  /** The type of its header. */
  readonly type: number
  /** Read when they are asked for: they are for root alone. Throws an IoMappingError. */
  readonly capabilities: () => readonly Region[]
}

/** For what is asked for by a name. */
export const finderOf = (device: PciDevice): Finder => {
  const { config } = device
  let capabilities: readonly Region[] | undefined
  return {
    device: device.address,
    length: config.length,
    header: headerOf(config),
    type: headerType(config),
    capabilities: () => (capabilities ??= capabilitiesOf(device)),
  }
}
