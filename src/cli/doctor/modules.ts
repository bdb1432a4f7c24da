// The modules of UIO and VFIO.
import { pciDevices, uioDevices } from '../library.js'
import { digits } from '../pci/ids.js'
import { advise, type Check, ok, type Remedy, type, type Verdict, warning } from './check.js'
import { builtWithIfKnown } from './kernel-config.js'
import { type System, Unreadable } from './system.js'

const LISTS = ['modules.dep', 'modules.builtin']

/** Whether a module can be loaded; undefined where nothing tells. */
const isFound = (system: System, module: string): boolean | undefined => {
  const folder = `/lib/modules/${system.facts.release}`
  const lists = LISTS.map(list => system.textIfThere(`${folder}/${list}`)).filter(each => each !== undefined)
  if (lists.length === 0) return undefined
  const name = new RegExp(`/${module.replaceAll(/[-_]/g, '[-_]')}\\.ko\\b`)
  return lists.some(list => name.test(list))
}

/** Of a module that is not loaded: how it is, if this kernel has it. */
const unloaded = (system: System, option: string, module: string, ...others: string[]): Verdict => {
  if (builtWithIfKnown(system, option) === 'n')
    return warning(
      `not in this kernel: built without CONFIG_${option}`,
      advise('another kernel, or its module built for this one'),
    )
  if (isFound(system, module) === false)
    return warning(
      `not loaded, and /lib/modules/${system.facts.release} has no ${module}`,
      advise(
        'install what your distribution has of more modules (Debian: linux-image, not linux-image-cloud; Ubuntu: linux-modules-extra)',
      ),
    )
  return warning('not loaded', load(module, ...others))
}

const load = (...modules: string[]): Remedy => type(`modprobe -a ${modules.join(' ')}`)

const DRIVERS = '/sys/bus/pci/drivers'

export const vfioModules: Check = {
  name: 'VFIO',
  why: 'vfio-pci hands a PCI device to a program: registers, interrupts, DMA',
  look: system => {
    if (!system.isThere(`${DRIVERS}/vfio-pci`))
      return unloaded(system, 'VFIO_PCI', 'vfio-pci', 'vfio_iommu_type1')
    return hasBackend(system) ? ok('vfio-pci is loaded') : unloadedBackend(system)
  },
}

/** What is between vfio and the IOMMU. */
export const hasBackend = (system: System): boolean =>
  ['/sys/module/vfio_iommu_type1', '/sys/module/vfio_iommu_spapr_tce', '/dev/iommu'].some(name =>
    system.isThere(name),
  )

export const unloadedBackend = (system: System): Verdict =>
  warning(
    'vfio_iommu_type1 is not loaded, nor iommufd',
    unloaded(system, 'VFIO_IOMMU_TYPE1', 'vfio_iommu_type1'),
  )

const MODE = '/sys/module/vfio/parameters/enable_unsafe_noiommu_mode'

export const noIommuMode: Check = {
  name: 'noiommu mode',
  why: 'in it, VFIO gives devices without an IOMMU, which can overwrite any memory',
  look: system => {
    const mode = system.textIfThere(MODE)?.trim()
    if (mode === undefined)
      return ok(
        system.isThere('/sys/module/vfio')
          ? 'none: built without CONFIG_VFIO_NOIOMMU'
          : 'off: vfio is not loaded',
      )
    if (mode === 'N') return ok('off')
    if (mode === 'Y') return warning('on', type(`echo N > ${MODE}`))
    throw new Unreadable(`${MODE} says ${JSON.stringify(mode.slice(0, 40))}`)
  },
}

const bindUio = (system: System): Remedy => {
  const free = pciDevices(system.sys).find(({ driver, bars }) => driver === undefined && bars.length > 0)
  const id = free ? `${digits(free.vendor)} ${digits(free.device)}` : 'VENDOR DEVICE'
  return {
    ...advise(free ? `as ${free.address}, which no driver has:` : 'bind a driver of UIO to a device:'),
    ...type(`echo ${id} > ${DRIVERS}/uio_pci_generic/new_id`),
  }
}

export const uioModules: Check = {
  name: 'UIO',
  why: 'a small driver of UIO’s hands a device’s registers, and its interrupt, to a program',
  look: system => {
    const devices = uioDevices(system.folders)
    if (devices.length > 0) return ok(devices.map(({ index, name }) => `uio${index} '${name}'`).join(', '))
    if (system.isThere(`${DRIVERS}/uio_pci_generic`))
      return warning('loaded, and no device is bound', bindUio(system))
    if (system.isThere('/sys/class/uio'))
      return warning('loaded without uio_pci_generic, and no device is bound', load('uio_pci_generic'))
    return unloaded(system, 'UIO_PCI_GENERIC', 'uio_pci_generic')
  },
}
