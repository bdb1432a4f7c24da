import { formatSize, hex } from '../../system/numbers.js'
import type { PciBar, PciDevice } from '../library.js'
import type { Entry } from '../shown/listing.js'
import { baseClassName } from './classes.js'
import { digits, type PciIds } from './ids.js'

/** A PCI device as `iomap list --json` prints it. */
export interface ListedDevice {
  readonly bus: 'pci'
  readonly address: string
  readonly class: number
  readonly className: string
  readonly vendor: number
  readonly vendorName: string | null
  readonly device: number
  readonly deviceName: string | null
  readonly driver: string | null
  readonly bars: readonly ListedBar[]
}

export interface ListedBar extends PciBar {
  /** What other commands call it; null if it can't be mapped. */
  readonly aperture: string | null
}

/** All that a listing says of a device. */
export const describeDevice = (device: PciDevice, ids: PciIds): ListedDevice => ({
  bus: 'pci',
  address: device.address,
  class: device.class,
  className: ids.className(device.class) ?? baseClassName(device.class),
  vendor: device.vendor,
  vendorName: ids.vendor(device.vendor) ?? null,
  device: device.device,
  deviceName: ids.device(device.vendor, device.device) ?? null,
  driver: device.driver ?? null,
  bars: device.bars.map(bar => ({
    ...bar,
    aperture: bar.memoryTypes.length > 0 ? `pci:${device.address}/${bar.index}` : null,
  })),
})

/** Vendor and device in words where they are known, and always as numbers. */
export const deviceName = ({ vendor, vendorName, device, deviceName: name }: ListedDevice): string =>
  [vendorName, name, `[${digits(vendor)}:${digits(device)}]`].filter(each => each !== null).join(' ')

const barRow = (bar: ListedBar): string[] => [
  `BAR ${bar.index}`,
  hex(bar.base),
  formatSize(bar.size),
  bar.kind === 'ports' ? 'I/O ports' : `${bar.wide ? 64 : 32}-bit${bar.prefetchable ? ', prefetchable' : ''}`,
  bar.memoryTypes.join(', '),
  bar.aperture ??
    (bar.kind === 'ports' ? "can't be mapped" : `can't be mapped: sysfs has no resource${bar.index}`),
]

/** What a device is, in words. */
export const deviceSummary = (device: ListedDevice): string =>
  `${device.className}: ${deviceName(device)}, ${device.driver === null ? 'no driver' : `driver ${device.driver}`}`

/** A device in a line. */
export const deviceTitle = (device: ListedDevice): string => `${device.address}  ${deviceSummary(device)}`

export const deviceEntry = (device: ListedDevice): Entry => ({
  title: deviceTitle(device),
  rows: device.bars.map(barRow),
})
