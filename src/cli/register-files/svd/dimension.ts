// dim: an element that stands for several.

import type { IndexName, Repeated } from '../model.js'
import { isReserved } from '../names.js'
import type { XmlNode } from '../xml/node.js'
import { neededNumber, numberOf } from './numbers.js'

/** More are a mistake: each has an object of its own. */
const COUNT_MAX = 65_536
const NAME_MAX = 200

/** One of those that an element stands for. */
export interface Copy {
  readonly name: string
  /** What is added to its offset: as the file counts it, for a field in bits. */
  readonly shift: number
  /** What took the place of %s in its name. */
  readonly index: string | undefined
  /** An array that is to stay one. */
  readonly array: Repeated | undefined
}

/**
 * What an element stands for: itself, a list of copies with names of their own, or, where `arrays` are wanted and its name
 * says so, an array. `unit`: what its increment is multiplied by.
 */
export const copiesOf = (node: XmlNode, arrays: boolean, unit = 1): Copy[] => {
  const name = nameOf(node)
  const count = numberOf(node, 'dim', COUNT_MAX)
  if (count === undefined) {
    node.spend(1)
    return [{ name, shift: 0, index: undefined, array: undefined }]
  }
  if (count === 0) throw node.fail('its dim is 0; it must be 1 or more')
  const stride = neededNumber(node, 'dimIncrement') * unit
  const indices = indicesOf(node, count)
  if (arrays && name.endsWith('[%s]') && indices.every((index, i) => index === String(i))) {
    node.spend(1)
    const array = { count, stride, typeName: node.text('dimName'), indexNames: indexNamesOf(node) }
    return [{ name: name.slice(0, -'[%s]'.length), shift: 0, index: undefined, array }]
  }
  node.spend(count)
  return indices.map((index, i) => ({
    name: name.replace(/\[%s\]|%s/, () => index),
    shift: i * stride,
    index,
    array: undefined,
  }))
}

/** Its name, with a place for an index if there are several. */
const nameOf = (node: XmlNode): string => {
  const { name } = node
  if (name === '') throw node.fail('it has no name')
  if (name.length > NAME_MAX)
    throw node.fail(`its name has ${name.length} characters; at most ${NAME_MAX} are a name`)
  if (node.child('dim') === undefined || name.includes('%s')) return name
  if (!isReserved(name))
    node.warn('it has a dim, and so its name must hold %s', `they are called ${name}0 and so on`)
  return `${name}%s`
}

/** A longer text would be too much to have once for each copy. */
const FILLED_MAX = 300

/** An element's description, as it is for one of its copies. */
export const describe = (text: string, { index }: Copy): string => {
  if (index === undefined || text.length > FILLED_MAX) return text
  const parts = text.split('%s')
  return text.length + (parts.length - 1) * index.length > FILLED_MAX ? text : parts.join(index)
}

/** The words that take the place of %s. */
const indicesOf = (node: XmlNode, count: number): string[] => {
  const text = node.text('dimIndex')
  const indices = text === undefined ? Array.from({ length: count }, (_, i) => String(i)) : parseIndices(text)
  const long = indices?.find(index => index.length > NAME_MAX)
  if (long !== undefined)
    throw node.fail(`an index of it has ${long.length} characters; at most ${NAME_MAX} are a name`)
  if (indices?.length === count) return indices
  throw node.fail(
    `its dimIndex is '${text?.slice(0, 40)}'; it must name ${count}, as its dim says, such as 0-${count - 1}, A-D or a,b,c`,
  )
}

const parseIndices = (text: string): string[] | undefined => {
  const range =
    /^(\d{1,9})\s*-\s*(\d{1,9})$/.exec(text) ??
    /^([A-Z])\s*-\s*([A-Z])$/.exec(text) ??
    /^([a-z])\s*-\s*([a-z])$/.exec(text)
  const [, first, last] = range ?? []
  if (first === undefined || last === undefined) return text.split(/\s*,\s*/)
  const letters = /[a-z]/i.test(first)
  const [start, end] = letters ? [first.charCodeAt(0), last.charCodeAt(0)] : [Number(first), Number(last)]
  if (end < start || end - start >= COUNT_MAX) return undefined
  return Array.from({ length: end - start + 1 }, (_, i) =>
    letters ? String.fromCharCode(start + i) : `${start + i}`,
  )
}

/** Whether `asked` is what one of those is called that an element stands for. */
export const isCopyCalled = (node: XmlNode, asked: string): boolean => {
  const [before = '', after, more] = node.name.split('%s')
  if (after === undefined || more !== undefined) return false
  const index = asked.slice(before.length, asked.length - after.length)
  if (asked !== before + index + after || index === '') return false
  const indices = node.text('dimIndex')
  if (indices !== undefined) return parseIndices(indices)?.includes(index) ?? false
  return /^(0|[1-9]\d{0,8})$/.test(index) && Number(index) < Number(node.text('dim') ?? 0)
}

/** What dimArrayIndex calls the elements of an array. */
const indexNamesOf = (node: XmlNode): IndexName[] =>
  (node.child('dimArrayIndex')?.all('enumeratedValue') ?? []).flatMap(each => {
    const made = each.attempt(() => ({
      name: each.name,
      index: neededNumber(each, 'value'),
      description: each.text('description') ?? '',
    }))
    return made ?? []
  })
