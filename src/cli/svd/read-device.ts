import { resolve } from './derive.js'
import { type Copy, copiesOf } from './dimension.js'
import type { Behaviour, Cluster, Device, Item, Peripheral, Register } from './model.js'
import type { SvdNode } from './node.js'
import { neededNumber, numberOf } from './numbers.js'
import { NO_PROPERTIES, type Properties, propertiesOf, readActionOf, writeActionOf } from './properties.js'
import { readFields } from './read-fields.js'
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

const readPeripheral = (given: SvdNode, outer: Properties): Peripheral[] => {
  const node = resolve(given)
  const base = neededNumber(node, 'baseAddress')
  const size = node
    .all('addressBlock')
    .reduce(
      (end, block) => Math.max(end, (numberOf(block, 'offset') ?? 0) + (numberOf(block, 'size') ?? 0)),
      0,
    )
  let items: readonly Item[] | undefined
  return copiesOf(node, false).map(({ name, shift }) => ({
    name,
    description: node.text('description') ?? '',
    base: base + shift,
    size,
    like: given.child('registers') === undefined ? given.derivedFrom : undefined,
    items: () => (items ??= readItems(node.child('registers'), propertiesOf(node, outer))),
  }))
}

/** The registers and clusters of an element. */
const readItems = (node: SvdNode | undefined, outer: Properties): Item[] => {
  if (!node) return []
  const items = node.children.flatMap<Item>(given => {
    if (given.tag !== 'register' && given.tag !== 'cluster') return []
    const child = resolve(given)
    const offset = neededNumber(child, 'addressOffset')
    const placed = (copy: Copy) => ({
      name: copy.name,
      description: child.text('description') ?? '',
      offset: offset + copy.shift,
      array: copy.array,
    })
    const properties = propertiesOf(child, outer)
    const rest = child.tag === 'register' ? readRegister(child, properties) : readCluster(child, properties)
    const unit = rest.kind === 'register' ? rest.bits / 8 : 1
    if (offset % unit !== 0)
      throw child.fail(
        `its addressOffset 0x${offset.toString(16)} is no multiple of ${unit}, the bytes of the register`,
      )
    return copiesOf(child, true).map(copy => ({ ...placed(copy), ...rest }))
  })
  checkNames(node, items)
  return items
}

const checkNames = (node: SvdNode, named: readonly { readonly name: string }[]): void => {
  const names = new Set<string>()
  for (const { name } of named) {
    if (names.has(name)) throw node.fail(`there are two of the name ${name.slice(0, 80)}`)
    names.add(name)
  }
}

const readCluster = (node: SvdNode, properties: Properties): Pick<Cluster, 'kind' | 'items'> => ({
  kind: 'cluster',
  items: readItems(node, properties),
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
