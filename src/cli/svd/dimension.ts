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
  if (count === undefined) return [{ name, shift: 0, array: undefined }]
  if (count === 0) throw node.fail('its dim is 0; it must be 1 or more')
  const stride = neededNumber(node, 'dimIncrement')
  if (!name.includes('%s')) throw node.fail('it has a dim, and so its name must hold %s')
  if (arrays && name.endsWith('[%s]')) {
    return [{ name: name.slice(0, -'[%s]'.length), shift: 0, array: { count, stride } }]
  }
  return indicesOf(node, count).map((index, i) => ({
    name: name.replace(/\[%s\]|%s/, index),
    shift: i * stride,
    array: undefined,
  }))
}

/** The words that take the place of %s. */
const indicesOf = (node: SvdNode, count: number): string[] => {
  const text = node.text('dimIndex')
  const indices = text === undefined ? Array.from({ length: count }, (_, i) => String(i)) : parseIndices(text)
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
