import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { badArgument, IoMappingError } from '../../system/errors.js'
import type { Aperture } from '../aperture.js'
import { PciDevice } from './device.js'
import { ADDRESS, PciFolder } from './folder.js'

const SYSFS = '/sys'

const folder = (sysfs: string) => join(sysfs, 'bus/pci/devices')

/**
 * The PCI device at `address`: 0000:00:02.0, or 00:02.0 in domain 0000.
 * @throws IoMappingError ERR_IO_ARGUMENT, ERR_IO_NO_APERTURE
 */
export const pci = (address: string, sysfs = SYSFS): PciDevice => new PciDevice(pciFolder(address, sysfs))

/** Its folder. Throws as `pci`. */
export const pciFolder = (address: string, sysfs: string): PciFolder => {
  const match = typeof address === 'string' ? ADDRESS.exec(address) : null
  if (!match)
    throw badArgument('A PCI address', address, 'of the form 0000:00:02.0 (domain:bus:device.function)')
  const full = `${match[1] ?? '0000'}:${match[2]}`.toLowerCase()
  const path = join(folder(sysfs), full)
  if (existsSync(path)) return new PciFolder(full, path)
  throw new IoMappingError(
    'ERR_IO_NO_APERTURE',
    `There is no PCI device ${full} here; 'iomap list' shows those there are`,
  )
}

/**
 * The BAR that a file of sysfs is of: resource0, or resource0_wc, of write-combining alone. Undefined for any other file. As the file
 * starts with the page that holds the BAR, its bytes are not to be taken for the BAR's: two may lie in one page.
 * @throws IoMappingError ERR_IO_NO_APERTURE
 */
export const barOfFile = (path: string): Aperture | undefined => {
  // No regular expression for any path: V8 ends a process that has no stack left to compile one.
  const name = basename(path)
  if (!name.startsWith('resource')) return undefined
  const [index = '', ...rest] = name.slice('resource'.length)
  const ending = rest.join('')
  const device = dirname(path)
  if (!'012345'.includes(index) || index === '' || !['', '_wc'].includes(ending)) return undefined
  if (!ADDRESS.test(basename(device)) || !existsSync(join(device, 'config'))) return undefined
  const type = ending === '' ? 'uncached' : 'write-combining'
  const bar = new PciDevice(new PciFolder(basename(device), device)).bar(Number(index))
  if (bar.memoryTypes.includes(type)) return bar.offering([type])
  throw new IoMappingError(
    'ERR_IO_NO_APERTURE',
    `There is no file '${path}': ${bar.name} can't be mapped ${type}, only ${bar.memoryTypes.join(', ')}`,
  )
}

/** The device whose folder in sysfs has this name; undefined if that is no PCI device's. */
export const pciAt = (name: string, sysfs = SYSFS): PciDevice | undefined => {
  const path = join(folder(sysfs), name)
  return ADDRESS.test(name) && existsSync(path) ? new PciDevice(new PciFolder(name, path)) : undefined
}

/** This machine's PCI devices, in the order of their addresses. None where there is no PCI. */
export const pciDevices = (sysfs = SYSFS): PciDevice[] => {
  const path = folder(sysfs)
  if (!existsSync(path)) return []
  return readdirSync(path)
    .sort()
    .map(address => new PciDevice(new PciFolder(address, join(path, address))))
}
