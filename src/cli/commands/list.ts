import type { Command } from 'commander'
import { describeNode, nodeEntry } from '../device-tree-listing.js'
import { report } from '../failure.js'
import { deviceTreeNodes, IoMappingError, iomem, type PciDevice, pciDevices } from '../library.js'
import { formatListing } from '../listing.js'
import { print, printJson } from '../output.js'
import { installedPciIds, type PciIds } from '../pci-ids.js'
import { describeDevice, deviceEntry, type ListedDevice } from '../pci-listing.js'
import { formatResources } from '../resource-listing.js'

const EXAMPLES = `
A BAR, or a reg of a device tree's node, is shown with its bus address, its size, its
kind, the memory types it can be mapped with, and the name that the other commands take.
Names of vendors and devices are those of pci.ids, where it is installed (Debian:
pci.ids, Fedora: hwdata). What is of the device tree can be mapped uncached, by root.

--resources shows what the kernel has at which bus address, and which driver has claimed
it (/proc/iomem). The kernel tells the addresses to root alone.

Examples:
  iomap list
  iomap list --json
  iomap info pci:0000:00:02.0/0    more of one BAR
  iomap demo --aperture memory:16M, or file:/dev/shm/card, where there is no device
`

interface ListOptions {
  readonly json?: true
  readonly resources?: true
}

export const define = (command: Command): void => {
  command
    .option('--resources', "list the kernel's resource tree instead, by bus address")
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(({ json, resources }: ListOptions) => (resources ? listResources(json) : listDevices(json)))
}

/** What can be told of a device; nothing of one that is gone by now, which is no reason to tell nothing of the others. */
const described = (device: PciDevice, ids: PciIds): ListedDevice[] => {
  try {
    return [describeDevice(device, ids)]
  } catch (error) {
    if (!(error instanceof IoMappingError)) throw error
    report(error)
    return []
  }
}

const listDevices = async (json = false): Promise<void> => {
  const ids = installedPciIds()
  const devices = pciDevices().flatMap(device => described(device, ids))
  const nodes = deviceTreeNodes().map(describeNode)
  const entries = [...devices.map(deviceEntry), ...nodes.map(nodeEntry)]
  if (json) await printJson([...devices, ...nodes])
  else if (entries.length > 0) await print(formatListing(entries))
  else
    await print(
      'No PCI devices here, and no device tree. Memory and files can be mapped all the same: iomap demo\n',
    )
}

const listResources = async (json = false): Promise<void> => {
  const tree = iomem.resources()
  if (json) await printJson(tree)
  else await print(formatResources(tree))
}
