import type { Command } from 'commander'
import { hex } from '../../system/numbers.js'
import { Failure, report, UsageError } from '../failure.js'
import { type PciDevice, pci } from '../library.js'
import { hexLines, readAll } from '../pci/dump.js'
import { installedPciIds } from '../pci/ids.js'
import { describeDevice, deviceTitle } from '../pci/listing.js'
import { perform, plan, type Result } from '../pci/perform.js'
import { finderOf, spaceOf, whySilent } from '../pci/regions.js'
import { parseRequest } from '../pci/request.js'
import { formatResults, jsonOfResult } from '../pci/results.js'
import { formatPart, jsonOfDecoded } from '../pci/show.js'
import { readRegion } from '../pci/values.js'
import { print, printJson } from '../shown/output.js'
import { deviceHint } from '../typed/aperture-hint.js'
import { ofTyped } from '../typed/of-typed.js'

interface ConfigOptions {
  all?: true
  dump?: true
  dryRun?: true
  json?: true
}

const HELP = `
Without WHAT, all of the configuration space is decoded: the header, then each capability.
Flags that are off, and numbers that are 0, are left out; --all shows them, too.

WHAT is read, or written if it has a value; several are done in order.
  COMMAND, STATUS, BAR0        a register of the header, by our name or setpci's
  CAP_EXP, ECAP_AER, msi-x     a capability: all of its registers
  CAP_EXP.LINK_STATUS          a register of a capability
  CAP_VNDR@1                   the second of several (they count from 0)
  0x04.w, CAP_PM+4.w           by offset; .b .w .l are 8, 16, 32 bits, and may be
                               left out where a known register starts
  COMMAND=0x6                  written, all of it
  COMMAND=0x6:0x6              VALUE:MASK: the other bits stay (read, then written)
  COMMAND.BUS_MASTER=1         a field: the other bits stay
  CAP_EXP.LINK_CONTROL.ASPM=L1 a field, by the name of its value

Numbers are hexadecimal with 0x, or such as 1<<2, ~0x4, 0xffff_0000. setpci has no 0x: 10
is refused, since it is 0x10 there, and 10 elsewhere here. Bits that a write of 1 clears
or sets are written as 0 where they are to stay; setpci writes back what it has read.

Each access is one of exactly the register's width. Others than root read the first 64
bytes, and write none. ADDRESS may be without its domain: 00:03.0.

Examples:
  iomap config 00:03.0
  iomap config 00:03.0 --dump                    as lspci -xxxx; lspci -F reads it
  iomap config 00:03.0 VENDOR DEVICE COMMAND
  iomap config 00:03.0 COMMAND.BUS_MASTER=1 COMMAND
  iomap config 00:03.0 COMMAND=0x400:0x400 --dry-run
  iomap config 01:00.0 CAP_EXP+0x12.w --json
`

export const define = (command: Command): void => {
  command
    .argument('<address>', 'the PCI device: 0000:00:03.0, or 00:03.0 in domain 0000')
    .argument('[what...]', 'registers to read, or to write: COMMAND, CAP_EXP+8, COMMAND=0x6')
    .option('-a, --all', 'show flags that are off and numbers that are 0, too')
    .option('-x, --dump', 'print its bytes, as lspci -xxxx does')
    .option('--dry-run', 'say what would be written, and write nothing')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(config)
}

const config = async (address: string, words: string[], options: ConfigOptions): Promise<void> => {
  const { dump, dryRun, json } = options
  if (dump && (words.length > 0 || json))
    throw new UsageError('--dump prints all bytes, in lines; it goes with no WHAT, and no --json')
  const requests = words.map(parseRequest)
  if (dryRun && !requests.some(({ value }) => value !== undefined))
    throw new UsageError('--dry-run is for what is written, such as COMMAND=0x6')
  const device = ofTyped(
    () => pci(address),
    () => deviceHint(address),
  )
  const silent = whySilent(device)
  if (silent) throw silent
  if (dump) return await dumpAll(device)
  if (requests.length === 0) return await showAll(device, options)
  const finder = finderOf(device)
  const steps = requests.map(request => plan(request, finder))
  const results: Result[] = []
  try {
    for (const step of steps) results.push(perform(step, device.config, dryRun ?? false))
  } finally {
    // what is done is told, also where the next thing fails
    if (json) await printJson({ address: device.address, results: results.map(jsonOfResult) })
    else await print(formatResults(results, options.all))
  }
}

const titleOf = (device: PciDevice): string => `${deviceTitle(describeDevice(device, installedPciIds()))}\n`

const dumpAll = async (device: PciDevice): Promise<void> => {
  const { address, config: space } = device
  const bytes = readAll(space)
  await print(`${titleOf(device)}${hexLines(bytes)}\n`)
  if (bytes.length < space.length)
    report(
      new Failure(
        `${address}: of its ${hex(space.length)} bytes, those from ${hex(bytes.length)} on are for root`,
      ),
    )
}

const showAll = async (device: PciDevice, { all, json }: ConfigOptions): Promise<void> => {
  const { regions, refused } = spaceOf(device)
  const parts = regions.map(region => readRegion(device.config, region))
  if (json) await printJson({ address: device.address, regions: parts.map(jsonOfDecoded) })
  else await print(`${titleOf(device)}\n${parts.map(part => formatPart(part, all)).join('\n')}`)
  if (refused) report(refused)
}
