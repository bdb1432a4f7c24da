import type { WriteConstraint } from '../model.js'
import type { XmlNode } from '../xml/node.js'
import { readConstraint } from '../xml/write-constraint.js'
import { bigOf } from './numbers.js'

/** Of a register or a field. */
export const constraintOf = (node: XmlNode): WriteConstraint | undefined => {
  const said = node.child('writeConstraint')
  return said && readConstraint(said, said.child('range'), bigOf)
}
