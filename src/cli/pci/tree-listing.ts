// `iomap list -t`: the devices that are wanted, below the bridges that lead to them.
import type { PciDevice } from '../library.js'
import { table } from '../shown/table.js'
import { headerType } from './blocks.js'
import { digits } from './ids.js'
import { deviceSummary } from './listing.js'
import { type Item, type Tell, type Told, unlessGone } from './told.js'
import { formatTree, type Leaf, type Tree, treeOf, withBridges } from './tree.js'

const BRIDGE = 1
const SECONDARY = 0x19
const SUBORDINATE = 0x1a

/** The buses behind a bridge: [02], or [03-05]; nothing of what is none. */
const busesBehind = ({ config }: PciDevice): string => {
  if (headerType(config) !== BRIDGE) return ''
  const [first = '', last] = [SECONDARY, SUBORDINATE].map(at => digits(config.read8(at), 2))
  return `[${first === last ? first : `${first}-${last}`}] `
}

const prefixed = (text: string, indent: string): string => text.replaceAll(/^(?=.)/gm, indent)

const below =
  ({ entry, notes }: Told): Leaf['below'] =>
  indent =>
    `${entry.rows.length > 0 ? prefixed(`${table(entry.rows)}\n`, indent) : ''}${notes(indent)}`

/** A bridge that only leads to another is its title. */
const leafOf = (item: Item, told: Told | undefined): Leaf => ({
  address: item.device.address,
  parent: item.device.parent ?? null,
  title: `${busesBehind(item.device)}${deviceSummary(item.listed)}`,
  below: told ? below(told) : () => '',
})

const places = (items: readonly Item[]) =>
  items.map(item => ({ item, address: item.device.address, parent: item.device.parent ?? null }))

/** The devices of `items` that `are` wanted: a line of each, and all that `tell` tells, if that is asked for. */
export const treeText = (
  items: readonly Item[],
  are: (item: Item) => boolean,
  tell: Tell | undefined,
): string => {
  const kept = withBridges(places(items), ({ item }) => are(item))
  const leaf = (item: Item) => leafOf(item, are(item) ? tell?.(item) : undefined)
  return formatTree(treeOf(kept.flatMap(({ item }) => unlessGone(() => leaf(item)))))
}

/** The same as data: each with its `children`. */
export const treeData = (items: readonly Item[], are: (item: Item) => boolean, tell: Tell): object[] => {
  const kept = withBridges(places(items), ({ item }) => are(item))
  const dataOf = ({ item, children }: Tree<(typeof kept)[number]>): object => ({
    ...((are(item) ? unlessGone(() => tell(item).data)[0] : undefined) ?? item.listed),
    children: children.map(dataOf),
  })
  return treeOf(kept).map(dataOf)
}
