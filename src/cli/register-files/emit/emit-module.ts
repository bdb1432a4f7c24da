// A model as TypeScript, formatted as this project is.
import { basename } from 'node:path'
import { Failure } from '../../failure.js'
import type { Device, Interrupt, Item, Peripheral } from '../model.js'
import { type Draft, emitBlock } from './emit-items.js'
import { constant, docComment, hex, key, LINE, lineComment } from './text.js'

/** Longer modules come of descriptions that repeat themselves; those of vendors make some MiB. */
const CHARACTERS_MAX = 32 * 1024 ** 2

/** Where a block stands that several peripherals have. */
export interface Owner {
  /** The constant's name. */
  readonly name: string
  /** The module that has it; undefined: this one. */
  readonly from: string | undefined
}

export interface ModuleOptions {
  /** What made it, of which file. */
  readonly command: string
  readonly path: string
  /** The constants' names, by the peripherals'; default: as for these alone. */
  readonly names?: ReadonlyMap<string, string>
  /** The blocks that other modules have, by their registers. */
  readonly elsewhere?: ReadonlyMap<readonly Item[], Owner>
}

/** The text of a module with these peripherals. @throws Failure, if it would be too long */
export const emitModule = (
  device: Device,
  peripherals: readonly Peripheral[],
  { command, path, names = constantNames(peripherals), elsewhere = new Map() }: ModuleOptions,
): string => {
  const draft: Draft = { device, used: new Set(['registers']), room: CHARACTERS_MAX }
  const owners = new Map(elsewhere)
  const others = new Map<string, string>()
  const bodies = peripherals.map(peripheral => {
    const name = names.get(peripheral.name) as string
    const items = peripheral.items()
    const owner = items.length > 0 ? owners.get(items) : undefined
    if (owner?.from !== undefined) others.set(owner.name, owner.from)
    if (!owner) owners.set(items, { name, from: undefined })
    return [
      ...aboutPeripheral(peripheral, name),
      ...(owner
        ? [`export const ${name} = ${owner.name}`]
        : emitBlock(`export const ${name} = `, items, '', draft)),
    ].join('\n')
  })
  if (draft.room < 0) {
    throw new Failure(
      `${device.name}: its module has more than ${CHARACTERS_MAX} characters; write fewer peripherals, by --peripheral NAME, or a ` +
        'file for each, by --output-dir FOLDER',
    )
  }
  const needsRegisters = bodies.some(body => body.includes(' = registers('))
  const imports = [
    ...(needsRegisters ? emitImport([...draft.used], 'io-mapping/registers') : []),
    ...[...others].flatMap(([name, from]) => emitImport([name], from)),
  ]
  return `${[[...head(device, command, path), ...imports].join('\n'), ...bodies].join('\n\n')}\n`
}

/** More are told by the command alone. */
const ODDITIES_MAX = 200

const head = ({ name, version, license, oddities }: Device, command: string, path: string): string[] => {
  const about = [name, version].filter(word => word !== '').join(' ')
  const told = oddities.messages.slice(0, ODDITIES_MAX)
  const more = oddities.count - told.length
  return [
    ...lineComment(`Registers of ${about}, as its vendor describes them. Written by: ${command}`),
    ...(license === '' ? [] : lineComment(license)),
    ...(told.length === 0 ? [] : ['//', '// Not as the file says:']),
    ...told.flatMap(message => lineComment(`- ${message.replaceAll(path, basename(path))}`)),
    ...(more > 0 ? [`// - and ${more} more`] : []),
  ]
}

const emitImport = (names: readonly string[], from: string): string[] => {
  const sorted = [...names].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  const short = `import { ${sorted.join(', ')} } from '${from}'`
  return short.length <= LINE
    ? [short]
    : ['import {', ...sorted.map(name => `  ${name},`), `} from '${from}'`]
}

const IMPORTED = 'registers block bit bits bigBits enumeration reg8 reg16 reg32 reg64'.split(' ')

/** A constant's name for each peripheral. */
export const constantNames = (peripherals: readonly Peripheral[]): ReadonlyMap<string, string> => {
  const taken = new Set(IMPORTED)
  const endings = ['', '_BASE', '_SIZE', '_INTERRUPTS']
  return new Map(peripherals.map(({ name }) => [name, constant(name, taken, endings)]))
}

const aboutPeripheral = (peripheral: Peripheral, name: string): string[] => {
  const { base, size, interrupts, description, group } = peripheral
  const grouped = group === undefined || group === peripheral.name ? '' : `One of ${group}.`
  return [
    ...docComment(`Bus address of ${peripheral.name}.`, ''),
    `export const ${name}_BASE = ${hex(base)}`,
    ...(size > 0
      ? [
          ...docComment(`Size of ${peripheral.name}, in bytes.`, ''),
          `export const ${name}_SIZE = ${hex(size)}`,
        ]
      : []),
    ...(interrupts.length > 0 ? emitInterrupts(interrupts, peripheral.name, name) : []),
    ...docComment(
      [description, grouped].filter(text => text !== '').join(description.endsWith('.') ? ' ' : '. '),
      '',
    ),
  ]
}

const emitInterrupts = (interrupts: readonly Interrupt[], peripheral: string, name: string): string[] => [
  ...docComment(`Numbers of the interrupts of ${peripheral}.`, ''),
  `export const ${name}_INTERRUPTS = {`,
  ...interrupts.flatMap(each => [
    ...docComment(each.description, '  '),
    `  ${key(each.name)}: ${each.number},`,
  ]),
  '}',
]
