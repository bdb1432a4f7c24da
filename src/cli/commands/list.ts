import type { Command } from 'commander'
import { Failure, UsageError } from '../failure.js'
import { deviceTreeNodes, iomem, pciDevices } from '../library.js'
import { FILTER_HELP, parseFilter, passes } from '../pci/filter.js'
import { installedPciIds } from '../pci/ids.js'
import { describeDevice } from '../pci/listing.js'
import { type Item, type Told, tellerOf, unlessGone } from '../pci/told.js'
import { describeNode, type ListedNode, nodeEntry } from '../shown/device-tree-listing.js'
import { formatListing } from '../shown/listing.js'
import { print, printJson } from '../shown/output.js'
import { formatResources } from '../shown/resource-listing.js'

const EXAMPLES = `${FILTER_HELP}

A BAR, or a reg of a device tree's node, is shown with its bus address, its size, its
kind, the memory types it can be mapped with, and the name that the other commands take.
Names of vendors and devices are those of pci.ids, where it is installed (Debian:
pci.ids, Fedora: hwdata). What is of the device tree can be mapped uncached, by root.

--verbose tells of each PCI device its interrupts, its link and the like, and what is set
in each capability: flags that are not named are off. The capabilities are for root.
iomap config shows one device's registers one by one.

--resources shows what the kernel has at which bus address, and which driver has claimed
it (/proc/iomem). The kernel tells the addresses to root alone.

Examples:
  iomap list
  iomap list -v 00:03.0            all that can be told of a device
  iomap list -t                    which bridge each device is behind
  iomap list class:network 8086:   Intel's network cards
  iomap list --json -v             the same facts, for a program
  iomap info pci:0000:00:02.0/0    more of one BAR
  iomap demo --aperture memory:16M, or file:/dev/shm/card, where there is no device
`

interface ListOptions {
  readonly json?: true
  readonly resources?: true
  readonly tree?: true
  readonly verbose?: true
}

export const define = (command: Command): void => {
  command
    .argument('[filter...]', 'which PCI devices: an address or a part of it, vendor:device, class:NAME')
    .option('-v, --verbose', 'tell all of each PCI device: interrupts, link, capabilities, …')
    .option('-t, --tree', 'show PCI devices as a tree, below the bridges they are behind')
    .option('--resources', "list the kernel's resource tree instead, by bus address")
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(list)
}

const list = async (texts: string[], options: ListOptions): Promise<void> => {
  const { json, resources, tree, verbose } = options
  if (!resources) return await listDevices(texts, options)
  if (texts.length > 0 || tree || verbose)
    throw new UsageError('--resources lists addresses, not devices; it goes with --json alone')
  await listResources(json)
}

const listDevices = async (texts: readonly string[], options: ListOptions): Promise<void> => {
  const { json, tree, verbose = false } = options
  const filters = texts.map(parseFilter)
  const ids = installedPciIds()
  const devices = pciDevices()
  const nothing = devices.length === 0 ? NOTHING : '' // else it is told why they are not listed
  const all = devices.flatMap(device => unlessGone(() => ({ device, listed: describeDevice(device, ids) })))
  const isWanted = ({ listed }: Item) => passes(filters, listed)
  const wanted = all.filter(isWanted)
  if (filters.length > 0 && wanted.length === 0)
    throw new Failure(
      `none of the ${all.length} PCI devices here is ${texts.join(', ')}; iomap list shows all`,
    )
  const tell = await tellerOf(verbose, ids)
  if (tree) {
    const { treeData, treeText } = await import('../pci/tree-listing.js')
    if (json) return await printJson(treeData(all, isWanted, tell))
    return await print(treeText(all, isWanted, verbose ? tell : undefined) || nothing)
  }
  const told = wanted.flatMap(item => unlessGone(() => tell(item)))
  const nodes = filters.length > 0 ? [] : deviceTreeNodes().map(describeNode)
  if (json) await printJson([...told.map(({ data }) => data), ...nodes])
  else await print(textOf(told, nodes) || nothing)
}

const NOTHING =
  'No PCI devices here, and no device tree. Memory and files can be mapped all the same: iomap demo\n'

const INDENT = '    '

const textOf = (told: readonly Told[], nodes: readonly ListedNode[]): string =>
  formatListing([
    ...told.map(({ entry, notes }) => ({ ...entry, notes: notes(INDENT) })),
    ...nodes.map(nodeEntry),
  ])

const listResources = async (json = false): Promise<void> => {
  const tree = iomem.resources()
  if (json) await printJson(tree)
  else await print(formatResources(tree))
}
