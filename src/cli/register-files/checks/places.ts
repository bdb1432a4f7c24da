// Where registers and clusters may lie: at a multiple of their width, as one access needs it.
import { hex } from '../../../system/numbers.js'
import type { Item, Register } from '../model.js'
import type { XmlNode } from '../xml/node.js'
import type { ReadItem } from './read-item.js'

const WIDTHS = [8, 16, 32, 64] as const

/** The bits of the access that touches a register of `asked` bits: as many, or the next that there are. @throws Oddity */
export const accessBits = (node: XmlNode, asked: number): Register['bits'] => {
  const bits = asked > 0 ? WIDTHS.find(width => width >= asked) : undefined
  if (bits !== undefined) return bits
  throw node.fail(`it has ${asked} bits; ${ALLOWED}`)
}

const ALLOWED = 'a register that one access can touch has 8, 16, 32 or 64'

/** What its places must be a multiple of, in bytes. */
const unitOf = (item: Item): number =>
  item.kind === 'register'
    ? item.bits / 8
    : item.items.reduce((most, each) => Math.max(most, unitOf(each)), 1)

/** Where it ends. */
const endOf = ({ offset, array }: Item, unit: number): number =>
  offset + unit + (array ? (array.count - 1) * array.stride : 0)

/** An item, if an access of its width can touch it. `called`: which of a list it is. @throws Oddity */
export const placed = (node: XmlNode, item: Item, called?: string): Item => {
  const unit = unitOf(item)
  const { array } = item
  // Of one alone the distance means nothing, and is anything in files.
  const alone = array?.count === 1
  checkPlace(node, item, unit, called)
  return alone
    ? { ...item, array: { ...array, stride: Math.max(unit, array.stride - (array.stride % unit)) } }
    : item
}

const checkPlace = (node: XmlNode, item: Item, unit: number, called: string | undefined): void => {
  const what = item.kind === 'register' ? 'the bytes of the register' : 'the bytes of a register in it'
  if (item.offset % unit !== 0)
    throw node.fail(
      `${called === undefined ? 'its addressOffset' : `the addressOffset of ${called}`} ${hex(item.offset)} is no multiple of ${unit}, ${what}`,
    )
  if (!Number.isSafeInteger(endOf(item, unit)))
    throw node.fail(
      `${called ?? 'it'} ends beyond the last place that there is, ${hex(Number.MAX_SAFE_INTEGER)}`,
    )
  if (item.array === undefined || item.array.count === 1) return
  const { stride } = item.array
  if (item.kind === 'register' && stride < unit)
    throw node.fail(
      `its dimIncrement is ${stride}; the register has ${unit} bytes, so they would lie on one another`,
    )
  if (stride % unit !== 0)
    throw node.fail(`its dimIncrement is ${stride}; that is no multiple of ${unit}, ${what}`)
}

/** Where each of an array starts. */
const placesOf = ({ offset, array }: Item): number[] =>
  array ? Array.from({ length: array.count }, (_, i) => offset + i * array.stride) : [offset]

/**
 * Those that there is room for: a register of an odd number of bits is touched by an access that is wider, and nothing else may lie where it
 * reaches beyond.
 */
export const withRoom = (all: readonly ReadItem[]): ReadItem[] => {
  const isWidened = ({ item, source }: ReadItem) => item.kind === 'register' && source.asked !== item.bits
  if (!all.some(isWidened)) return [...all]
  // What lies on its bytes from before is a union, whose parts are read one on another anyway.
  const starts = new Set(all.flatMap(({ item }) => placesOf(item)))
  return all.filter(each => {
    if (!isWidened(each)) return true
    const { item, source } = each
    const { node, asked } = source
    const unit = unitOf(item)
    const over = unit - Math.ceil(asked / 8)
    const free = placesOf(item).every(place => {
      for (let i = 1; i <= over; i++) if (starts.has(place + unit - i)) return false
      return true
    })
    node.warn(
      `it has ${asked} bits; ${ALLOWED}`,
      free ? `it is taken for one of ${8 * unit}` : 'it is left out, since others lie beside it',
    )
    return free
  })
}
