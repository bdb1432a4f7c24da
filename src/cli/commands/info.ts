import type { Command } from 'commander'
import { hex } from '../../system/numbers.js'
import { APERTURE_HELP, namedAperture } from '../apertures.js'
import { type Aperture, pci } from '../library.js'
import { print, printJson } from '../output.js'
import { installedPciIds } from '../pci-ids.js'
import { describeDevice, deviceName, type ListedDevice } from '../pci-listing.js'
import { mebibytes } from '../progress.js'
import { table } from '../table.js'

const EXAMPLES = `
Nothing is mapped or read: this asks the system, not the device.

Examples:
  iomap info pci:0000:00:02.0/0
  iomap info file:/dev/shm/card --json
  iomap info memory:256M
`

// What is not on a bus has an address above every real one, which means nothing outside its process.
const NO_BUS = 2 ** 52

export const addInfo = (program: Command): void => {
  program
    .command('info')
    .description('tell what an aperture is: bus address, size, memory types, device')
    .argument('<aperture>', APERTURE_HELP)
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (text: string, { json }: { json?: true }) => {
      const aperture = namedAperture(text)
      const pciPart = deviceOf(aperture)
      if (json) await printJson({ ...describe(aperture), ...pciPart })
      else await print(`${table(rows(aperture, pciPart))}\n`)
    })
}

const describe = ({ name, base, size, memoryTypes }: Aperture) => ({
  name,
  base: base < NO_BUS ? base : null,
  size,
  memoryTypes,
})

interface PciPart {
  readonly device: ListedDevice
  /** Whether it answers accesses; null if the system won't tell. */
  readonly enabled: boolean | null
}

/** The device that an aperture is a part of, if it is a PCI BAR's. */
const deviceOf = ({ name }: Aperture): PciPart | undefined => {
  const address = /^pci:([^/]+)\/[0-9]/.exec(name)?.[1]
  if (address === undefined) return undefined
  const device = pci(address)
  return { device: describeDevice(device, installedPciIds()), enabled: device.enabled ?? null }
}

const rows = (aperture: Aperture, pciPart: PciPart | undefined): string[][] => {
  const { name, base, size, memoryTypes } = describe(aperture)
  const lines = [
    ['name', name],
    ['bus address', base === null ? 'none: it is not on a bus' : hex(base)],
    ['size', `${hex(size)} (${size} bytes, ${mebibytes(size)})`],
    ['memory types', memoryTypes.join(', ')],
  ]
  if (!pciPart) return lines
  const { device, enabled } = pciPart
  return [
    ...lines,
    ['device', `${device.className}: ${deviceName(device)}`],
    ['driver', device.driver ?? 'none'],
    [
      'enabled',
      enabled === null ? 'the system does not tell' : enabled ? 'yes' : 'no: its memory does not answer',
    ],
  ]
}
