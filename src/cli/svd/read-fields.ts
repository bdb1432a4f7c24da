import { resolve } from './derive.js'
import { copiesOf, describe } from './dimension.js'
import type { Behaviour, Field, Names } from './model.js'
import type { SvdNode } from './node.js'
import { neededNumber, numberOf, valuesOf } from './numbers.js'
import { accessOf, readActionOf, writeActionOf } from './properties.js'
import { remembered } from './remembered.js'

const made = remembered<readonly Field[]>()

/** The fields of a register of so many bits, which behaves so itself. */
export const readFields = (register: SvdNode, bits: number, outer: Behaviour): readonly Field[] => {
  const node = register.child('fields')
  const key = `${bits} ${outer.access} ${outer.onRead} ${outer.onWrite}`
  return node ? made(node, key, () => fieldsOf(node, register, bits, outer)) : []
}

const fieldsOf = (all: SvdNode, register: SvdNode, bits: number, outer: Behaviour): Field[] => {
  const fields = all.all('field').flatMap(given => {
    const node = resolve(given)
    const { high, low } = bitsOf(node)
    const description = node.text('description') ?? ''
    return copiesOf(node, false).map(copy => {
      const { name, shift } = copy
      if (high < low || high + shift >= bits)
        throw node.fail(`bits ${high + shift} to ${low + shift} are not in a register of ${bits} bits`)
      return {
        name,
        description: describe(description, copy),
        high: high + shift,
        low: low + shift,
        access: accessOf(node) ?? outer.access,
        onRead: readActionOf(node) ?? outer.onRead,
        onWrite: writeActionOf(node) ?? outer.onWrite,
        ...namesOf(node, high - low + 1),
      }
    })
  })
  checkApart(register, fields)
  return fields
}

/** Two fields of one direction can't have one name or one bit. */
const checkApart = (register: SvdNode, fields: readonly Field[]): void => {
  const names = new Set<string>()
  for (const field of fields) {
    if (names.has(field.name)) throw register.fail(`it has two fields called ${field.name}`)
    names.add(field.name)
  }
  for (const access of ['read-only', 'write-only']) {
    const owners = new Map<number, string>()
    for (const field of fields.filter(each => each.access !== access)) {
      for (let bit = field.low; bit <= field.high; bit++) {
        const other = owners.get(bit)
        if (other !== undefined)
          throw register.fail(`its fields ${other} and ${field.name} both have bit ${bit}`)
        owners.set(bit, field.name)
      }
    }
  }
}

/** bitRange, lsb and msb, or bitOffset and bitWidth. */
const bitsOf = (node: SvdNode): { high: number; low: number } => {
  const range = node.text('bitRange')
  if (range !== undefined) {
    const [, high, low] = /^\[(\d{1,3}):(\d{1,3})\]$/.exec(range) ?? []
    if (high === undefined)
      throw node.fail(`its bitRange is '${range.slice(0, 40)}'; it must be such as [7:4]`)
    return { high: Number(high), low: Number(low) }
  }
  const [lsb, msb] = [numberOf(node, 'lsb', 63), numberOf(node, 'msb', 63)]
  if (lsb !== undefined && msb !== undefined) return { high: msb, low: lsb }
  const low = neededNumber(node, 'bitOffset')
  return { high: low + (numberOf(node, 'bitWidth', 64) ?? 1) - 1, low }
}

const namesOf = (field: SvdNode, width: number): { readNames: Names; writeNames: Names } => {
  const sets = field.all('enumeratedValues').map(given => {
    const node = resolve(given)
    return { usage: node.text('usage') ?? 'read-write', names: readNames(node, width) }
  })
  const used = (usage: string): Names =>
    sets.find(each => each.usage === usage || each.usage === 'read-write')?.names ?? []
  return { readNames: used('read'), writeNames: used('write') }
}

/** The largest numbers that can have names. */
const NAMED_BITS = 53

const named = (names: Map<string, number[]>, name: string): number[] => {
  const values = names.get(name) ?? []
  names.set(name, values)
  return values
}

const readNames = (set: SvdNode, width: number): Names => {
  if (width > NAMED_BITS)
    throw set.fail(`values of ${width} bits can't have names; at most ${NAMED_BITS} can`)
  const names = new Map<string, number[]>()
  const taken = new Set<number>()
  for (const node of set.all('enumeratedValue')) {
    const text = node.text('value')
    if (text === undefined) continue // isDefault: all other values
    if (node.name === '') throw node.fail('it has no name')
    const values = valuesOf(node, text)
    node.spend(values.length)
    for (const value of values) {
      if (value >= 2n ** BigInt(width))
        throw node.fail(`its value ${text} does not fit the field's ${width} bits`)
      const number = Number(value)
      if (taken.has(number)) continue // the first name counts
      taken.add(number)
      named(names, node.name).push(number)
    }
  }
  return [...names].map(([name, values]) => ({ name, values }))
}
