import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { type Command, Option } from 'commander'
import { hex } from '../../system/numbers.js'
import { Failure, UsageError } from '../failure.js'
import { isSameFile, print, printJson } from '../output.js'
import { definePeripheral } from '../svd/definition.js'
import { emitModule } from '../svd/emit.js'
import { countOf, type Device, type Peripheral } from '../svd/model.js'
import { findPeripheral } from '../svd/peripheral.js'
import { readDevice } from '../svd/read-device.js'
import { table } from '../table.js'

interface SvdOptions {
  peripheral?: string
  all?: true
  output?: string
  json?: true
}

/** More are no chip's: they come of a list of lists. */
const REGISTERS_MAX = 500_000

const EXAMPLES = `
A chip's vendor describes its registers in an SVD file (CMSIS-SVD, XML). This writes them as
TypeScript, for the library's io-mapping/registers. Without --peripheral or --all it lists
the peripherals.

Examples:
  iomap svd chip.svd                                 what is in it
  iomap svd chip.svd --peripheral UART0              on the screen
  iomap svd chip.svd --peripheral UART0 --output uart0.ts
  iomap svd chip.svd --all --output chip.ts

  import { UART0 } from './uart0.js'                 and in a program
  using uart = UART0.map(mapping)
`

export const define = (command: Command): void => {
  command
    .argument('<file>', 'the SVD file')
    .option('-p, --peripheral <name>', 'which peripheral')
    .addOption(new Option('--all', 'all of them, in one module').conflicts('peripheral'))
    .option('-o, --output <file>', 'save it in a file')
    .option('--json', 'print the list as JSON')
    .addHelpText('after', EXAMPLES)
    .action(svd)
}

const svd = async (path: string, { peripheral, all, output, json }: SvdOptions): Promise<void> => {
  const device = readDevice(path)
  if (peripheral === undefined && !all) {
    if (output !== undefined) throw new UsageError('--output needs --peripheral NAME, or --all')
    return await list(device, json)
  }
  if (json) throw new UsageError('--json is for the list, without --peripheral and --all')
  const wanted = peripheral === undefined ? device.peripherals : [findPeripheral(device, peripheral)]
  const which = all ? '--all' : `--peripheral ${wanted.map(({ name }) => name)}`
  const total = wanted.reduce((sum, { items }) => sum + countOf(items()), 0)
  if (total > REGISTERS_MAX)
    throw new Failure(`${path} has ${total} registers; more than ${REGISTERS_MAX} fit no module`)
  const text = emitModule(device, wanted, `iomap svd ${basename(path)} ${which}`)
  for (const each of wanted) definePeripheral(device, each) // checks what could not be loaded again
  if (output === undefined) return await print(text)
  if (isSameFile(path, output))
    throw new UsageError(`--output is ${output}, the SVD file itself; name another`)
  writeFileSync(output, text)
  process.stderr.write(`wrote ${wanted.map(({ name }) => name).join(', ')} of ${device.name} to ${output}\n`)
}

const list = async (device: Device, json: true | undefined): Promise<void> => {
  const rows = device.peripherals.map(peripheral => ({
    name: peripheral.name,
    base: peripheral.base,
    size: peripheral.size,
    registers: countRegisters(peripheral) ?? null,
    description: peripheral.description,
  }))
  if (json) return await printJson({ name: device.name, version: device.version, peripherals: rows })
  const lines = rows.map(({ name, base, size, registers, description }) => [
    name,
    hex(base),
    size === 0 ? '-' : hex(size),
    registers === null ? 'in error' : `${registers} registers`,
    description.slice(0, 60),
  ])
  await print(`${table(lines)}\n`)
}

/** Undefined: its description is in error, which is told when it is asked for. */
const countRegisters = ({ items }: Peripheral): number | undefined => {
  try {
    return countOf(items())
  } catch (error) {
    if (error instanceof Failure) return undefined
    throw error
  }
}
