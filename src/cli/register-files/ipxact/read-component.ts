// The memory maps of an IP-XACT component (IEEE 1685): 1.4, 2009, 2014, 2022.
import type { Device, Item, Peripheral } from '../model.js'
import { withOwnNames } from '../names.js'
import type { XmlNode } from '../xml/node.js'
import { readItems } from './read-items.js'
import { neededNumber, numberOf } from './values.js'

/** What an IP-XACT file says, of which this is the outermost element: a peripheral for each block of addresses. @throws Failure */
export const readComponent = (root: XmlNode): Device => {
  const maps = root.child('memoryMaps')?.all('memoryMap') ?? []
  const peripherals = maps.flatMap(map => map.attempt(() => readMap(map)) ?? [])
  if (peripherals.length === 0)
    throw root.fail('it has no memory map with a block of registers (memoryMaps, memoryMap, addressBlock)')
  return {
    name: root.name,
    version: root.text('version') ?? '',
    description: root.text('description') ?? '',
    license: '',
    endianness: endiannessOf(root),
    peripherals: withOwnNames(peripherals, ({ name }, called) =>
      root.warn(
        `there are several blocks called ${name.slice(0, 80)}`,
        `one is called ${called.slice(0, 80)}`,
      ),
    ),
    oddities: root.source.oddities,
  }
}

/** As its bus interfaces say, if they do. */
const endiannessOf = (root: XmlNode): 'little' | 'big' => {
  const interfaces = root.child('busInterfaces')?.all('busInterface') ?? []
  return interfaces.some(each => each.text('endianness') === 'big') ? 'big' : 'little'
}

const readMap = (map: XmlNode): Peripheral[] => {
  const unit = (numberOf(map, 'addressUnitBits') ?? 8) / 8
  if (!(Number.isInteger(unit) && unit > 0))
    throw map.fail(`its addressUnitBits is ${unit * 8}; it must be a multiple of 8`)
  for (const tag of ['bank', 'subspaceMap'])
    for (const each of map.all(tag)) each.warn(`a <${tag}> of a memory map is not read`, 'it is left out')
  return map
    .all('addressBlock')
    .filter(block => block.text('usage') !== 'memory' && block.text('usage') !== 'reserved')
    .flatMap(block => block.attempt(() => readBlock(block, unit)) ?? [])
}

const readBlock = (block: XmlNode, unit: number): Peripheral => {
  if (block.name === '') throw block.fail('it has no name')
  const size = (numberOf(block, 'range') ?? 0) * unit
  let items: readonly Item[] | undefined
  return {
    name: block.name,
    description: block.text('description') ?? '',
    group: undefined,
    base: neededNumber(block, 'baseAddress') * unit,
    size,
    interrupts: [],
    items: () => (items ??= readItems(block, { access: undefined, unit, left: { count: REGISTERS_MAX } })),
  }
}

/** More registers in one block are a mistake. */
const REGISTERS_MAX = 100_000
