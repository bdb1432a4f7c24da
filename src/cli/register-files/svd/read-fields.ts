import { type ReadField, settledFields } from '../checks/fields.js'
import type { Behaviour, Field } from '../model.js'
import { isReserved } from '../names.js'
import type { XmlNode } from '../xml/node.js'
import { accessOf, readActionOf, writeActionOf } from '../xml/words.js'
import { resolve } from './derive.js'
import { copiesOf, describe } from './dimension.js'
import { followed } from './followed.js'
import { neededNumber, numberOf } from './numbers.js'
import { readNames } from './read-names.js'
import { remembered } from './remembered.js'
import { constraintOf } from './write-constraint.js'

const made = remembered<readonly Field[]>()

/** The fields of a register of so many bits, which behaves so itself. What is wrong in one costs that one. */
export const readFields = (register: XmlNode, bits: number, outer: Behaviour): readonly Field[] => {
  const node = register.child('fields')
  const key = `${bits} ${outer.access} ${outer.onRead} ${outer.onWrite}`
  return node ? made(node, key, () => fieldsOf(node, bits, outer)) : []
}

const fieldsOf = (all: XmlNode, bits: number, outer: Behaviour): Field[] => {
  const fields = all
    .all('field')
    .flatMap(given => given.attempt(() => readField(resolve(given), bits, outer)) ?? [])
  return settledFields(fields)
}

const readField = (node: XmlNode, bits: number, outer: Behaviour): ReadField[] => {
  const copies = copiesOf(node, false)
  if (isReserved(node.name.replace('%s', ''))) return []
  const { high, low } = bitsOf(node)
  const description = node.text('description') ?? ''
  const about = {
    access: accessOf(node) ?? outer.access,
    onRead: readActionOf(node) ?? outer.onRead,
    onWrite: writeActionOf(node, 'modifiedWriteValues') ?? outer.onWrite,
    writeConstraint: constraintOf(node),
    ...readNames(node, high - low + 1),
  }
  return copies.flatMap(copy => {
    const { name, shift } = copy
    const make = () => {
      if (high < low) throw node.fail(`it ends at bit ${high}, before bit ${low}, where it starts`)
      if (high + shift >= bits)
        throw node.fail(`bits ${high + shift} to ${low + shift} are not in a register of ${bits} bits`)
      return {
        node,
        name,
        description: describe(description, copy),
        high: high + shift,
        low: low + shift,
        ...about,
      }
    }
    return (copies.length === 1 ? make() : node.attempt(make)) ?? []
  })
}

/** bitRange, lsb and msb, or bitOffset and bitWidth; what is not said is as in what it is derived from. */
const bitsOf = (node: XmlNode): { high: number; low: number } => {
  const range = node.text('bitRange')
  if (range !== undefined) {
    const [, high, low] = /^\[\s*(\d{1,3})\s*:\s*(\d{1,3})\s*\]$/.exec(range) ?? []
    if (high === undefined)
      throw node.fail(`its bitRange is '${range.slice(0, 40)}'; it must be such as [7:4]`)
    return { high: Number(high), low: Number(low) }
  }
  const [lsb, msb] = [numberOf(node, 'lsb', 63), numberOf(node, 'msb', 63)]
  if (lsb !== undefined && msb !== undefined) return { high: msb, low: lsb }
  const low = lsb ?? neededNumber(node, 'bitOffset')
  return { high: low + widthOf(node) - 1, low }
}

/** The one that says how many bits a field has: itself, or the first that does of those that it is derived from. */
const wideAs = followed((node: XmlNode) => {
  const says = ['bitRange', 'msb', 'bitWidth'].some(tag => node.text(tag) !== undefined)
  return says ? undefined : node.base
})

const widthOf = (node: XmlNode): number => {
  const width = numberOf(node, 'bitWidth', 64)
  if (width !== undefined) return width
  const as = wideAs(node)
  if (as === node) return 1
  const { high, low } = bitsOf(as)
  return high - low + 1
}
