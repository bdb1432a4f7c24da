import type { Command } from 'commander'
import type { FieldInfo } from 'io-mapping/registers'
import { hex } from '../../system/numbers.js'
import { UsageError } from '../failure.js'
import { type Decoded, jsonOf, readRegister } from '../named/decode.js'
import { locate } from '../named/located.js'
import type { Asked, Target } from '../named/name-index.js'
import { addNamedOptions, type NamedOptions, needNames } from '../named/options.js'
import { bitsOfTarget, formatTarget, targetName } from '../named/value-text.js'
import { print, printJson } from '../shown/output.js'
import { table } from '../shown/table.js'
import { APERTURE_HELP, mapAperture, namedAperture, WC_HELP } from '../typed/apertures.js'

interface GetOptions extends NamedOptions {
  wc?: true
  json?: true
}

const EXAMPLES = `
Each register is read by one access of its width. One that is asked for by its name is read
whatever a read does; of a group's name, and without names, all but those in which a read
changes the device. Fields of one register that stand beside each other are read together.
One field is printed alone.

Examples:
  iomap get physical:0x40034000+4K UART0.UARTFR --svd RP2040.svd
  iomap get pci:0000:00:04.0/0 CTRL STATUS.LU --block e1000e.ts#E1000E
  iomap get pci:0000:00:04.0/0 --block e1000e.ts#E1000E --json
`

export const define = (command: Command): void => {
  command
    .argument('<aperture>', APERTURE_HELP)
    .argument('[name...]', 'registers, or fields such as CTRL.RST (default: all)')
    .option('--wc', WC_HELP)
    .option('--json', 'print JSON')
  addNamedOptions(command).addHelpText('after', EXAMPLES).action(get)
}

/** What was asked for, and what was read. */
interface Got {
  readonly target: Target
  readonly decoded: Decoded
}

const get = async (text: string, names: readonly string[], options: GetOptions): Promise<void> => {
  needNames(options)
  const aperture = namedAperture(text)
  const index = await locate(aperture, options)
  const asked: Asked[] =
    names.length > 0
      ? names.flatMap(name => index.targets(name))
      : index.all.map(register => ({ register, field: undefined, exact: false }))
  checkReadable(asked)
  using lease = mapAperture(aperture, { writable: false, wc: options.wc })
  const got = readAll(asked, ({ register, exact }) => readRegister(lease.mapping, register, exact))
  if (options.json) await printJson({ aperture: aperture.name, values: got.map(toJson) })
  else await print(format(got))
}

const checkReadable = (asked: readonly Asked[]): void => {
  const unreadable = asked.find(
    ({ register, field, exact }) => exact && (field ?? register.info).access === 'write-only',
  )
  if (unreadable) throw new UsageError(`${targetName(unreadable)} is write-only; it can't be read`)
}

/** Fields of one register that stand beside each other are of one access, since a read may clear them; what is named twice is of two. */
const readAll = (asked: readonly Asked[], read: (each: Asked) => Decoded): Got[] => {
  const got: Got[] = []
  let parts = new Set<FieldInfo | undefined>()
  for (const each of asked) {
    const last = got.at(-1)
    const shared = last?.target.register === each.register && !parts.has(each.field)
    if (!shared) parts = new Set()
    parts.add(each.field)
    got.push({ target: each, decoded: last && shared ? last.decoded : read(each) })
  }
  return got
}

const textOf = ({ target, decoded: { raw, skipped } }: Got): string =>
  raw === undefined ? `skipped: ${skipped}` : formatTarget(target, raw)

const format = (got: readonly Got[]): string => {
  const [only] = got
  if (only?.target.field && got.length === 1) return `${textOf(only)}\n`
  return `${table(got.map(each => [hex(each.target.register.offset), targetName(each.target), textOf(each)]))}\n`
}

const toJson = (got: Got) => {
  const { target, decoded } = got
  const [register] = jsonOf([decoded])
  if (target.field === undefined || decoded.raw === undefined) return register
  const bits = bitsOfTarget(target, decoded.raw)
  const value = target.field.kind === 'big-bits' ? bits : Number(bits)
  return { name: targetName(target), offset: target.register.offset, value, text: textOf(got) }
}
