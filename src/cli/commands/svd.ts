import { basename, join } from 'node:path'
import { type Command, Option } from 'commander'
import { hex } from '../../system/numbers.js'
import { Failure, UsageError } from '../failure.js'
import { makeFolder } from '../files/folder.js'
import { STDOUT, writeWhole } from '../files/output-file.js'
import { isSameFile } from '../files/same-file.js'
import { definePeripheral } from '../register-files/emit/define.js'
import {
  constantNames,
  emitModule,
  type ModuleOptions,
  type Owner,
} from '../register-files/emit/emit-module.js'
import { findPeripheral } from '../register-files/find-peripheral.js'
import { peripheralJson } from '../register-files/json.js'
import { countOf, type Device, type Item, type Peripheral } from '../register-files/model.js'
import { readRegisterFile, stdinBytes } from '../register-files/read-file.js'
import { addReportOptions, type ReportOptions, reportOddities } from '../register-files/report.js'
import { print, printJson, printJsonList } from '../shown/output.js'
import { table } from '../shown/table.js'
import { repeated } from '../typed/arguments.js'

interface SvdOptions extends ReportOptions {
  peripheral?: string[]
  all?: true
  output?: string
  outputDir?: string
  json?: true
}

/** More are no chip's: they come of a list of lists. */
const REGISTERS_MAX = 500_000

const EXAMPLES = `
A chip's vendor describes its registers in an SVD file (CMSIS-SVD), an FPGA's tools in
IP-XACT, or LiteX in csr.json. This writes them as TypeScript, for the library's
io-mapping/registers. Without --peripheral or --all it lists the peripherals.

What is wrong in one element costs that element: a warning says what, where, and what was
done; so does a comment in the module.

Examples:
  iomap svd chip.svd                                 what is in it
  iomap svd chip.svd --peripheral UART0              on the screen
  iomap svd chip.svd --peripheral UART0 --output uart0.ts
  iomap svd chip.svd --all --output chip.ts
  iomap svd chip.svd --all --output-dir chip         a module for each
  iomap svd chip.svd --peripheral UART0 --json       its registers and fields as JSON
  iomap svd csr.json --all --output soc.ts

  import { UART0 } from './uart0.js'                 and in a program
  using uart = UART0.map(mapping)
`

export const define = (command: Command): void => {
  command
    .argument('<file>', 'the SVD file, IP-XACT file, or csr.json; -: standard input')
    .option('-p, --peripheral <name>', 'which peripheral (repeatable)', repeated)
    .addOption(new Option('--all', 'all of them, in one module').conflicts('peripheral'))
    .option('-o, --output <file>', 'save it in a file')
    .addOption(new Option('--output-dir <folder>', 'save a module for each in a folder').conflicts('output'))
    .option('--json', 'print JSON: the list, or all that is said of the peripherals')
  addReportOptions(command).addHelpText('after', EXAMPLES).action(svd)
}

const svd = async (path: string, options: SvdOptions): Promise<void> => {
  const { peripheral, all, output, outputDir, json } = options
  const device = readRegisterFile(path, await stdinBytes(path))
  if (peripheral === undefined && !all) {
    if (output !== undefined || outputDir !== undefined)
      throw new UsageError(
        `--output${outputDir === undefined ? '' : '-dir'} needs --peripheral NAME, or --all`,
      )
    return await list(path, device, options)
  }
  if (json && (output !== undefined || outputDir !== undefined))
    throw new UsageError('--json prints; it goes without --output and --output-dir')
  const asked = peripheral?.map(name => findPeripheral(device, name)) ?? device.peripherals
  const wanted = usable(device, [...new Set(asked)])
  checkCount(path, wanted)
  reportOddities(path, device.oddities, options)
  if (json) return await printAll(device, wanted)
  const which = all ? '--all' : wanted.map(({ name }) => `--peripheral ${name}`).join(' ')
  const command = `iomap svd ${basename(path)} ${which}`
  if (outputDir !== undefined) return await saveEach(device, wanted, { command, path }, outputDir)
  const text = emitModule(device, wanted, { command, path })
  if (output === undefined || output === STDOUT) return await print(text)
  if (isSameFile(path, output))
    throw new UsageError(`--output is ${output}, the register file itself; name another`)
  await writeWhole(output, text)
  process.stderr.write(`wrote ${named(wanted)} of ${device.name} to ${output}\n`)
}

/** Those that can be described: what can't would not load again. */
const usable = (device: Device, asked: readonly Peripheral[]): Peripheral[] =>
  asked.filter(each => device.oddities.attempt(each.name, () => definePeripheral(device, each)))

const checkCount = (path: string, wanted: readonly Peripheral[]): void => {
  const total = wanted.reduce((sum, { items }) => sum + countOf(items()), 0)
  if (total > REGISTERS_MAX)
    throw new Failure(`${path} has ${total} registers; more than ${REGISTERS_MAX} fit no module`)
}

const NAMED_MOST = 8

const named = (all: readonly Peripheral[]): string =>
  all.length > NAMED_MOST ? `${all.length} peripherals` : all.map(({ name }) => name).join(', ')

/** A module for each; one with another's registers has them from its module. */
const saveEach = async (
  device: Device,
  wanted: readonly Peripheral[],
  about: ModuleOptions,
  folder: string,
): Promise<void> => {
  makeFolder(folder)
  const names = constantNames(wanted)
  const elsewhere = new Map<readonly Item[], Owner>()
  for (const each of wanted) {
    const name = names.get(each.name) as string
    await writeWhole(join(folder, `${name}.ts`), emitModule(device, [each], { ...about, names, elsewhere }))
    if (!elsewhere.has(each.items())) elsewhere.set(each.items(), { name, from: `./${name}.js` })
  }
  process.stderr.write(`wrote ${named(wanted)} of ${device.name} to ${folder}, a module for each\n`)
}

const aboutDevice = ({ name, version, description }: Device) => ({ name, version, description })

const printAll = async (device: Device, wanted: readonly Peripheral[]): Promise<void> =>
  await printJsonList(
    { ...aboutDevice(device), warnings: device.oddities.messages },
    'peripherals',
    wanted.map(each => () => peripheralJson(each)),
  )

const list = async (path: string, device: Device, options: SvdOptions): Promise<void> => {
  const rows = device.peripherals.map(peripheral => ({
    name: peripheral.name,
    base: peripheral.base,
    size: peripheral.size,
    registers: countRegisters(peripheral) ?? null,
    description: peripheral.description,
    group: peripheral.group ?? null,
    interrupts: peripheral.interrupts,
  }))
  reportOddities(path, device.oddities, options)
  if (options.json)
    return await printJson({ ...aboutDevice(device), peripherals: rows, warnings: device.oddities.messages })
  const lines = rows.map(({ name, base, size, registers, description }) => [
    name,
    hex(base),
    size === 0 ? '-' : hex(size),
    registers === null ? 'in error' : `${registers} ${registers === 1 ? 'register' : 'registers'}`,
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
