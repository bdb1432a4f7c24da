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

/** Refuses what no access of its width could touch. `called`: which of a list it is. */
export const checkPlace = (node: XmlNode, item: Item, called: string | undefined): void => {
  const unit = unitOf(item)
  const what = item.kind === 'register' ? 'the bytes of the register' : 'the bytes of a register in it'
  if (item.offset % unit !== 0)
    throw node.fail(
      `${called === undefined ? 'its addressOffset' : `the addressOffset of ${called}`} ${hex(item.offset)} is no multiple of ${unit}, ${what}`,
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

/**
 * Those that there is room for: a register of an odd number of bits is touched by an access that is wider, and nothing else may lie where it
 * reaches beyond.
 */
export const withRoom = (all: readonly ReadItem[]): ReadItem[] => {
  const isWidened = ({ item, source }: ReadItem) => item.kind === 'register' && source.asked !== item.bits
  if (!all.some(isWidened)) return [...all]
  // What lies on its bytes from before is a union, whose parts are read one on another anyway.
  const starts = new Set(all.map(({ item }) => item.offset))
  return all.filter(each => {
    if (!isWidened(each)) return true
    const { item, source } = each
    const { node, asked } = source
    const unit = unitOf(item)
    const beyond = Array.from({ length: unit - Math.ceil(asked / 8) }, (_, i) => item.offset + unit - 1 - i)
    const free = item.array === undefined && !beyond.some(at => starts.has(at))
    node.warn(
      `it has ${asked} bits; ${ALLOWED}`,
      free ? `it is taken for one of ${8 * unit}` : 'it is left out, since others lie beside it',
    )
    return free
  })
}
