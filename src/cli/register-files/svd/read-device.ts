import { Budget } from '../checks/budget.js'
import { type ReadPeripheral, settledPeripherals } from '../checks/peripherals.js'
import type { Device, Interrupt, Item } from '../model.js'
import { withOwnNames } from '../names.js'
import type { XmlNode } from '../xml/node.js'
import { addressUnitOf } from './address-unit.js'
import { resolve } from './derive.js'
import { copiesOf, describe } from './dimension.js'
import { bytesOf, neededBytes, neededNumber } from './numbers.js'
import { NO_PROPERTIES, type Properties, propertiesOf } from './properties.js'
import { readItems } from './read-items.js'
import { remembered } from './remembered.js'

/** What an SVD file says, of which this is the outermost element. @throws Failure */
export const readDevice = (root: XmlNode): Device => {
  root.source.addressUnit = addressUnitOf(root)
  const outer = propertiesOf(root, NO_PROPERTIES)
  const nodes = root.child('peripherals')?.all('peripheral') ?? []
  const read = nodes.flatMap(node => node.attempt(() => readPeripheral(node, outer)) ?? [])
  return {
    name: root.name,
    version: root.text('version') ?? '',
    description: root.text('description') ?? '',
    license: root.text('licenseText') ?? '',
    endianness: root.child('cpu')?.text('endian') === 'big' ? 'big' : 'little',
    peripherals: settledPeripherals(root, read, 'it has no peripherals'),
    oddities: root.source.oddities,
  }
}

const readPeripheral = (given: XmlNode, outer: Properties): ReadPeripheral[] => {
  const node = resolve(given)
  const base = neededBytes(node, 'baseAddress')
  const description = node.text('description') ?? ''
  const group = node.text('groupName')
  const about = { group, size: sizeOf(node), interrupts: interruptsOf(node) }
  const properties = propertiesOf(node, outer)
  return copiesOf(node, false, node.source.addressUnit).map(copy => ({
    node: given,
    name: copy.name,
    description: describe(description, copy),
    base: base + copy.shift,
    ...about,
    items: () => itemsOf(node.child('registers'), properties),
  }))
}

/** Where its address blocks end. */
const sizeOf = (node: XmlNode): number => {
  const ends = node
    .all('addressBlock')
    .map(block => block.attempt(() => (bytesOf(block, 'offset') ?? 0) + (bytesOf(block, 'size') ?? 0)) ?? 0)
  return Math.max(0, ...ends)
}

const interruptsOf = (peripheral: XmlNode): Interrupt[] => {
  const read = peripheral
    .all('interrupt')
    .flatMap(node => node.attempt(() => ({ node, ...readInterrupt(node) })) ?? [])
  const once = new Map(read.map(each => [`${each.number} ${each.name}`, each]))
  const apart = withOwnNames([...once.values()], ({ node, name }, called) =>
    node.warn(
      `there is another interrupt called ${name.slice(0, 80)}`,
      `it is called ${called.slice(0, 80)}`,
    ),
  )
  return apart.map(({ node: _node, ...interrupt }) => interrupt)
}

const readInterrupt = (node: XmlNode): Interrupt => {
  if (node.name === '') throw node.fail('it has no name')
  return {
    name: node.name,
    number: neededNumber(node, 'value'),
    description: node.text('description') ?? '',
  }
}

const made = remembered<readonly Item[]>()

/** A peripheral's registers: one object for all that share them. */
const itemsOf = (node: XmlNode | undefined, outer: Properties): readonly Item[] =>
  node ? made(node, Object.values(outer).join(' '), () => readItems(node, outer, new Budget())) : NONE

const NONE: readonly Item[] = []
