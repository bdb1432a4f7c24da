// A model as TypeScript, formatted as this project is.
import { Failure } from '../failure.js'
import type { Cluster, Device, Field, Item, Names, Peripheral, Register } from './model.js'
import { overlapsIn } from './overlaps.js'
import { fieldCall, registerModes, safeName } from './plan-item.js'
import { constant, docComment, hex, key, LINE, lineComment } from './text.js'

/** Longer modules come of descriptions that repeat themselves; those of vendors make some MiB. */
const CHARACTERS_MAX = 32 * 1024 ** 2

/** A module while it is written. */
interface Draft {
  readonly device: Device
  /** What it imports. */
  readonly used: Set<string>
  /** How many characters it may still have. */
  room: number
}

/** The text of a module with these peripherals; `command` is what made it. @throws Failure, if it would be too long */
export const emitModule = (device: Device, peripherals: readonly Peripheral[], command: string): string => {
  const draft: Draft = { device, used: new Set(['registers']), room: CHARACTERS_MAX }
  const names = namesOf(peripherals)
  const bodies = ordered(peripherals).map(peripheral => emitPeripheral(peripheral, names, draft))
  const imports = [...draft.used].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  const about = [device.name, device.version].filter(word => word !== '').join(' ')
  const head = [
    ...lineComment(`Registers of ${about}, as its vendor describes them. Written by: ${command}`),
    ...(device.license === '' ? [] : lineComment(device.license)),
    emitImport(imports),
  ]
  return `${[head.join('\n'), ...bodies].join('\n\n')}\n`
}

const emitImport = (names: readonly string[]): string => {
  const short = `import { ${names.join(', ')} } from 'io-mapping/registers'`
  return short.length <= LINE
    ? short
    : `import {\n${names.map(name => `  ${name},\n`).join('')}} from 'io-mapping/registers'`
}

/** A constant's name for each peripheral. */
const namesOf = (peripherals: readonly Peripheral[]): ReadonlyMap<string, string> => {
  const taken = new Set<string>([
    'registers',
    'block',
    'bit',
    'bits',
    'bigBits',
    'enumeration',
    'reg8',
    'reg16',
    'reg32',
    'reg64',
  ])
  return new Map(
    peripherals.map(({ name }) => {
      const free = constant(name, taken, ['', '_BASE', '_SIZE'])
      return [name, free]
    }),
  )
}

/** Those that have another's registers come after it. */
const ordered = (peripherals: readonly Peripheral[]): Peripheral[] => {
  const own = peripherals.filter(({ like }) => like === undefined)
  return [...own, ...peripherals.filter(each => !own.includes(each))]
}

const emitPeripheral = (peripheral: Peripheral, names: ReadonlyMap<string, string>, draft: Draft): string => {
  const name = names.get(peripheral.name) as string
  const other = origin(peripheral, draft.device)
  const same = other && names.get(other.name)
  const lines = same
    ? [`export const ${name} = ${same}`]
    : emitBlock(`export const ${name} = `, peripheral.items(), '', draft)
  return [
    ...docComment(`Bus address of ${peripheral.name}.`, ''),
    `export const ${name}_BASE = ${hex(peripheral.base)}`,
    ...(peripheral.size > 0
      ? [
          ...docComment(`Size of ${peripheral.name}, in bytes.`, ''),
          `export const ${name}_SIZE = ${hex(peripheral.size)}`,
        ]
      : []),
    ...docComment(peripheral.description, ''),
    ...lines,
  ].join('\n')
}

/** The first of those whose registers a peripheral has. */
const origin = ({ like }: Peripheral, device: Device): Peripheral | undefined => {
  const other = device.peripherals.find(({ name }) => name === like)
  return other && (origin(other, device) ?? other)
}

const emitBlock = (before: string, items: readonly Item[], indent: string, draft: Draft): string[] => {
  const options = draft.device.endianness === 'big' ? ", { endianness: 'big' }" : ''
  if (items.length === 0) return [`${indent}${before}registers({}${options})`]
  const overlapping = overlapsIn(items)
  const inside = items.flatMap(item => {
    const name = safeName(item.name, items)
    const overlaps = overlapping.has(name) ? '.overlaps' : ''
    return emitItem(item, { name, overlaps, indent: `${indent}  ` }, draft)
  })
  return [`${indent}${before}registers({`, ...inside, `${indent}}${options})`]
}

