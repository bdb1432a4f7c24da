import type { Command } from 'commander'
import { hex } from '../../system/numbers.js'
import { type Aperture, devicetree, IoMappingError, iomem, pci } from '../library.js'
import { installedPciIds } from '../pci/ids.js'
import { describeDevice, deviceName } from '../pci/listing.js'
import { describeNode } from '../shown/device-tree-listing.js'
import { print, printJson } from '../shown/output.js'
import { spokenSize } from '../shown/sizes.js'
import { table } from '../shown/table.js'
import { APERTURE_HELP, busAddress, namedAperture } from '../typed/apertures.js'

const EXAMPLES = `
Nothing is mapped or read: this asks the system, not the device.

Examples:
  iomap info pci:0000:00:02.0/0
  iomap info file:/dev/shm/card --json
  iomap info memory:256M
`

export const define = (command: Command): void => {
  command
    .argument('<aperture>', APERTURE_HELP)
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (text: string, { json }: { json?: true }) => {
      const aperture = namedAperture(text)
      const parts = [describe(aperture), ofPci(aperture), ofDeviceTree(aperture), ofResources(aperture)]
      if (json) await printJson(Object.assign({}, ...parts.map(part => part?.data)))
      else await print(`${table(parts.flatMap(part => part?.rows ?? []))}\n`)
    })
}

/** What is known of an aperture from one source: as data, and in words. */
interface Part {
  readonly data: object
  readonly rows: readonly (readonly string[])[]
}

const inWords = (size: number): string =>
  size < 1024 ? spokenSize(size) : `${size} bytes, ${spokenSize(size)}`

const describe = (aperture: Aperture): Part => {
  const { name, size, memoryTypes } = aperture
  const base = busAddress(aperture)
  return {
    data: { name, base: base ?? null, size, memoryTypes },
    rows: [
      ['name', name],
      ['bus address', base === undefined ? 'none: it is not on a bus' : hex(base)],
      ['size', `${hex(size)} (${inWords(size)})`],
      ['memory types', memoryTypes.join(', ')],
    ],
  }
}

const answers = (enabled: boolean | undefined): string =>
  enabled === undefined ? 'the system does not tell' : enabled ? 'yes' : 'no: its memory does not answer'

/** The device that an aperture is a part of, if it is a PCI BAR's. */
const ofPci = ({ name }: Aperture): Part | undefined => {
  const address = /^pci:([^/]+)\/[0-9]/.exec(name)?.[1]
  if (address === undefined) return undefined
  const found = pci(address)
  const { enabled } = found
  const device = describeDevice(found, installedPciIds())
  return {
    data: { device, enabled: enabled ?? null },
    rows: [
      ['device', `${device.className}: ${deviceName(device)}`],
      ['driver', device.driver ?? 'none'],
      ['enabled', answers(enabled)],
    ],
  }
}

/** The node, if it is a device tree's. */
const ofDeviceTree = ({ name }: Aperture): Part | undefined => {
  const path = /^devicetree:([^#]+?)(?:#| at |$)/.exec(name)?.[1]
  if (path === undefined) return undefined
  const node = describeNode(devicetree(path))
  return {
    data: { node },
    rows: [
      ['compatible', node.compatible.join(', ')],
      ['status', node.status],
      ...(node.aliases.length > 0 ? [['aliases', node.aliases.join(', ')]] : []),
    ],
  }
}

/** What the kernel has at its bus addresses, if it has any, and tells. */
const ofResources = (aperture: Aperture): Part | undefined => {
  const base = busAddress(aperture)
  if (base === undefined) return undefined
  try {
    const names = iomem.resourcesAt(base, aperture.size).map(({ name }) => name)
    const shown = names.length > 0 ? names.join(', ') : 'none: nobody has claimed it'
    return { data: { resources: names }, rows: [['resources', shown]] }
  } catch (error) {
    if (!(error instanceof IoMappingError)) throw error
    return { data: { resources: null }, rows: [['resources', error.message]] }
  }
}
