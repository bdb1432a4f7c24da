// The fields of a register.
import { type ReadField, settledFields } from '../checks/fields.js'
import type { Behaviour, Field, Name, Names, WriteConstraint } from '../model.js'
import { isReserved } from '../names.js'
import type { XmlNode } from '../xml/node.js'
import { readActionOf, writeActionOf } from '../xml/words.js'
import { readConstraint } from '../xml/write-constraint.js'
import { policyAccessOf, policyOf } from './policy.js'
import { bigOf, neededNumber, parseValue } from './values.js'

interface Read {
  readonly fields: readonly Field[]
  /** What they hold together after a reset: from 2014 on. */
  readonly resetValue: bigint
}

/** The fields of a register of so many bits, which behaves so itself. What is wrong in one costs that one. */
export const readFields = (register: XmlNode, bits: number, outer: Behaviour): Read => {
  const nodes = register
    .all('field')
    .filter(each => each.text('reserved') !== 'true' && !isReserved(each.name))
  const read = nodes.flatMap(node => node.attempt(() => readField(node, bits, outer)) ?? [])
  const resets = nodes.map(node => node.attempt(() => resetOf(node)) ?? 0n)
  return {
    fields: settledFields(read),
    resetValue: resets.reduce((all, each) => all | each, 0n) & (2n ** BigInt(bits) - 1n),
  }
}

const resetOf = (node: XmlNode): bigint => {
  const reset = node.child('resets')?.child('reset')
  const value = reset && bigOf(reset, 'value')
  if (reset === undefined || value === undefined) return 0n
  return (value & (bigOf(reset, 'mask') ?? ~0n)) << BigInt(neededNumber(node, 'bitOffset'))
}

const readField = (node: XmlNode, bits: number, outer: Behaviour): ReadField[] => {
  if (node.name === '') throw node.fail('it has no name')
  const access = policyAccessOf(node) ?? outer.access
  if (access === 'none') return []
  const [low, width] = [neededNumber(node, 'bitOffset'), neededNumber(node, 'bitWidth')]
  if (width < 1 || low + width > bits)
    throw node.fail(`bits ${low + width - 1} to ${low} are not in a register of ${bits} bits`)
  const policy = policyOf(node)
  return [
    {
      node,
      name: node.name,
      description: node.text('description') ?? '',
      high: low + width - 1,
      low,
      access,
      onRead: readActionOf(policy) ?? outer.onRead,
      onWrite: writeActionOf(policy, 'modifiedWriteValue') ?? outer.onWrite,
      ...namesOf(node, width),
      writeConstraint: constraintOf(policy),
    },
  ]
}

/** The largest numbers that can have names. */
const NAMED_BITS = 53

const namesOf = (field: XmlNode, width: number): Pick<Field, 'readNames' | 'writeNames'> => {
  const said = (field.child('enumeratedValues')?.all('enumeratedValue') ?? []).flatMap(
    node =>
      node.attempt(() => ({ usage: node.attributes.usage ?? 'read-write', name: nameOf(node, width) })) ?? [],
  )
  const used = (usage: string): Names => {
    const seen = new Set<string | number>()
    const all = said
      .filter(each => each.usage === usage || each.usage === 'read-write')
      .map(({ name }) => name)
    return all.filter(({ name, values: [value] }) => {
      if (seen.has(name) || seen.has(value)) return false // the first one counts
      seen.add(name).add(value)
      return true
    })
  }
  return { readNames: used('read'), writeNames: used('write') }
}

const nameOf = (node: XmlNode, width: number): Name & { readonly values: readonly [number] } => {
  if (node.name === '') throw node.fail('it has no name')
  if (width > NAMED_BITS)
    throw node.fail(`values of ${width} bits can't have names; at most ${NAMED_BITS} can`)
  const value = parseValue(node, 'value', node.text('value') ?? '')
  if (value >= 2n ** BigInt(width)) throw node.fail(`its value does not fit the field's ${width} bits`)
  return { name: node.name, description: node.text('description') ?? '', values: [Number(value)] }
}

const constraintOf = (policy: XmlNode): WriteConstraint | undefined => {
  const said = policy.child('writeValueConstraint')
  return said && readConstraint(said, said, bigOf)
}
