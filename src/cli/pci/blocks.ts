// Which block of io-mapping/pci describes a capability, and which of its registers this device has.
import * as pci from 'io-mapping/pci'
import { type Block, listRegisters, type Parts, type RegisterInfo } from 'io-mapping/registers'
import type { IoAccess, PciCapability } from '../library.js'

/** Where a capability is. */
interface Place {
  readonly config: IoAccess
  /** The device's, as the system says: that of a virtual function's config space is all ones. */
  readonly vendor: number
  readonly offset: number
  /** All that the device has. */
  readonly capabilities: readonly PciCapability[]
}

/** The registers that the device has. */
type Registers = readonly RegisterInfo[]
type Choose = (place: Place) => Registers

const all = (block: unknown): Registers => listRegisters(block as Block<Parts>)

/** Without those whose names begin with one of these. */
const without = (block: unknown, hidden: readonly string[]): Registers =>
  all(block).filter(({ path }) => !hidden.some(each => path.startsWith(each)))

const always = (block: unknown): Choose => {
  let registers: Registers | undefined
  return () => (registers ??= all(block))
}

const msi: Choose = ({ config, offset }) => {
  const { ADDRESS_64, MASKABLE } = pci.MSI.at(config, offset).CONTROL.read()
  if (ADDRESS_64) return all(MASKABLE ? pci.MSI_64_MASKABLE : pci.MSI_64)
  return all(MASKABLE ? pci.MSI_MASKABLE : pci.MSI)
}

const EXPRESS = 16
const PORTS: readonly unknown[] = ['ROOT_PORT', 'DOWNSTREAM_PORT']
const ROOTS: readonly unknown[] = ['ROOT_PORT', 'ROOT_COMPLEX_EVENT_COLLECTOR']
/** What has no link: it is a part of the root itself. */
const LINKLESS: readonly unknown[] = ['ROOT_COMPLEX_ENDPOINT', 'ROOT_COMPLEX_EVENT_COLLECTOR']

const express: Choose = ({ config, offset }) => {
  const { VERSION, TYPE, SLOT } = pci.PCI_EXPRESS.at(config, offset).CAPABILITIES.read()
  const hasSlot = SLOT && PORTS.includes(TYPE)
  const hidden = [
    ...(LINKLESS.includes(TYPE) ? ['LINK_'] : []),
    ...(hasSlot ? [] : ['SLOT_']),
    ...(ROOTS.includes(TYPE) ? [] : ['ROOT_']),
  ]
  const first = hasSlot || ROOTS.includes(TYPE) ? pci.PCI_EXPRESS_PORT : pci.PCI_EXPRESS
  return without(VERSION >= 2 ? pci.PCI_EXPRESS_2 : first, hidden)
}

/** What errors the devices below have is a root's to tell. */
const errors: Choose = ({ config, capabilities }) => {
  const express = capabilities.find(({ id, extended }) => id === EXPRESS && !extended)
  const type = express && pci.PCI_EXPRESS.at(config, express.offset).CAPABILITIES.TYPE.read()
  return all(ROOTS.includes(type) ? pci.AER_ROOT : pci.AER)
}

const from = (name: string, first: number, end: number): string[] =>
  Array.from({ length: Math.max(0, end - first) }, (_, i) => `${name}[${first + i}].`)

const channels: Choose = ({ config, offset }) =>
  without(pci.VIRTUAL_CHANNEL, from('CHANNEL', (config.read32(offset + 4) % 8) + 1, 8))

const resizable: Choose = ({ config, offset }) =>
  without(pci.RESIZABLE_BAR, from('BAR', (config.read32(offset + 8) >>> 5) % 8, 6))

const VIRTIO_VENDOR = 0x1af4
const NOTIFY = 2

const vendorSpecific: Choose = ({ config, vendor, offset }) => {
  if (vendor !== VIRTIO_VENDOR) return all(pci.VENDOR_SPECIFIC)
  return all(config.read8(offset + 3) === NOTIFY ? pci.VIRTIO_NOTIFY : pci.VIRTIO)
}

/** By the PCI-SIG's numbers. */
const STANDARD: Readonly<Record<number, Choose>> = {
  1: always(pci.POWER_MANAGEMENT),
  3: always(pci.VPD),
  4: always(pci.SLOT_ID),
  5: msi,
  9: vendorSpecific,
  10: always(pci.DEBUG_PORT),
  12: always(pci.HOT_PLUG),
  13: always(pci.SUBSYSTEM_ID),
  [EXPRESS]: express,
  17: always(pci.MSI_X),
  18: always(pci.SATA),
  19: always(pci.ADVANCED_FEATURES),
}

const EXTENDED: Readonly<Record<number, Choose>> = {
  1: errors,
  2: channels,
  3: always(pci.SERIAL_NUMBER),
  9: channels,
  11: always(pci.EXTENDED_VENDOR_SPECIFIC),
  13: always(pci.ACS),
  14: always(pci.ARI),
  15: always(pci.ATS),
  16: always(pci.SR_IOV),
  19: always(pci.PAGE_REQUEST),
  21: resizable,
  23: always(pci.TPH),
  24: always(pci.LTR),
  25: always(pci.SECONDARY_PCI_EXPRESS),
  27: always(pci.PASID),
  29: always(pci.DPC),
  30: always(pci.L1_SUBSTATES),
  31: always(pci.PTM),
  35: always(pci.DESIGNATED_VENDOR_SPECIFIC),
  37: always(pci.DATA_LINK_FEATURE),
  38: always(pci.PHYSICAL_LAYER_16GT),
  46: always(pci.DOE),
}

/** The registers of a capability; undefined of one that is not known here. */
export const describeCapability = (place: Place, { id, extended }: PciCapability): Registers | undefined =>
  (extended ? EXTENDED : STANDARD)[id]?.(place)

/** What a header is of: 0 a device, 1 a bridge. */
export const headerType = (config: IoAccess): number => config.read8(0x0e) & 0x7f

/** What all headers have, whatever their type. */
const isCommon = ({ offset }: RegisterInfo): boolean =>
  offset < 0x10 || offset === 0x34 || offset === 0x3c || offset === 0x3d

/** The header of a device or of a bridge; of another, as CardBus's, what is the same in all. */
export const describeHeader = (config: IoAccess): Registers => {
  const type = headerType(config)
  if (type === 0) return all(pci.PCI_HEADER)
  return type === 1 ? all(pci.PCI_BRIDGE_HEADER) : all(pci.PCI_HEADER).filter(isCommon)
}
