// LiteX's csr.json: the control and status registers of a system on an FPGA, without their fields.
import { Failure } from '../../failure.js'
import type { Device, Interrupt, Item, Peripheral } from '../model.js'
import { Oddities, Oddity } from '../oddity.js'
import { plainText } from '../plain-text.js'

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/** An address: a number, or one in quotes, as merged files have them; undefined if it is none. */
const addressOf = (value: unknown): number | undefined => {
  const number = typeof value === 'string' && /^(0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) : value
  return isCount(number) ? number : undefined
}

/** A value in a message: whatever it is, it may be long, and nested deeply. */
const shown = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? Array.isArray(value)
      ? 'a list'
      : 'an object'
    : (JSON.stringify(value) ?? 'missing').slice(0, 40)

/** A file while it is read. */
interface Reading {
  readonly path: string
  readonly oddities: Oddities
  /** How far apart the words of a register are, in bytes, and how many bits each has. */
  readonly stride: number
  readonly bits: 8 | 16 | 32
}

/** Reads the text of a csr.json. @throws Failure */
export const readCsrs = (path: string, text: string): Device => {
  const file = parse(path, text)
  const bases = sectionOf(path, file, 'csr_bases')
  const registers = sectionOf(path, file, 'csr_registers')
  const constants = isObject(file.constants) ? file.constants : {}
  const reading = {
    path,
    oddities: new Oddities(),
    stride: strideOf(path, constants),
    bits: dataBits(path, constants),
  }
  const owners = ownersOf(Object.keys(registers), Object.keys(bases))
  const named = Object.entries(bases).flatMap(([name, said]) => {
    const element = `${name} in csr_bases (${path})`
    return (
      reading.oddities.attempt(name, () => {
        const base = addressOf(said)
        if (base === undefined)
          throw new Oddity(element, `its address is ${shown(said)}; it must be a whole number`)
        return readPeripheral(reading, name, base, pick(registers, owners.get(name) ?? []), constants)
      }) ?? []
    )
  })
  for (const name of owners.get('') ?? [])
    reading.oddities.add(
      new Oddity(`${name} in csr_registers (${path})`, 'it is of none of csr_bases'),
      'it is left out',
    )
  const identifier = constants.config_identifier ?? constants.config_soc_name
  return {
    name: typeof identifier === 'string' ? plainText(identifier) : 'LiteX SoC',
    version: '',
    description: '',
    license: '',
    endianness: 'little',
    peripherals: named,
    oddities: reading.oddities,
  }
}

const parse = (path: string, text: string): Json => {
  try {
    const file: unknown = JSON.parse(text.replace(/^\ufeff/, ''))
    if (isObject(file)) return file
  } catch (error) {
    throw new Failure(
      `${path}: ${String((error as Error).message).slice(0, 120)}; this is no well-formed JSON`,
    )
  }
  throw new Failure(`${path} is JSON, and no object: LiteX's csr.json has csr_bases and csr_registers`)
}

const NAME_MAX = 200

const nameOf = (path: string, section: string, key: string): string => {
  const name = plainText(key)
  if (name.length <= NAME_MAX) return name
  throw new Failure(
    `${path}: a name in ${section} has ${key.length} characters; at most ${NAME_MAX} are a name`,
  )
}

const sectionOf = (path: string, file: Json, name: string): Json => {
  const section = file[name]
  if (isObject(section) && Object.keys(section).length > 0)
    return Object.fromEntries(Object.entries(section).map(([key, value]) => [nameOf(path, name, key), value]))
  throw new Failure(`${path} has no ${name}; LiteX's csr.json has csr_bases and csr_registers`)
}

/** LiteX's csr_alignment, which newer files don't say. */
const strideOf = (path: string, constants: Json): number => {
  const bits = constants.config_csr_alignment ?? 32
  if (bits === 32 || bits === 64) return bits / 8
  throw new Failure(`${path}: its config_csr_alignment is ${shown(bits)}; it must be 32 or 64`)
}

