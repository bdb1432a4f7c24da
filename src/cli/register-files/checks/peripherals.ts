// The peripherals of a file, beside each other.
import type { Peripheral } from '../model.js'
import { withOwnNames } from '../names.js'
import type { XmlNode } from '../xml/node.js'

/** A peripheral, and the element that says it. */
export type ReadPeripheral = Peripheral & { readonly node: XmlNode }

/** Those that can be, with names that differ. `none`: what is wrong if there are none. @throws Oddity */
export const settledPeripherals = (
  root: XmlNode,
  all: readonly ReadPeripheral[],
  none: string,
): Peripheral[] => {
  if (all.length === 0) {
    const [first] = root.source.oddities.messages
    throw root.fail(first === undefined ? none : `all that it has is in error; first ${first}`)
  }
  const apart = withOwnNames(all, ({ node, name }, called) =>
    node.warn(`there is another of the name ${name.slice(0, 80)}`, `it is called ${called.slice(0, 80)}`),
  )
  return apart.map(({ node: _node, ...peripheral }) => peripheral)
}
