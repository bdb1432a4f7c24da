// The memory maps of an IP-XACT component (IEEE 1685): 1.4, 2009, 2014, 2022.
import { Budget } from '../checks/budget.js'
import { type ReadPeripheral, settledPeripherals } from '../checks/peripherals.js'
import type { Device, Item } from '../model.js'
import type { XmlNode } from '../xml/node.js'
import { isPresent } from './present.js'
import { readItems } from './read-items.js'
import { neededNumber, numberOf, optional } from './values.js'

/** What an IP-XACT file says, of which this is the outermost element: a peripheral for each block of addresses. @throws Failure */
export const readComponent = (root: XmlNode): Device => {
  const maps = root.child('memoryMaps')?.all('memoryMap').filter(isPresent) ?? []
  const read = maps.flatMap(map => map.attempt(() => readMap(map)) ?? [])
  return {
    name: root.name,
    version: root.text('version') ?? '',
    description: root.text('description') ?? '',
    license: '',
    endianness: endiannessOf(root),
    peripherals: settledPeripherals(root, read, NO_BLOCKS),
    oddities: root.source.oddities,
  }
}

const NO_BLOCKS = 'it has no memory map with a block of registers (memoryMaps, memoryMap, addressBlock)'

/** As its bus interfaces say, if they do. */
const endiannessOf = (root: XmlNode): 'little' | 'big' => {
  const interfaces = root.child('busInterfaces')?.all('busInterface') ?? []
  return interfaces.some(each => each.text('endianness') === 'big') ? 'big' : 'little'
}

const WITHOUT_REGISTERS: ReadonlySet<string | undefined> = new Set(['memory', 'reserved'])

const readMap = (map: XmlNode): ReadPeripheral[] => {
  const unit = (numberOf(map, 'addressUnitBits') ?? 8) / 8
  if (!(Number.isInteger(unit) && unit > 0))
    throw map.fail(`its addressUnitBits is ${unit * 8}; it must be a multiple of 8`)
  for (const tag of ['bank', 'subspaceMap', 'memoryRemap'])
    for (const each of map.all(tag)) each.warn(`a <${tag}> of a memory map is not read`, 'it is left out')
  return map
    .all('addressBlock')
    .filter(block => isPresent(block) && !WITHOUT_REGISTERS.has(block.text('usage')))
    .flatMap(block => block.attempt(() => readBlock(block, unit)) ?? [])
}

const readBlock = (block: XmlNode, unit: number): ReadPeripheral => {
  if (block.name === '') throw block.fail('it has no name')
  const size = Number(optional(block, 'range') ?? 0n) * unit
  let items: readonly Item[] | undefined
  return {
    node: block,
    name: block.name,
    description: block.text('description') ?? '',
    group: undefined,
    base: neededNumber(block, 'baseAddress') * unit,
    size,
    interrupts: [],
    items: () => (items ??= readItems(block, { access: undefined, unit, budget: new Budget() })),
  }
}
