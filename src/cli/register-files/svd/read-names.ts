// enumeratedValues: the names of a field's values.
import { ValueNames } from '../checks/value-names.js'
import type { Field, Names } from '../model.js'
import type { XmlNode } from '../xml/node.js'
import { type Usage, usageOf } from '../xml/words.js'
import { resolve } from './derive.js'
import { valuesOf } from './numbers.js'

/** The names of a field of so many bits, when it is read and when it is written. */
export const readNames = (field: XmlNode, width: number): Pick<Field, 'readNames' | 'writeNames'> => {
  const sets = field
    .all('enumeratedValues')
    .flatMap(given => given.attempt(() => readSet(resolve(given), width)) ?? [])
  const used = (usage: Usage) => sets.find(each => each.usage === usage || each.usage === 'read-write')
  const [read, write] = [used('read'), used('write')]
  for (const set of sets)
    if (set !== read && set !== write)
      set.node.warn('there are names of these values before it', 'it is left out')
  return { readNames: read?.names ?? [], writeNames: write?.names ?? [] }
}

/** The largest numbers that can have names. */
const NAMED_BITS = 53

const readSet = (node: XmlNode, width: number): { node: XmlNode; usage: Usage; names: Names } => {
  if (width > NAMED_BITS)
    throw node.fail(`values of ${width} bits can't have names; at most ${NAMED_BITS} can`)
  const names = new ValueNames()
  for (const each of node.all('enumeratedValue')) each.attempt(() => readName(each, width, names))
  return { node, usage: usageOf(node, node.text('usage')), names: names.all }
}

const isDefault = (node: XmlNode): boolean => /^(true|1)$/i.test(node.text('isDefault') ?? '')

const readName = (node: XmlNode, width: number, names: ValueNames): void => {
  const text = node.text('value')
  if (node.name === '')
    throw node.fail(`it has no name${text === undefined ? '' : `, for ${text.slice(0, 40)}`}`)
  if (text === undefined) {
    if (!isDefault(node)) throw node.fail('it has no value')
    names.addOthers(node)
    return
  }
  const values = valuesOf(node, text)
  node.spend(values.length)
  if (values.some(value => value >= 2n ** BigInt(width)))
    throw node.fail(`its value ${text} does not fit the field's ${width} bits`)
  names.add(node, values.map(Number))
}
