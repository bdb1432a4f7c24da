// The registers and clusters of a peripheral, or of a cluster.

import type { Budget } from '../checks/budget.js'
import { settled } from '../checks/items.js'
import { accessBits, placed } from '../checks/places.js'
import type { ReadItem } from '../checks/read-item.js'
import type { Behaviour, Cluster, Item, Register } from '../model.js'
import type { XmlNode } from '../xml/node.js'
import { readActionOf, writeActionOf } from '../xml/words.js'
import { resolve } from './derive.js'
import { copiesOf, describe } from './dimension.js'
import { neededBytes } from './numbers.js'
import { outerOf, type Properties, propertiesOf } from './properties.js'
import { readFields } from './read-fields.js'
import { constraintOf } from './write-constraint.js'

/** The registers and clusters of an element. What is wrong in one costs that one. */
export const readItems = (node: XmlNode, outer: Properties, budget: Budget): Item[] => {
  const nodes = node.children.filter(({ tag }) => tag === 'register' || tag === 'cluster')
  const read = nodes.flatMap(given => given.attempt(() => readItem(resolve(given), outer, budget)) ?? [])
  return settled(read)
}

const readItem = (node: XmlNode, outer: Properties, budget: Budget): ReadItem[] => {
  const offset = neededBytes(node, 'addressOffset')
  const copies = copiesOf(node, true, node.source.addressUnit)
  const inner = budget.spend(
    node,
    copies.reduce((sum, { array }) => sum + (array?.count ?? 1), 0),
  )
  const properties = propertiesOf(node, outerOf(node, outer))
  const rest = node.tag === 'register' ? readRegister(node, properties) : readCluster(node, properties, inner)
  const description = node.text('description') ?? ''
  const displayName = node.text('displayName')
  const alternateOf = node.text('alternateRegister') ?? node.text('alternateCluster')
  const alike = { displayName, alternateOf, ...rest }
  const source = { node, asked: properties.bits ?? 32, group: node.text('alternateGroup') }
  return copies.flatMap(copy => {
    const { name, shift, array } = copy
    const item = { ...alike, name, description: describe(description, copy), offset: offset + shift, array }
    const made = copies.length === 1 ? placed(node, item) : node.attempt(() => placed(node, item, name))
    return made ? { item: made, source } : []
  })
}

const readCluster = (
  node: XmlNode,
  properties: Properties,
  budget: Budget,
): Pick<Cluster, 'kind' | 'items'> => ({
  kind: 'cluster',
  items: readItems(node, properties, budget),
})

const readRegister = (
  node: XmlNode,
  properties: Properties,
): Pick<Register, 'kind' | 'bits' | 'fields' | 'resetValue' | 'writeConstraint' | keyof Behaviour> => {
  const { bits: asked = 32, access = 'read-write', resetValue, resetMask } = properties
  const bits = accessBits(node, asked)
  const mask = 2n ** BigInt(bits) - 1n
  const behaviour: Behaviour = {
    access,
    onRead: readActionOf(node),
    onWrite: writeActionOf(node, 'modifiedWriteValues'),
  }
  return {
    kind: 'register',
    bits,
    ...behaviour,
    resetValue: resetValue & (resetMask ?? mask) & mask,
    fields: readFields(node, bits, behaviour),
    writeConstraint: constraintOf(node),
  }
}
