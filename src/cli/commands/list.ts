import type { Command } from 'commander'
import { type PciDevice, pciDevices } from '../library.js'
import { print, printJson } from '../output.js'
import { installedPciIds } from '../pci-ids.js'
import { describeDevice, formatListing } from '../pci-listing.js'

const EXAMPLES = `
A BAR is shown with its bus address, its size, its kind, the memory types it can be
mapped with, and the name that the other commands take. Names of vendors and devices
are those of pci.ids, where it is installed (Debian: pci.ids, Fedora: hwdata).

Examples:
  iomap list
  iomap list --json
  iomap info pci:0000:00:02.0/0    more of one BAR
  iomap demo --aperture memory:16M, or file:/dev/shm/card, where there is no device
`

export const addList = (program: Command): void => {
  program
    .command('list')
    .description("list this machine's PCI devices and their BARs")
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(({ json }: { json?: true }) => list(pciDevices(), json === true))
}

const list = async (devices: readonly PciDevice[], json: boolean): Promise<void> => {
  const ids = installedPciIds()
  const listed = devices.map(device => describeDevice(device, ids))
  if (json) await printJson(listed)
  else if (listed.length > 0) await print(formatListing(listed))
  else await print('No PCI devices here. Memory and files can be mapped all the same: iomap demo\n')
}
