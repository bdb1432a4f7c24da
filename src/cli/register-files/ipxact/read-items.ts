// The registers and register files of a block of addresses.
import type { Access } from 'io-mapping/registers'
import type { Budget } from '../checks/budget.js'
import { settled } from '../checks/items.js'
import { accessBits, placed } from '../checks/places.js'
import type { ReadItem } from '../checks/read-item.js'
import type { Item, Register, Repeated } from '../model.js'
import type { XmlNode } from '../xml/node.js'
import { readActionOf, writeActionOf } from '../xml/words.js'
import { policyAccessOf, policyOf } from './policy.js'
import { isPresent } from './present.js'
import { readFields } from './read-fields.js'
import { registerReset } from './resets.js'
import { neededNumber, numberOf, parseValue } from './values.js'

/** What an element takes over from what it lies in. */
interface Outer {
  readonly access: Access | undefined
  /** What one step of an address is, in bytes. */
  readonly unit: number
  readonly budget: Budget
}

/** The registers and register files of an element. What is wrong in one costs that one. */
export const readItems = (node: XmlNode, outer: Outer): Item[] => {
  const access = policyAccessOf(node)
  if (access === 'none') return []
  const inner = { ...outer, access: access ?? outer.access }
  const read = node.children.filter(isPresent).flatMap(each => {
    if (each.tag === 'registerFile') return each.attempt(() => readFile(each, inner)) ?? []
    if (each.tag === 'register') return each.attempt(() => readRegisters(each, inner)) ?? []
    return []
  })
  return settled(read)
}

const COUNT_MAX = 65_536

/** How many there are, and how far apart: `own`, if nothing says it. */
const repeatedOf = (node: XmlNode, own: () => number, { unit }: Outer): Repeated | undefined => {
  const array = node.child('array') ?? node
  const dims = array.all('dim').map(each => Number(parseValue(node, 'dim', each.content)))
  const count = dims.reduce((product, dim) => product * dim, 1)
  if (!(count >= 1 && count <= COUNT_MAX))
    throw node.fail(`its dim is ${count}; it must be 1 to ${COUNT_MAX}`)
  const stride = numberOf(array, 'stride')
  if (dims.length === 0) return undefined
  return { count, stride: stride === undefined ? own() : stride * unit, typeName: undefined, indexNames: [] }
}

const placeOf = (node: XmlNode, { unit }: Outer) => {
  if (node.name === '') throw node.fail('it has no name')
  if (
    node.attributes.definitionRef ??
    node.child('registerDefinitionRef') ??
    node.child('registerFileDefinitionRef')
  )
    node.warn('it refers to a definition elsewhere, which is not read', 'what stands here is taken')
  return {
    name: node.name,
    displayName: node.text('displayName'),
    description: node.text('description') ?? '',
    offset: neededNumber(node, 'addressOffset') * unit,
    alternateOf: undefined,
  }
}

const checked = (node: XmlNode, item: Item, asked: number): ReadItem => ({
  item: placed(node, item),
  source: { node, asked, group: undefined },
})

const readFile = (node: XmlNode, outer: Outer): ReadItem => {
  const own = () => neededNumber(node, 'range') * outer.unit
  const array = repeatedOf(node, own, outer)
  const budget = outer.budget.spend(node, array?.count ?? 1)
  const items = readItems(node, { ...outer, budget })
  return checked(node, { kind: 'cluster', ...placeOf(node, outer), array, items }, 0)
}

/** A register, and the others that the device has in its place at other times. */
const readRegisters = (node: XmlNode, outer: Outer): ReadItem[] => {
  const asked = neededNumber(node, 'size')
  const bits = accessBits(node, asked)
  const place = { ...placeOf(node, outer), array: repeatedOf(node, () => bits / 8, outer) }
  outer.budget.spend(node, place.array?.count ?? 1)
  const first = describe(node, bits, outer)
  const made = first ? [checked(node, { ...place, ...first }, asked)] : []
  const others = (node.child('alternateRegisters')?.all('alternateRegister').filter(isPresent) ?? []).flatMap(
    other => {
      const read = () => {
        if (other.name === '') throw other.fail('it has no name')
        const said = describe(other, bits, outer)
        const about = {
          name: other.name,
          displayName: other.text('displayName'),
          description: other.text('description') ?? '',
        }
        return said ? [checked(other, { ...place, ...about, alternateOf: place.name, ...said }, asked)] : []
      }
      return other.attempt(read) ?? []
    },
  )
  return [...made, ...others]
}

/** What it is, beside where; undefined, if software can't reach it. */
const describe = (node: XmlNode, bits: Register['bits'], outer: Outer) => {
  const access = policyAccessOf(node) ?? outer.access ?? 'read-write'
  if (access === 'none') return undefined
  const policy = policyOf(node)
  const behaviour = {
    access,
    onRead: readActionOf(policy),
    onWrite: writeActionOf(policy, 'modifiedWriteValue'),
  }
  const { fields, resetValue } = readFields(node, bits, behaviour)
  return {
    kind: 'register',
    bits,
    ...behaviour,
    fields,
    resetValue: (registerReset(node) ?? resetValue) & (2n ** BigInt(bits) - 1n),
    writeConstraint: undefined,
  } as const
}
