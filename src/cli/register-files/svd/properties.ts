// What registers take over from what they lie in: registerPropertiesGroup of CMSIS-SVD.
import type { Access } from 'io-mapping/registers'
import type { XmlNode } from '../xml/node.js'
import { accessOf } from '../xml/words.js'
import { resolve } from './derive.js'
import { followed } from './followed.js'
import { bigOf, numberOf } from './numbers.js'

export interface Properties {
  readonly bits: number | undefined
  readonly access: Access | undefined
  readonly resetValue: bigint
  readonly resetMask: bigint | undefined
}

export const NO_PROPERTIES: Properties = {
  bits: undefined,
  access: undefined,
  resetValue: 0n,
  resetMask: undefined,
}

/** A number without which an element is still right. */
const optional = (node: XmlNode, tag: string): bigint | undefined => {
  try {
    return bigOf(node, tag)
  } catch {
    node.warn(`its ${tag} is '${node.text(tag)?.slice(0, 40)}', which is no number`, 'it is not heeded')
    return undefined
  }
}

/** Those of an element, where it has them, else those of what it lies in. */
export const propertiesOf = (node: XmlNode, outer: Properties): Properties => ({
  bits: numberOf(node, 'size') ?? outer.bits,
  access: accessOf(node) ?? outer.access,
  resetValue: optional(node, 'resetValue') ?? outer.resetValue,
  resetMask: optional(node, 'resetMask') ?? outer.resetMask,
})

const known = new WeakMap<XmlNode, Properties>()

/** Those of an element's place in the file. */
const inherited = (node: XmlNode | undefined): Properties => {
  if (node === undefined) return NO_PROPERTIES
  const made = known.get(node) ?? propertiesOf(resolve(node), inherited(node.parent))
  known.set(node, made)
  return made
}

const isFromElsewhere = ({ base, parent }: XmlNode): boolean => base !== undefined && base.parent !== parent

/** Where an element ends that is derived from one that is derived from one, each in another place. */
const ends = followed((node: XmlNode) => (isFromElsewhere(node) ? node.base : undefined))

/** What an element takes over: from what it lies in, or, if it is derived from one that lies elsewhere, from what that lies in. */
export const outerOf = (node: XmlNode, outer: Properties): Properties =>
  isFromElsewhere(node) ? inherited(ends(node).parent) : outer
