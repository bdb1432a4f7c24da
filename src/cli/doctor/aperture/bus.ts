// Bus addresses through /dev/mem: those of no PCI BAR, and those of the device tree.
import type { Named, NamedBar } from '../../../apertures/forms.js'
import { formatSize, hex } from '../../../system/numbers.js'
import {
  devicetree,
  IoMappingError,
  iomem,
  type PciDevice,
  pciDevices,
  type Resource,
} from '../../library.js'
import {
  AS_ROOT,
  advise,
  asObstacle,
  type Check,
  introduced,
  obstacle,
  ok,
  unknown,
  type Verdict,
  warning,
} from '../check.js'
import { devMem, isStrict, RELAXED } from '../dev-mem.js'
import { builtWithIfKnown } from '../kernel-config.js'
import { startWith } from '../kernel-words.js'
import { lockdown } from '../lockdown.js'
import type { System } from '../system.js'
import { barChecks } from './bar.js'
import { existing } from './existing.js'

type Range = Named['physical']

const node: Check = {
  ...devMem,
  look: system => asObstacle(devMem.look(system)),
}

/** Ranges that hold others, and that nobody claims. */
const PLACES = /^(PCI (Bus|MMCONFIG)|Reserved)/

/** What the device tree has there; a driver's claim lies within, and may have the same name. */
const NODE = /^\S+@[0-9a-f]+$/

const isPlace = ({ name }: Resource, i: number, all: readonly Resource[]): boolean =>
  PLACES.test(name) || (NODE.test(name) && all.findIndex(each => each.name === name) === i)

const verdictOf = (system: System, there: readonly Resource[]): Verdict => {
  const ram = there.find(({ name }) => name.startsWith('System RAM'))
  if (ram && builtWithIfKnown(system, 'STRICT_DEVMEM') !== 'n')
    return obstacle(
      `RAM: '${ram.name}' at ${hex(ram.base)}`,
      advise('name a device’s address; memory is mapped by memory:SIZE'),
    )
  const claimed = there.filter((...each) => !isPlace(...each)).at(-1)
  if (!claimed) return ok('nobody has claimed it (/proc/iomem)')
  const found = `the kernel has it as '${claimed.name}' (/proc/iomem)`
  return isStrict(system) === false
    ? ok(found)
    : warning(
        found,
        introduced('if that is a driver, mapping is refused: unbind it, or', startWith(system, RELAXED)),
      )
}

const claim = (rangeOf: (system: System) => Range): Check => ({
  name: 'claimed',
  why: 'RAM, and what a driver has claimed, a strict kernel lets nobody map',
  look: system => {
    const { base, size } = rangeOf(system)
    try {
      return verdictOf(system, iomem.resourcesAt(base, size, system.path('/proc/iomem')))
    } catch (error) {
      if (error instanceof IoMappingError && error.code === 'ERR_IO_ACCESS')
        return unknown(error.message, AS_ROOT)
      throw error
    }
  },
})

/** The BAR of the device that holds it all; none of a device that is gone by now. */
const barsHolding = (device: PciDevice, { base, size }: Range): NamedBar[] => {
  try {
    return device.bars
      .filter(
        each => each.memoryTypes.length > 0 && each.base <= base && base + size <= each.base + each.size,
      )
      .map(({ index }) => ({ address: device.address, bar: index }))
  } catch (error) {
    if (error instanceof IoMappingError) return []
    throw error
  }
}

/** What can be in the way of mapping them: of a PCI BAR's, that. */
export const physicalChecks = (range: Range, system: System): readonly Check[] => {
  const [bar] = pciDevices(system.sys).flatMap(device => barsHolding(device, range))
  if (bar) return barChecks(bar)
  const what: Check = {
    name: 'range',
    why: 'what is no PCI BAR’s is mapped through /dev/mem',
    look: () => ok(`${formatSize(range.size)} at ${hex(range.base)}, in no PCI BAR`),
  }
  return [what, claim(() => range), node, lockdown]
}

const TREE = '/sys/firmware/devicetree/base'

export const deviceTreeChecks = (which: Named['devicetree']): readonly Check[] => {
  const nodeOf = (system: System) => devicetree(which.node, system.path(TREE))
  const found: Check = {
    name: 'node',
    why: 'it must be in the device tree, with a reg that the processor can address',
    needed: true,
    look: system =>
      existing(() => {
        const { name, base, size } = nodeOf(system).reg(which.reg)
        return `${name}: ${formatSize(size)} at ${hex(base)}`
      }),
  }
  const status: Check = {
    name: 'status',
    why: 'the tree tells what is wired, and in use',
    look: system => {
      const { status } = nodeOf(system)
      return status === 'okay'
        ? ok(status)
        : warning(
            status,
            advise(
              'it may have no clock or power, and hang the machine when it is touched; enable it in the tree',
            ),
          )
    },
  }
  return [found, status, claim(system => nodeOf(system).reg(which.reg)), node, lockdown]
}
