// A map of a UIO device.
import type { Named } from '../../../apertures/forms.js'
import { formatSize, hex } from '../../../system/numbers.js'
import { type UioMap, uio } from '../../library.js'
import { advise, type Check, introduced, obstacle, ok } from '../check.js'
import { uioModules } from '../modules.js'
import { nodeAccess } from '../rights.js'
import { type System, Unreadable } from '../system.js'
import { existing } from './existing.js'

type Which = Named['uio']

const device = (which: Which): Check => ({
  name: 'device',
  why: 'a driver of UIO must be bound to it',
  needed: true,
  look: system =>
    existing(
      () => {
        const { index, name, version } = uio(which.device, system.folders)
        return `uio${index} '${name}', version ${version}`
      },
      () => introduced('name one that there is; or bind one,', uioModules.look(system)),
    ),
})

const mapOf = (system: System, { device, map }: Which) =>
  uio(device, system.folders).maps.find(({ index, name }) => (typeof map === 'number' ? index : name) === map)

/** Throws Unreadable of what its driver, or somebody in its place, tells no numbers of. */
const checkTold = (map: UioMap | undefined): void => {
  if (map && !(Number.isSafeInteger(map.size) && Number.isSafeInteger(map.offset)))
    throw new Unreadable(`what sysfs tells of map ${map.index} are no numbers`)
}

const map = (which: Which): Check => ({
  name: 'map',
  why: 'its driver says what of it can be mapped',
  needed: true,
  look: system =>
    existing(
      () => {
        checkTold(mapOf(system, which))
        const { name, size } = uio(which.device, system.folders).map(which.map)
        const base = mapOf(system, which)?.base
        return `${name}: ${formatSize(size)}${base === undefined ? '' : ` at ${hex(base)}`}`
      },
      () => advise('name one of these'),
    ),
})

const OTHER_DRIVER = advise(
  'a driver that offers whole pages (uio_pci_generic, uio_pdrv_genirq), or vfio-pci, can be bound instead',
)

const pages = (which: Which): Check => ({
  name: 'whole pages',
  why: 'UIO maps whole pages, from the start of one',
  look: system => {
    const found = mapOf(system, which)
    const { pageSize } = system.facts
    if (!found) throw new Unreadable('the map is gone')
    const { size, offset, base = 0 } = found
    if (size + offset < pageSize)
      return obstacle(`its driver offers ${hex(size)} bytes, less than a page`, OTHER_DRIVER)
    return (base - offset) % pageSize === 0 || base === 0
      ? ok('yes')
      : obstacle(`it starts at ${hex(base)}, within a page`, OTHER_DRIVER)
  },
})

const node = (which: Which): Check => ({
  name: 'node',
  why: 'it is opened to be read and written',
  look: system => nodeAccess(system, `/dev/uio${uio(which.device, system.folders).index}`),
})

/** What can be in the way of mapping it. */
export const uioChecks = (which: Which): readonly Check[] => [
  device(which),
  map(which),
  pages(which),
  node(which),
]