/** How many bits of a register each of its words has: LiteX's csr_data_width. */
const dataBits = (path: string, constants: Json): 8 | 16 | 32 => {
  const width = constants.config_csr_data_width ?? 32
  if (width === 8 || width === 16 || width === 32) return width
  throw new Failure(`${path}: its config_csr_data_width is ${shown(width)}; it must be 8, 16 or 32`)
}

/** The registers of each peripheral: those whose names begin with its own, and not with a longer one. '': those of none. */
const ownersOf = (registers: readonly string[], bases: readonly string[]): Map<string, string[]> => {
  const known = new Set(bases)
  const owners = new Map<string, string[]>()
  for (const register of registers) {
    let end = register.lastIndexOf('_')
    while (end > 0 && !known.has(register.slice(0, end))) end = register.lastIndexOf('_', end - 1)
    const owner = end > 0 ? register.slice(0, end) : ''
    const same = owners.get(owner)
    if (same) same.push(register)
    else owners.set(owner, [register])
  }
  return owners
}

const pick = (all: Json, names: readonly string[]): [string, unknown][] =>
  names.map(name => [name, all[name]])

const readPeripheral = (
  reading: Reading,
  name: string,
  base: number,
  registers: readonly [string, unknown][],
  constants: Json,
): Peripheral => {
  const items = registers.flatMap(([full, said]) => {
    const make = () => readRegister(reading, full, full.slice(name.length + 1), base, said)
    return reading.oddities.attempt(full, make) ?? []
  })
  const size = items.reduce(
    (end, { offset, array }) => Math.max(end, offset + (array?.count ?? 1) * reading.stride),
    0,
  )
  return {
    name,
    description: '',
    group: undefined,
    base,
    size,
    interrupts: interruptOf(name, constants),
    items: () => items,
  }
}

const interruptOf = (name: string, constants: Json): Interrupt[] => {
  const number = constants[`${name}_interrupt`]
  return isCount(number) ? [{ name, number, description: '' }] : []
}

const ACCESSES: Readonly<Record<string, 'read-only' | 'read-write'>> = { ro: 'read-only', rw: 'read-write' }

/** More are a mistake. */
const WORDS_MAX = 65_536

const readRegister = (
  { path, stride, bits }: Reading,
  full: string,
  name: string,
  base: number,
  said: unknown,
): Item => {
  const wrong = (what: string) => new Oddity(`${full} in csr_registers (${path})`, what)
  const { addr: place, size, type = 'rw' } = isObject(said) ? said : {}
  const addr = addressOf(place)
  if (name === '') throw wrong('it has no name behind that of its base')
  if (addr === undefined || addr < base)
    throw wrong(`its addr is ${shown(place)}; it must be 0x${base.toString(16)} or more`)
  if (!isCount(size) || size < 1 || size > WORDS_MAX)
    throw wrong(`its size is ${shown(size)}; it must be 1 to ${WORDS_MAX} words`)
  if ((addr - base) % stride !== 0)
    throw wrong(`its addr is 0x${addr.toString(16)}, no multiple of ${stride}`)
  const access = typeof type === 'string' && Object.hasOwn(ACCESSES, type) ? ACCESSES[type] : undefined
  if (access === undefined) throw wrong(`its type is ${shown(type)}; it must be ro or rw`)
  const words = `Its ${size * bits} bits lie in ${size} words, the highest first.`
  return {
    kind: 'register',
    name,
    displayName: undefined,
    description: size > 1 ? words : '',
    offset: addr - base,
    array: size > 1 ? { count: size, stride, typeName: undefined, indexNames: [] } : undefined,
    alternateOf: undefined,
    access,
    onRead: undefined,
    onWrite: undefined,
    bits: 32,
    resetValue: 0n,
    fields: [],
    writeConstraint: undefined,
  }
}
