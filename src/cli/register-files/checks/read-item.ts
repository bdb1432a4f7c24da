import type { Item } from '../model.js'
import type { XmlNode } from '../xml/node.js'

/** An item, and the element that says it. */
export interface ReadItem {
  readonly item: Item
  readonly node: XmlNode
  /** How many bits the file says that a register has. */
  readonly asked: number
  /** Of which alternate group it is. */
  readonly group: string | undefined
}
