// A BAR of a device that is to be had by VFIO.
import type { NamedBar } from '../../../apertures/forms.js'
import { IoMappingError, pci, type VfioWay, vfioWay } from '../../library.js'
import { AS_ROOT, asObstacle, type Check, obstacle, ok, type, typeOf, type Verdict } from '../check.js'
import { interruptRemapping, iommu } from '../iommu.js'
import { lockedMemory } from '../limits.js'
import { hasBackend, unloadedBackend } from '../modules.js'
import { hasCapability, nodeAccess } from '../rights.js'
import { type System, Unreadable } from '../system.js'
import { describeBar, device } from './bar.js'
import { existing } from './existing.js'

const bar = ({ address, bar: index }: NamedBar): Check => ({
  name: 'BAR',
  why: 'memory can be mapped; I/O ports can’t be',
  needed: true,
  look: system =>
    existing(() => {
      const found = pci(address, system.sys).bars.find(each => each.index === index)
      if (found?.kind === 'memory') return describeBar(found)
      const what = found ? 'holds I/O ports, which can’t be mapped' : 'does not exist, or has no address'
      throw new IoMappingError('ERR_IO_NO_APERTURE', `BAR ${index} of ${address} ${what}`)
    }),
})

/** A check of the way to the device. */
const onWay = (
  name: string,
  why: string,
  look: (way: VfioWay, system: System) => Verdict,
): ((which: NamedBar) => Check) => {
  return ({ address }) => ({ name, why, look: system => look(vfioWay(address, system.folders), system) })
}

const bound = onWay('driver', 'a driver of VFIO hands the device to a program', ({ unbound }) =>
  unbound ? obstacle(unbound.why, typeOf(unbound)) : ok('it is bound to one of VFIO'),
)

const group = onWay(
  'IOMMU group',
  'what an IOMMU can’t tell apart is one group, and has one owner',
  ({ group, groupless, shared }, system) => {
    if (groupless) return obstacle(groupless.why, iommu.look(system))
    if (shared) return obstacle(shared.why, typeOf(shared))
    return ok(
      group === undefined
        ? 'none yet: it gets one when it is bound'
        : `${group}, and no driver of the kernel’s has another device of it`,
    )
  },
)

const remapping: Check = {
  ...interruptRemapping,
  look: system => asObstacle(interruptRemapping.look(system)),
}

const isUnsafe = (nodes: readonly string[]): boolean => nodes.some(node => /\/noiommu-\d+$/.test(node))

const backend = onWay('IOMMU module', 'it is between vfio and the IOMMU', ({ nodes }, system) => {
  if (isUnsafe(nodes)) return ok('none is needed in the noiommu mode')
  return hasBackend(system) ? ok('loaded') : asObstacle(unloadedBackend(system))
})

/** As a path of the system's, wherever the root is. */
const inSystem = (system: System, path: string): string => `/dev${path.slice(system.folders.dev.length)}`

const nodes = onWay('nodes', 'they are opened to be read and written', ({ nodes, unbound }, system) => {
  const names = nodes.map(node => inSystem(system, node))
  if (unbound || names.length === 0) return ok('made when the device is bound')
  if (isUnsafe(nodes) && !hasCapability(system, 'SYS_RAWIO'))
    return obstacle('the noiommu mode is for CAP_SYS_RAWIO alone', AS_ROOT)
  const all = names.map(name => nodeAccess(system, name))
  return all.find(({ state }) => state !== 'ok') ?? ok(`${names.join(', ')}: may be read and written`)
})

/** The processes that have a node open, as far as this one may see. */
const holders = (system: System, node: string): string[] =>
  system
    .names('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => openBy(system, pid).includes(node))

const openBy = (system: System, pid: string): string[] => {
  try {
    return system.names(`/proc/${pid}/fd`).flatMap(fd => system.target(`/proc/${pid}/fd/${fd}`) ?? [])
  } catch (error) {
    if (error instanceof Unreadable) return [] // somebody else's, or over by now
    throw error
  }
}

const inUse = onWay(
  'in use',
  'a device, and its whole group, can be had once',
  ({ nodes: [node] }, system) => {
    if (node === undefined) return ok('not yet: there is no node')
    const name = inSystem(system, node)
    const pids = holders(system, name)
    return pids.length === 0
      ? ok(`no program that this one may see has ${name}`)
      : obstacle(`${name} is open in process ${pids.join(', ')}`, type(...pids.map(pid => `ps -fp ${pid}`)))
  },
)

/** What can be in the way of having a device by VFIO, and of mapping its BAR. */
export const vfioChecks = (which: NamedBar): readonly Check[] => [
  device(which.address),
  bar(which),
  bound(which),
  group(which),
  remapping,
  backend(which),
  nodes(which),
  inUse(which),
  lockedMemory,
]
