// The PCI devices, who holds them, and the nodes that drivers offer.
import { IoMappingError, type PciDevice, pciDevices } from '../library.js'
import { advise, type Check, ok, type, unknown, type Verdict, warning } from './check.js'
import { isStrict } from './dev-mem.js'
import { giveNode } from './rights.js'
import type { System } from './system.js'

/** Drivers that claim no range, or do so for programs. */
const HARMLESS = /uio|vfio|hilscher|^(pcieport|pci-stub|shpchp)$/

interface Held {
  readonly address: string
  readonly driver: string
  readonly bar: number
}

/** A device whose memory a driver of the kernel's may have claimed; none of one that is gone by now. */
const held = (device: PciDevice): Held[] => {
  try {
    const { address, driver, bars } = device
    const bar = bars.find(({ kind }) => kind === 'memory')
    return driver === undefined || HARMLESS.test(driver) || !bar ? [] : [{ address, driver, bar: bar.index }]
  } catch (error) {
    if (error instanceof IoMappingError) return []
    throw error
  }
}

export const drivers: Check = {
  name: 'drivers',
  why: 'a driver claims the memory of its device, and a program that changes it as well confuses both',
  look: system => {
    const all = pciDevices(system.sys)
    if (all.length === 0)
      return warning('no PCI devices here', advise('memory and files can be mapped all the same: iomap demo'))
    const taken = all.flatMap(held)
    const [first] = taken
    if (!first) return ok(`none holds one of the ${all.length} PCI devices`)
    return tell(system, first, `${taken.length} of ${all.length} PCI devices are held: ${listed(taken)}`)
  },
}

const MOST = 8

const listed = (taken: readonly Held[]): string => {
  const shown = taken.slice(0, MOST).map(({ address, driver }) => `${address} (${driver})`)
  return [...shown, ...(taken.length > MOST ? [`and ${taken.length - MOST} more`] : [])].join(', ')
}

const tell = (system: System, { address, bar }: Held, found: string): Verdict => {
  const remedy = {
    ...advise('look at the one that you want: how it is unbound, it says'),
    ...type(`iomap doctor pci:${address}/${bar}`),
  }
  const strict = isStrict(system)
  if (strict === undefined) return unknown(`${found}; whether the kernel guards them is not known`, remedy)
  return strict ? warning(found, remedy) : ok(`${found}; the kernel does not guard them`)
}

export const nodes: Check = {
  name: 'device nodes',
  why: 'a node of UIO or VFIO is for whom its owner and mode say: no root is needed, if it is given',
  look: system => {
    const all = [
      ...system.names('/dev').filter(name => /^uio\d+$/.test(name)),
      ...system.names('/dev/vfio').flatMap(name => (name === 'devices' ? [] : [`vfio/${name}`])),
      ...system.names('/dev/vfio/devices').map(name => `vfio/devices/${name}`),
    ].map(name => `/dev/${name}`)
    const denied = all.filter(node => system.refusal(node, 'both') !== undefined)
    if (all.length === 0) return ok('none: no device is bound to UIO or VFIO')
    return denied.length === 0
      ? ok(all.join(', '))
      : warning(`no permission: ${denied.join(', ')}`, giveNode(system, ...denied))
  },
}
