import type { Item } from '../model.js'
import type { XmlNode } from '../xml/node.js'

/** An item, and what says it. */
export interface ReadItem {
  readonly item: Item
  readonly source: ItemSource
}

/** The element that an item is of: several, if it stands for several. */
export interface ItemSource {
  readonly node: XmlNode
  /** How many bits the file says that a register has. */
  readonly asked: number
  /** Of which alternate group it is. */
  readonly group: string | undefined
}
