// A PCI BAR by sysfs.
import type { NamedBar } from '../../../apertures/forms.js'
import { formatSize, hex } from '../../../system/numbers.js'
import { IoMappingError, iomem, type PciBar, type PciDevice, pci } from '../../library.js'
import { digits } from '../../pci/ids.js'
import {
  AS_ROOT,
  advise,
  type Check,
  obstacle,
  ok,
  type Remedy,
  type,
  typeOf,
  unknown,
  type Verdict,
  warning,
} from '../check.js'
import { isStrict, RELAXED } from '../dev-mem.js'
import { sysfs } from '../file-systems.js'
import { startWith } from '../kernel-words.js'
import { lockdown } from '../lockdown.js'
import type { System } from '../system.js'
import { existing } from './existing.js'

const folderOf = (device: PciDevice): string => `/sys/bus/pci/devices/${device.address}`

export const device = (address: string): Check => ({
  name: 'device',
  why: 'it must be there',
  needed: true,
  look: system =>
    existing(() => {
      const { address: full, vendor, device } = pci(address, system.sys)
      return `${full} [${digits(vendor)}:${digits(device)}]`
    }),
})

const barOf = (system: System, { address, bar }: NamedBar): PciBar => {
  const found = pci(address, system.sys).bars.find(({ index }) => index === bar)
  if (found) return found
  throw new IoMappingError('ERR_IO_NO_APERTURE', `BAR ${bar} of pci:${address} is gone`)
}

export const describeBar = ({ base, size, wide, prefetchable }: PciBar): string =>
  `${formatSize(size)} of memory at ${hex(base)}, ${wide ? 64 : 32}-bit${prefetchable ? ', prefetchable' : ''}`

const bar = (which: NamedBar): Check => ({
  name: 'BAR',
  why: 'memory can be mapped, if the system has placed it; I/O ports can’t be',
  needed: true,
  look: system =>
    existing(() => {
      pci(which.address, system.sys).bar(which.bar) // which throws what is wrong with it
      return describeBar(barOf(system, which))
    }),
})

const memoryTypes = (which: NamedBar): Check => ({
  name: 'memory types',
  why: 'write-combining needs a resourceN_wc in sysfs, which a BAR has that is prefetchable',
  look: system => {
    const types = barOf(system, which).memoryTypes
    const found = types.join(', ')
    return ok(types.includes('write-combining') ? found : `${found}; createWc and --wc are refused`)
  },
})

/** Without power; D3hot answers for its configuration. */
const ASLEEP = 'D3cold'

const wake = (device: PciDevice): Remedy => type(`echo on > ${folderOf(device)}/power/control`)

const power = (which: NamedBar): Check => ({
  name: 'power',
  why: 'a device that sleeps does not answer accesses to its memory',
  look: system => {
    const found = pci(which.address, system.sys)
    const state = powerState(system, found)
    if (state === ASLEEP) return obstacle(state, wake(found))
    if (state === 'D3hot') return warning(state, wake(found))
    return ok(state === 'unknown' ? 'on, as far as is known' : state)
  },
})

const powerState = (system: System, device: PciDevice): string =>
  system.textIfThere(`${folderOf(device)}/power_state`)?.trim() ?? 'unknown'

const enabled = (which: NamedBar): Check => ({
  name: 'memory enabled',
  why: 'a device answers accesses to its memory only with the memory bit of its command register set',
  look: system => {
    const found = pci(which.address, system.sys)
    if (powerState(system, found) === ASLEEP) return unknown('not asked: that would wake the device')
    const { silence } = found
    if (silence) return obstacle(silence.why, typeOf(silence))
    return found.enabled ? ok('yes') : unknown('its configuration space can’t be read', AS_ROOT)
  },
})

/** Names of what has claimed some of it; undefined where the kernel does not tell. */
const claims = (system: System, { base, size }: PciBar, address: string): string[] | undefined => {
  try {
    return iomem
      .resourcesAt(base, size, system.path('/proc/iomem'))
      .filter(each => each.name !== address && each.base >= base && each.base + each.size <= base + size)
      .map(({ name }) => name)
  } catch (error) {
    if (error instanceof IoMappingError) return undefined
    throw error
  }
}

const driver = (which: NamedBar): Check => ({
  name: 'driver',
  why: 'what a driver has claimed, a kernel with IO_STRICT_DEVMEM lets nobody else map',
  look: system => {
    const found = pci(which.address, system.sys)
    const claimed = claims(system, barOf(system, which), found.address)
    const bound = found.driver
    if (claimed === undefined) return untold(found)
    const [claimer] = claimed
    if (claimer === undefined)
      return ok(bound === undefined ? 'none' : `driver '${bound}' is bound, and has not claimed this BAR`)
    const who =
      bound === undefined ? `'${claimer}' has claimed it (/proc/iomem)` : `driver '${bound}' holds it`
    const remedy = found.holder ? typeOf(found.holder) : startWith(system, RELAXED)
    return judge(isStrict(system), who, remedy)
  },
})

/** Where the kernel tells this process no addresses. */
const untold = ({ driver, holder }: PciDevice): Verdict =>
  holder
    ? unknown(`driver '${driver}' is bound; what it has claimed, the kernel tells root alone`, typeOf(holder))
    : ok('none')

const judge = (strict: boolean | undefined, who: string, remedy: Remedy): Verdict => {
  if (strict === undefined)
    return unknown(`${who}; whether the kernel guards it (IO_STRICT_DEVMEM) is not known`, remedy)
  return strict
    ? obstacle(who, remedy)
    : warning(
        `${who}; this kernel lets both have it`,
        remedy,
        'two that change the same registers confuse each other',
      )
}

const permission = (which: NamedBar): Check => ({
  name: 'permission',
  why: 'its file in sysfs is opened to be read and written',
  look: system => {
    const file = `${folderOf(pci(which.address, system.sys))}/resource${which.bar}`
    const refused = system.refusal(file, 'both')
    if (refused === undefined) return ok(`resource${which.bar} may be read and written`)
    if (refused === 'EACCES') return obstacle(`no permission for ${file}`, AS_ROOT)
    if (refused === 'EROFS')
      return obstacle(`${file} is on a read-only /sys`, type('mount -o remount,rw /sys'))
    return obstacle(`${file}: ${refused}`, advise('was the device removed? iomap list shows those there are'))
  },
})

/** What can be in the way of mapping a BAR by sysfs. */
export const barChecks = (which: NamedBar): readonly Check[] => [
  device(which.address),
  bar(which),
  memoryTypes(which),
  power(which),
  enabled(which),
  driver(which),
  permission(which),
  sysfs,
  lockdown,
]
