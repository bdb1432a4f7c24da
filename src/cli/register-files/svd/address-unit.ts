// addressUnitBits: what one step of an address is. Some vendors of machines that address bytes give their width in its place.
import type { XmlNode } from '../xml/node.js'
import { parseNumber } from './numbers.js'

/** In bytes. */
export const addressUnitOf = (root: XmlNode): number => {
  const text = root.text('addressUnitBits') ?? '8'
  const unit = Number(parseNumber(text) ?? Number.NaN) / 8
  if (unit === 1) return 1
  const wrong = !(Number.isInteger(unit) && unit > 0)
    ? 'it must be a multiple of 8'
    : countsBytes(root, unit)
      ? `and yet all registers lie at multiples of ${unit}, as where addresses count bytes`
      : undefined
  if (wrong === undefined) return unit
  root.warn(`its addressUnitBits is '${text.slice(0, 40)}'; ${wrong}`, 'addresses are taken to count bytes')
  return 1
}

/** Whether registers lie beside each other, and none at a place between. */
const countsBytes = (root: XmlNode, unit: number): boolean => {
  let beside = false
  const all = [root]
  for (const node of all) {
    const offsets = node
      .all('register')
      .map(each => Number(parseNumber(each.text('addressOffset') ?? '') ?? 0n))
    if (offsets.some(offset => offset % unit !== 0)) return false
    beside ||= new Set(offsets).size > 1
    for (const child of node.children)
      if (child.tag !== 'register' && child.children.length > 0) all.push(child)
  }
  return beside
}
