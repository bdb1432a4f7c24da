// The fields of a register.
import { type ReadField, settledFields } from '../checks/fields.js'
import { ValueNames } from '../checks/value-names.js'
import type { Behaviour, Field, Names, WriteConstraint } from '../model.js'
import { isReserved } from '../names.js'
import type { XmlNode } from '../xml/node.js'
import { readActionOf, type Usage, usageOf, writeActionOf } from '../xml/words.js'
import { readConstraint } from '../xml/write-constraint.js'
import { policyAccessOf, policyOf } from './policy.js'
import { isPresent } from './present.js'
import { fieldReset } from './resets.js'
import { bigOf, known, neededNumber, parseValue } from './values.js'

interface Read {
  readonly fields: readonly Field[]
  /** What they hold together after a reset: from 2014 on. */
  readonly resetValue: bigint
}

/** The fields of a register of so many bits, which behaves so itself. What is wrong in one costs that one. */
export const readFields = (register: XmlNode, bits: number, outer: Behaviour): Read => {
  const nodes = register
    .all('field')
    .filter(each => isPresent(each) && each.text('reserved') !== 'true' && !isReserved(each.name))
  const read = nodes.flatMap(node => node.attempt(() => readField(node, bits, outer)) ?? [])
  const resets = nodes.map(node => resetIn(node, bits))
  return {
    fields: settledFields(read),
    resetValue: resets.reduce((all, each) => all | each, 0n) & (2n ** BigInt(bits) - 1n),
  }
}

/** What a field holds after a reset, in its place; a place that is none is told as the field is read. */
const resetIn = (node: XmlNode, bits: number): bigint => {
  const [low, width] = ['bitOffset', 'bitWidth'].map(tag => known(node, node.text(tag) ?? '') ?? -1n)
  if (low === undefined || width === undefined || low < 0n || width < 0n || low + width > bits) return 0n
  return (fieldReset(node) & (2n ** width - 1n)) << low
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
      node.attempt(() => ({
        node,
        usage: usageOf(node, node.attributes.usage),
        value: numberIn(node, width),
      })) ?? [],
  )
  const used = (usage: Usage): Names => {
    const names = new ValueNames()
    for (const { node, usage: of, value } of said)
      if (of === usage || of === 'read-write') names.add(node, [value])
    return names.all
  }
  return { readNames: used('read'), writeNames: used('write') }
}

const numberIn = (node: XmlNode, width: number): number => {
  if (node.name === '') throw node.fail('it has no name')
  if (width > NAMED_BITS)
    throw node.fail(`values of ${width} bits can't have names; at most ${NAMED_BITS} can`)
  const value = parseValue(node, 'value', node.text('value') ?? '')
  if (value >= 2n ** BigInt(width)) throw node.fail(`its value does not fit the field's ${width} bits`)
  return Number(value)
}

const constraintOf = (policy: XmlNode): WriteConstraint | undefined => {
  const said = policy.child('writeValueConstraint')
  return said && readConstraint(said, said, bigOf)
}
