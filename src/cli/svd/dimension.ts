// dim: an element that stands for several.
import type { SvdNode } from './node.js'
import { neededNumber, numberOf } from './numbers.js'

/** More are a mistake: each has an object of its own. */
const COUNT_MAX = 65_536
const NAME_MAX = 200

/** One of those that an element stands for. */
export interface Copy {
  readonly name: string
  /** What is added to its offset, in bytes; to the place of a field, in bits. */
  readonly shift: number
  /** What took the place of %s in its name. */
  readonly index: string | undefined
  /** An array that is to stay one. */
  readonly array: { readonly count: number; readonly stride: number } | undefined
}

/**
 * What an element stands for: itself, a list of copies with names of their own, or, where `arrays` are wanted and its name
 * says so, an array.
 */
export const copiesOf = (node: SvdNode, arrays: boolean): Copy[] => {
  const { name } = node
  if (name === '') throw node.fail('it has no name')
  if (name.length > NAME_MAX)
    throw node.fail(`its name has ${name.length} characters; at most ${NAME_MAX} are a name`)
  const count = numberOf(node, 'dim', COUNT_MAX)
  if (count === undefined) {
    node.spend(1)
    return [{ name, shift: 0, index: undefined, array: undefined }]
  }
  if (count === 0) throw node.fail('its dim is 0; it must be 1 or more')
  const stride = neededNumber(node, 'dimIncrement')
  if (!name.includes('%s')) throw node.fail('it has a dim, and so its name must hold %s')
  if (arrays && name.endsWith('[%s]')) {
    node.spend(1)
    return [{ name: name.slice(0, -'[%s]'.length), shift: 0, index: undefined, array: { count, stride } }]
  }
  node.spend(count)
  return indicesOf(node, count).map((index, i) => ({
    name: name.replace(/\[%s\]|%s/, () => index),
    shift: i * stride,
    index,
    array: undefined,
  }))
}

/** A longer text would be too much to have once for each copy. */
const FILLED_MAX = 200

/** An element's description, as it is for one of its copies. */
export const describe = (text: string, { index }: Copy): string =>
  index === undefined || text.length > FILLED_MAX ? text : text.replaceAll('%s', () => index)

/** The words that take the place of %s. */
const indicesOf = (node: SvdNode, count: number): string[] => {
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
  const [, first, last] = /^(\d{1,9})-(\d{1,9})$/.exec(text) ?? /^([A-Z])-([A-Z])$/.exec(text) ?? []
  if (first === undefined || last === undefined) return text.split(/\s*,\s*/)
  const letters = /[A-Z]/.test(first)
  const [start, end] = letters ? [first.charCodeAt(0), last.charCodeAt(0)] : [Number(first), Number(last)]
  if (end < start || end - start >= COUNT_MAX) return undefined
  return Array.from({ length: end - start + 1 }, (_, i) =>
    letters ? String.fromCharCode(start + i) : `${start + i}`,
  )
}