/** How an element is written. */
interface Written {
  readonly name: string
  /** `.overlaps`, if it lies on others. */
  readonly overlaps: string
  readonly indent: string
}

const emitItem = (item: Item, written: Written, draft: Draft): string[] => {
  const lines = [
    ...docComment(aboutOf(item, written.name), written.indent),
    ...(item.kind === 'register' ? emitRegister(item, written, draft) : emitCluster(item, written, draft)),
  ]
  if (item.kind === 'register') draft.room -= lines.reduce((sum, line) => sum + line.length + 1, 0)
  if (draft.room >= 0) return lines
  throw new Failure(
    `${draft.device.name}: with ${item.name.slice(0, 80)} its module has more than ${CHARACTERS_MAX} characters; ` +
      'write fewer peripherals, by --peripheral NAME',
  )
}

/** What a comment says of an element: its description, and what it is called where it can't be called so here. */
const aboutOf = ({ name, description }: Item | Field, called: string): string =>
  name === called
    ? description
    : `${description} (The vendor calls it ${name}; that name is taken here.)`.trimStart()

const emitCluster = (
  { offset, items, array }: Cluster,
  { name, overlaps, indent }: Written,
  draft: Draft,
): string[] => {
  draft.used.add('block')
  const repeated = array ? `.array(${array.count}, ${hex(array.stride)})` : ''
  const inside = emitBlock('', items, `${indent}  `, draft)
  return [
    `${indent}${key(name)}: block(`,
    `${indent}  ${hex(offset)},`,
    ...inside.slice(0, -1),
    `${inside.at(-1)},`,
    `${indent})${overlaps}${repeated},`,
  ]
}

const emitRegister = (register: Register, { name, overlaps, indent }: Written, draft: Draft): string[] => {
  const { offset, bits, fields, array, resetValue } = register
  draft.used.add(`reg${bits}`)
  const reset = resetValue === 0n ? '' : `.reset(${hex(bits === 64 ? resetValue : Number(resetValue))})`
  const repeated = array ? `.array(${array.count}, ${hex(array.stride)})` : ''
  const modes = registerModes(register).map(mode => `.${mode}`)
  const chain = `${modes.join('')}${reset}${overlaps}${repeated},`
  const head = `${indent}${key(name)}: reg${bits}(${hex(offset)}`
  if (fields.length === 0) return [`${head})${chain}`]
  return [
    `${head}, {`,
    ...fields.flatMap(field => emitField(field, register, `${indent}  `, draft)),
    `${indent}})${chain}`,
  ]
}

const emitField = (field: Field, register: Register, indent: string, draft: Draft): string[] => {
  const { call, bits, names, modes } = fieldCall(field, register)
  draft.used.add(call)
  const name = safeName(field.name, register.fields)
  const head = `${indent}${key(name)}: ${call}(`
  const tail = `)${modes.map(mode => `.${mode}`).join('')},`
  const short = `${head}${[...bits, ...names.map(inline)].join(', ')}${tail}`
  const comment = docComment(aboutOf(field, name), indent)
  if (short.length <= LINE) return [...comment, short]
  return [...comment, ...emitEnumeration(head, bits, names, tail, indent)]
}

const valueText = (values: readonly number[]): string =>
  values.length === 1 ? `${values[0]}` : `[${values.join(', ')}]`
const entries = (names: Names): string[] =>
  names.map(({ name, values }) => `${key(name)}: ${valueText(values)}`)
const inline = (names: Names): string => (names.length === 0 ? '{}' : `{ ${entries(names).join(', ')} }`)

/** An enumeration that is too long for a line. */
const emitEnumeration = (
  head: string,
  bits: readonly number[],
  names: readonly Names[],
  tail: string,
  indent: string,
): string[] => {
  const [only, ...others] = names
  if (only && others.length === 0) {
    const inside = entries(only).map(entry => `${indent}  ${entry},`)
    return [`${head}${bits.join(', ')}, {`, ...inside, `${indent}}${tail}`]
  }
  const sides = names.flatMap(side =>
    side.length === 0
      ? [`${indent}  {},`]
      : [`${indent}  {`, ...entries(side).map(entry => `${indent}    ${entry},`), `${indent}  },`],
  )
  return [head, ...bits.map(bit => `${indent}  ${bit},`), ...sides, `${indent}${tail}`]
}
