// The registers and clusters of one block, beside each other.
import type { Item } from '../model.js'
import { withOwnNames } from '../names.js'
import { withRoom } from './places.js'
import type { ReadItem } from './read-item.js'

/** Those that can be, with names that differ: those of an alternate group may have the names of others. */
export const settled = (read: readonly ReadItem[]): Item[] => {
  const all = withRoom(read)
  const counts = new Map<string, number>()
  for (const { item } of all) counts.set(item.name, (counts.get(item.name) ?? 0) + 1)
  const grouped = all.map(({ item, source }) => {
    const { group } = source
    const alone = group === undefined || counts.get(item.name) === 1
    return { item, source, name: alone ? item.name : `${item.name}_${group}` }
  })
  const apart = withOwnNames(grouped, ({ source: { node }, item, name }, called) => {
    if (item.alternateOf === undefined)
      node.warn(`there is another of the name ${name.slice(0, 80)}`, `it is called ${called.slice(0, 80)}`)
  })
  return apart.map(({ item, name }) => (item.name === name ? item : { ...item, name }))
}
