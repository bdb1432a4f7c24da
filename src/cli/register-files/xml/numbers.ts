import type { XmlNode } from './node.js'

const SCALES = ['', 'k', 'm', 'g', 't'] as const

/** What a letter behind a number multiplies it by: k, m, g or t, in either case; none, by 1. */
export const scaleOf = (letter: string): bigint =>
  1024n ** BigInt(Math.max(0, SCALES.indexOf(letter.toLowerCase() as (typeof SCALES)[number])))

/** How a format's numbers are read. */
export interface Numbers {
  /** The number that a child holds; undefined if there is no such child. @throws Oddity */
  bigOf(node: XmlNode, tag: string): bigint | undefined
  /** The same, of what is counted or measured. @throws Oddity */
  numberOf(node: XmlNode, tag: string, most?: number): number | undefined
  /** The same, of what must be there. @throws Oddity */
  neededNumber(node: XmlNode, tag: string): number
}

/** Numbers in children, of which `parse` reads a text; it throws Oddity. */
export const numbersBy = (parse: (node: XmlNode, tag: string, text: string) => bigint): Numbers => {
  const bigOf: Numbers['bigOf'] = (node, tag) => {
    const text = node.text(tag)
    return text === undefined ? undefined : parse(node, tag, text)
  }
  const numberOf: Numbers['numberOf'] = (node, tag, most = 2 ** 53 - 1) => {
    const value = bigOf(node, tag)
    if (value === undefined || value <= BigInt(most)) return value === undefined ? undefined : Number(value)
    throw node.fail(`its ${tag} is 0x${value.toString(16)}; that is more than 0x${most.toString(16)}`)
  }
  const neededNumber: Numbers['neededNumber'] = (node, tag) => {
    const value = numberOf(node, tag)
    if (value !== undefined) return value
    throw node.fail(`it has no ${tag}`)
  }
  return { bigOf, numberOf, neededNumber }
}
