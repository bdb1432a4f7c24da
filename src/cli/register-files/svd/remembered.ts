import type { XmlNode } from '../xml/node.js'

/** What was made of an element, kept: those that are derived from one another share what they have in common. */
export const remembered = <T>() => {
  const all = new WeakMap<XmlNode, Map<string, T>>()
  /** `key` is all that it depends on beside the element. */
  return (node: XmlNode, key: string, make: () => T): T => {
    const known = all.get(node) ?? new Map<string, T>()
    all.set(node, known)
    const made = known.get(key) ?? make()
    known.set(key, made)
    return made
  }
}
