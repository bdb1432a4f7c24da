// Numbers of IP-XACT: those of 1.4 and 2009 (0x10, #10, 4K), SystemVerilog's of 2014 and 2022 ('h10, 32'hff), parameters by their ids.
import type { XmlNode } from '../xml/node.js'
import { numbersBy, scaleOf } from '../xml/numbers.js'

const RADIXES: Readonly<Record<string, string>> = { h: '0x', o: '0o', b: '0b', d: '' }

/** Undefined: it is none. */
const literal = (text: string): bigint | undefined => {
  const [, hex, decimal, scale = ''] =
    /^\+?(?:(?:0x|#)([0-9a-f]{1,32})|(\d{1,32}))([kmgt]?)$/i.exec(text) ?? []
  const digits = hex === undefined ? decimal : `0x${hex}`
  if (digits !== undefined) return BigInt(digits) * scaleOf(scale)
  if (/^0b[01]{1,64}$/i.test(text)) return BigInt(text)
  const [, radix = '', value = ''] = /^\d*\s*'s?([hobd])\s*([0-9a-f_]{1,80})$/i.exec(text) ?? []
  if (radix === '') return undefined
  try {
    return BigInt((RADIXES[radix.toLowerCase()] ?? '') + value.replaceAll('_', ''))
  } catch {
    return undefined // digits of another radix
  }
}

const parameters = new WeakMap<XmlNode, ReadonlyMap<string, string>>()

/** The values of a component's parameters, by their ids. */
const parametersOf = (node: XmlNode): ReadonlyMap<string, string> => {
  let root = node
  while (root.parent) root = root.parent
  const before = parameters.get(root)
  if (before) return before
  const found = (root.child('parameters')?.all('parameter') ?? []).map(
    each =>
      [
        each.attributes.parameterId ?? each.child('value')?.attributes.id ?? '',
        each.text('value') ?? '',
      ] as const,
  )
  const made = new Map(found)
  parameters.set(root, made)
  return made
}

/** What a number's text means; undefined if it can't be told. */
export const known = (node: XmlNode, text: string): bigint | undefined =>
  literal(text) ?? literal(parametersOf(node).get(text) ?? '')

/** What a number's text means. @throws Oddity */
export const parseValue = (node: XmlNode, what: string, text: string): bigint => {
  const value = known(node, text)
  if (value !== undefined) return value
  throw node.fail(
    `its ${what} is '${text.slice(0, 40)}'; it must be a number such as 16, 0x10, 4K, 'h10, or the id of a parameter that has one`,
  )
}

/** A number without which an element is still right. */
export const optional = (node: XmlNode, tag: string): bigint | undefined => {
  const text = node.text(tag)
  const value = text === undefined ? undefined : known(node, text)
  if (text !== undefined && value === undefined)
    node.warn(`its ${tag} is '${text.slice(0, 40)}', which is no number`, 'it is not heeded')
  return value
}

export const { bigOf, numberOf, neededNumber } = numbersBy(parseValue)
