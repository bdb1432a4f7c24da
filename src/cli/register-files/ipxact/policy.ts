// How an element may be accessed: 2022 has it in accessPolicies, earlier ones in the element itself.
import type { Access } from 'io-mapping/registers'
import type { XmlNode } from '../xml/node.js'
import { accessOf } from '../xml/words.js'

/** The element that says how one is accessed: the first of its policies, or itself. */
export const policyOf = (node: XmlNode): XmlNode =>
  node.child('accessPolicies')?.child('accessPolicy') ??
  node.child('fieldAccessPolicies')?.child('fieldAccessPolicy') ??
  node

/** Undefined: it says nothing. 'none': software can't reach it. */
export const policyAccessOf = (node: XmlNode): Access | 'none' | undefined => {
  const policy = policyOf(node)
  return policy.text('access') === 'no-access' ? 'none' : accessOf(policy)
}
