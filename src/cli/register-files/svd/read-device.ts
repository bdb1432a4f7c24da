import type { Device, Interrupt, Item, Peripheral } from '../model.js'
import { withOwnNames } from '../names.js'
import type { XmlNode } from '../xml/node.js'
import { addressUnitOf } from './address-unit.js'
import { Budget } from './budget.js'
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
  if (nodes.length === 0) throw root.fail('it has no peripherals')
  const peripherals = nodes.flatMap(node => node.attempt(() => readPeripheral(node, outer)) ?? [])
  if (peripherals.length === 0) throw root.fail('all its peripherals are in error')
  return {
    name: root.name,
    version: root.text('version') ?? '',
    description: root.text('description') ?? '',
    license: root.text('licenseText') ?? '',
    endianness: root.child('cpu')?.text('endian') === 'big' ? 'big' : 'little',
    peripherals: withOwnNames(peripherals, ({ name }, called) =>
      root.warn(
        `there are several peripherals called ${name.slice(0, 80)}`,
        `one is called ${called.slice(0, 80)}`,
      ),
    ),
    oddities: root.source.oddities,
  }
}

const readPeripheral = (given: XmlNode, outer: Properties): Peripheral[] => {
  const node = resolve(given)
  const base = neededBytes(node, 'baseAddress')
  const description = node.text('description') ?? ''
  const group = node.text('groupName')
  const about = { group, size: sizeOf(node), interrupts: interruptsOf(node) }
  const properties = propertiesOf(node, outer)
  return copiesOf(node, false, node.source.addressUnit).map(copy => ({
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

const interruptsOf = (node: XmlNode): Interrupt[] =>
  node.all('interrupt').flatMap(each => {
    const made = each.attempt(() => {
      if (each.name === '') throw each.fail('it has no name')
      return {
        name: each.name,
        number: neededNumber(each, 'value'),
        description: each.text('description') ?? '',
      }
    })
    return made ?? []
  })

const made = remembered<readonly Item[]>()

/** A peripheral's registers: one object for all that share them. */
const itemsOf = (node: XmlNode | undefined, outer: Properties): readonly Item[] =>
  node ? made(node, Object.values(outer).join(' '), () => readItems(node, outer, new Budget())) : NONE

const NONE: readonly Item[] = []
