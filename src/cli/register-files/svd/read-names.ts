// enumeratedValues: the names of a field's values.
import type { Field, Name, Names } from '../model.js'
import type { XmlNode } from '../xml/node.js'
import { resolve } from './derive.js'
import { valuesOf } from './numbers.js'

/** The names of a field of so many bits, when it is read and when it is written. */
export const readNames = (field: XmlNode, width: number): Pick<Field, 'readNames' | 'writeNames'> => {
  const sets = field
    .all('enumeratedValues')
    .flatMap(given => given.attempt(() => readSet(resolve(given), width)) ?? [])
  const used = (usage: string): Names =>
    sets.find(each => each.usage === usage || each.usage === 'read-write')?.names ?? []
  return { readNames: used('read'), writeNames: used('write') }
}

/** The largest numbers that can have names. */
const NAMED_BITS = 53

const readSet = (set: XmlNode, width: number): { usage: string; names: Names } => {
  if (width > NAMED_BITS)
    throw set.fail(`values of ${width} bits can't have names; at most ${NAMED_BITS} can`)
  const names = new Map<string, Name & { readonly values: number[] | 'others' }>()
  const taken = new Set<number>()
  for (const node of set.all('enumeratedValue')) node.attempt(() => readName(node, width, names, taken))
  return {
    usage: set.text('usage') ?? 'read-write',
    names: [...names.values()].filter(({ values }) => values.length > 0),
  }
}

const isDefault = (node: XmlNode): boolean => /^(true|1)$/i.test(node.text('isDefault') ?? '')

type Collected = Map<string, Name & { readonly values: number[] | 'others' }>

/** Adds one to `names`; a value that has a name keeps it. */
const readName = (node: XmlNode, width: number, names: Collected, taken: Set<number>): void => {
  const { name } = node
  const text = node.text('value')
  if (name === '') throw node.fail(`it has no name${text === undefined ? '' : `, for ${text.slice(0, 40)}`}`)
  const description = node.text('description') ?? ''
  if (text === undefined) {
    if (!isDefault(node)) throw node.fail('it has no value')
    if (names.has(name)) throw node.fail(`it is for all other values, and ${name} has values already`)
    for (const other of names.values())
      if (other.values === 'others') throw node.fail(`it is for all other values, and so is ${other.name}`)
    names.set(name, { name, description, values: 'others' })
    return
  }
  const values = valuesOf(node, text)
  node.spend(values.length)
  if (values.some(value => value >= 2n ** BigInt(width)))
    throw node.fail(`its value ${text} does not fit the field's ${width} bits`)
  const known = names.get(name) ?? { name, description, values: [] }
  if (known.values === 'others') throw node.fail(`its name ${name} is for all other values`)
  names.set(name, known)
  for (const value of values.map(Number)) {
    if (taken.has(value)) continue // the first name counts
    taken.add(value)
    known.values.push(value)
  }
}
