import { join } from 'node:path'
import { badArgument, IoMappingError } from '../../system/errors.js'
import { isByteCount } from '../../system/numbers.js'
import { numbersIn } from '../sysfs.js'
import { SYSTEM, type SystemRoot } from '../system-root.js'
import { UioDevice } from './device.js'
import { UioFolder } from './folder.js'

/** This machine's UIO devices, in the order of their numbers. None where no driver offers one. */
export const uioDevices = (root: SystemRoot = SYSTEM): UioDevice[] =>
  numbersIn(join(root.sys, 'class/uio'), 'uio').map(index => new UioDevice(new UioFolder(index, root)))

/**
 * A UIO device, by N of /dev/uioN, or by the name that its driver gives it (/sys/class/uio/uioN/name).
 * @throws IoMappingError ERR_IO_NO_APERTURE: there is none; ERR_IO_ARGUMENT, also if several have that name
 */
export const uio = (which: number | string, root: SystemRoot = SYSTEM): UioDevice => {
  if (!isByteCount(which) && (typeof which !== 'string' || which === ''))
    throw badArgument('A UIO device', which, 'its number, N of /dev/uioN, or its name')
  const all = uioDevices(root)
  const [device, ...others] = all.filter(each => isCalled(each, which))
  if (device && others.length === 0) return device
  const listed = all.map(({ index, name }) => `${index} ('${name}')`).join(', ')
  if (device) throw badArgument('A UIO device', which, `its number, since several have that name: ${listed}`)
  throw new IoMappingError(
    'ERR_IO_NO_APERTURE',
    `There is no UIO device ${typeof which === 'number' ? which : `'${which}'`} here; ` +
      (all.length > 0 ? `those there are: ${listed}` : HOW),
  )
}

const HOW =
  'there are none: bind a UIO driver to the device first (modprobe uio_pci_generic; echo VENDOR DEVICE > ' +
  '/sys/bus/pci/drivers/uio_pci_generic/new_id)'

const isCalled = (device: UioDevice, which: number | string): boolean =>
  typeof which === 'number' ? device.index === which : which === `uio${device.index}` || device.name === which
