import { Budget } from './budget.js'
import { resolve } from './derive.js'
import { type Copy, copiesOf, describe } from './dimension.js'
import type { Behaviour, Cluster, Device, Item, Peripheral, Register } from './model.js'
import type { SvdNode } from './node.js'
import { neededNumber, numberOf } from './numbers.js'
import { NO_PROPERTIES, type Properties, propertiesOf, readActionOf, writeActionOf } from './properties.js'
import { readFields } from './read-fields.js'
import { remembered } from './remembered.js'
import { readXml } from './xml.js'

/** Reads an SVD file. Registers are read when a peripheral's are asked for. @throws Failure, which names the place */
export const readDevice = (path: string): Device => {
  const root = readXml(path)
  if (root.tag !== 'device')
    throw root.fail(
      `an SVD file has <device> as its outermost element; this one has <${root.tag.slice(0, 40)}>`,
    )
  const outer = propertiesOf(root, NO_PROPERTIES)
  const nodes = root.child('peripherals')?.all('peripheral') ?? []
  if (nodes.length === 0) throw root.fail('it has no peripherals')
  const peripherals = nodes.flatMap(node => readPeripheral(node, outer))
  checkNames(root, peripherals)
  return {
    name: root.name,
    version: root.text('version') ?? '',
    license: root.text('licenseText') ?? '',
    endianness: root.child('cpu')?.text('endian') === 'big' ? 'big' : 'little',
    peripherals,
  }
}

/** What makes a derived peripheral's registers others than those of its base. */
const DIFFERENT = ['registers', 'size', 'access', 'resetValue', 'resetMask']

const readPeripheral = (given: SvdNode, outer: Properties): Peripheral[] => {
  const node = resolve(given)
  const base = neededNumber(node, 'baseAddress')
  const size = node
    .all('addressBlock')
    .reduce(
      (end, block) => Math.max(end, (numberOf(block, 'offset') ?? 0) + (numberOf(block, 'size') ?? 0)),
      0,
    )
  const description = node.text('description') ?? ''
  return copiesOf(node, false).map(copy => ({
    name: copy.name,
    description: describe(description, copy),
    base: base + copy.shift,
    size,
    like: DIFFERENT.some(tag => given.child(tag)) ? undefined : given.derivedFrom,
    items: () => itemsOf(node.child('registers'), propertiesOf(node, outer)),
  }))
}

const made = remembered<readonly Item[]>()

/** A peripheral's registers: one object for all that share them. */
const itemsOf = (node: SvdNode | undefined, outer: Properties): readonly Item[] =>
  node ? made(node, Object.values(outer).join(' '), () => readItems(node, outer, new Budget())) : []

/** The registers and clusters of an element. */
const readItems = (node: SvdNode, outer: Properties, budget: Budget): Item[] => {
  const nodes = node.children.filter(({ tag }) => tag === 'register' || tag === 'cluster')
  const seen = new Set<string>()
  const items = nodes.flatMap(given => {
    const register = resolve(given)
    // An alternate group's registers may have the names of others.
    const group = seen.has(register.name) ? register.text('alternateGroup') : undefined
    seen.add(register.name)
    const read = readItem(register, outer, budget)
    return group === undefined ? read : read.map(item => ({ ...item, name: `${item.name}_${group}` }))
  })
  checkNames(node, items)
  return items
}

const readItem = (node: SvdNode, outer: Properties, budget: Budget): Item[] => {
  const offset = neededNumber(node, 'addressOffset')
  const copies = copiesOf(node, true)
  const inner = budget.spend(node, copies)
  const properties = propertiesOf(node, outer)
  const rest = node.tag === 'register' ? readRegister(node, properties) : readCluster(node, properties, inner)
  if (rest.kind === 'register') checkPlace(node, offset, rest.bits / 8, copies)
  const description = node.text('description') ?? ''
  return copies.map(copy => ({
    name: copy.name,
    description: describe(description, copy),
    offset: offset + copy.shift,
    array: copy.array,
    ...rest,
  }))
}

const checkPlace = (node: SvdNode, offset: number, unit: number, copies: readonly Copy[]): void => {
  if (offset % unit !== 0)
    throw node.fail(
      `its addressOffset 0x${offset.toString(16)} is no multiple of ${unit}, the bytes of the register`,
    )
  const stride = copies[0]?.array?.stride ?? unit
  if (stride < unit)
    throw node.fail(
      `its dimIncrement is ${stride}; the register has ${unit} bytes, so they would lie on one another`,
    )
}

const checkNames = (node: SvdNode, named: readonly { readonly name: string }[]): void => {
  const names = new Set<string>()
  for (const { name } of named) {
    if (names.has(name)) throw node.fail(`there are two of the name ${name.slice(0, 80)}`)
    names.add(name)
  }
}

const readCluster = (
  node: SvdNode,
  properties: Properties,
  budget: Budget,
): Pick<Cluster, 'kind' | 'items'> => ({
  kind: 'cluster',
  items: readItems(node, properties, budget),
})

const BITS: readonly number[] = [8, 16, 32, 64]

const readRegister = (
  node: SvdNode,
  properties: Properties,
): Omit<Register, 'name' | 'description' | 'offset' | 'array'> => {
  const { bits = 32, access = 'read-write', resetValue, resetMask } = properties
  if (!BITS.includes(bits))
    throw node.fail(`it has ${bits} bits; a register that one access can touch has 8, 16, 32 or 64`)
  const mask = 2n ** BigInt(bits) - 1n
  const behaviour: Behaviour = { access, onRead: readActionOf(node), onWrite: writeActionOf(node) }
  return {
    kind: 'register',
    bits: bits as Register['bits'],
    ...behaviour,
    resetValue: resetValue & (resetMask ?? mask) & mask,
    fields: readFields(node, bits, behaviour),
  }
}
