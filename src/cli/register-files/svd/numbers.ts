import type { XmlNode } from '../xml/node.js'
import { numbersBy, scaleOf } from '../xml/numbers.js'

/** A scaledNonNegativeInteger of CMSIS-SVD: 16, 0x10, #10000, 0b10000, 4k; undefined if it is none. */
export const parseNumber = (text: string): bigint | undefined => {
  const [, hex, binary, decimal, scale = ''] =
    /^\+?(?:(0x[0-9a-f]{1,32})|(?:#|0b)([01]{1,64})|([0-9]{1,32}))([kmgt]?)$/i.exec(text) ?? []
  const digits = hex ?? (binary === undefined ? decimal : `0b${binary}`)
  return digits === undefined ? undefined : BigInt(digits) * scaleOf(scale)
}

const parseIn = (node: XmlNode, tag: string, text: string): bigint => {
  const value = parseNumber(text)
  if (value !== undefined) return value
  throw node.fail(
    `its ${tag} is '${text.slice(0, 40)}'; it must be a whole number such as 16, 0x10, #10000 or 4k`,
  )
}

export const { bigOf, numberOf, neededNumber } = numbersBy(parseIn)

/** An address or a distance, which the file has in the units that its addresses count, in bytes. */
export const bytesOf = (node: XmlNode, tag: string): number | undefined => {
  const units = numberOf(node, tag)
  if (units === undefined) return undefined
  const bytes = units * node.source.addressUnit
  if (Number.isSafeInteger(bytes)) return bytes
  throw node.fail(`its ${tag} is 0x${units.toString(16)}, too much of ${node.source.addressUnit} bytes each`)
}

/** The same, of what must be there. */
export const neededBytes = (node: XmlNode, tag: string): number => {
  const bytes = bytesOf(node, tag)
  if (bytes !== undefined) return bytes
  throw node.fail(`it has no ${tag}`)
}

const DONT_CARES_MAX = 8

/** The values of an enumeratedValue: several where bits of it don't matter, as in #1x0. */
export const valuesOf = (node: XmlNode, text: string): bigint[] => {
  const value = parseNumber(text)
  if (value !== undefined) return [value]
  const pattern = /^(?:#|0b)([01x]{1,64})$/i.exec(text)?.[1]?.toLowerCase()
  if (pattern === undefined)
    throw node.fail(
      `its value is '${text.slice(0, 40)}'; it must be a whole number such as 2, 0x2, #10 or #1x`,
    )
  const free = pattern.split('x').length - 1
  if (free > DONT_CARES_MAX)
    throw node.fail(
      `its value ${text} leaves ${free} bits open; that is more than ${DONT_CARES_MAX}, and too many values`,
    )
  return Array.from({ length: 2 ** free }, (_, i) => {
    let left = i
    const digits = [...pattern].reverse().map(digit => {
      if (digit !== 'x') return digit
      const bit = left & 1
      left >>= 1
      return String(bit)
    })
    return BigInt(`0b${digits.reverse().join('')}`)
  })
}
