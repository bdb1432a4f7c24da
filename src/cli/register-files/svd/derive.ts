// derivedFrom: an element that is as another one, but for what it says itself.
import type { XmlNode } from '../xml/node.js'
import { isCopyCalled } from './dimension.js'

const withoutIndex = (name: string): string => name.replace(/\[?%s\]?/, '')

const isCalled = (node: XmlNode, asked: string): boolean =>
  node.name === asked || withoutIndex(node.name) === asked || isCopyCalled(node, asked)

/** All elements of a file that have a name, by their kind and name; and those that stand for several, by their kind. */
interface Index {
  readonly named: ReadonlyMap<string, readonly XmlNode[]>
  readonly lists: ReadonlyMap<string, readonly XmlNode[]>
}

const indices = new WeakMap<XmlNode, Index>()

const addTo = (map: Map<string, XmlNode[]>, key: string, node: XmlNode): void => {
  const same = map.get(key)
  if (same) same.push(node)
  else map.set(key, [node])
}

const indexOf = (root: XmlNode): Index => {
  const known = indices.get(root)
  if (known) return known
  const named = new Map<string, XmlNode[]>()
  const lists = new Map<string, XmlNode[]>()
  const all = [root]
  for (const node of all) {
    for (const child of node.children) if (child.children.length > 0) all.push(child)
    if (node.name === '') continue
    for (const name of new Set([node.name, withoutIndex(node.name)]))
      addTo(named, `${node.tag} ${name}`, node)
    if (node.name.includes('%s')) addTo(lists, node.tag, node)
  }
  const index = { named, lists }
  indices.set(root, index)
  return index
}

/** Those of a kind that may be meant by a name: of it, or, if there are none, those of which a copy is called so. */
const candidatesFor = (root: XmlNode, tag: string, name: string): readonly XmlNode[] => {
  const { named, lists } = indexOf(root)
  return named.get(`${tag} ${name}`) ?? (lists.get(tag) ?? []).filter(node => isCopyCalled(node, name))
}

/** What the path that ends at `node` starts in; undefined if its elements have other names. */
const scopeOf = (node: XmlNode, path: readonly string[]): XmlNode | undefined => {
  let first = node
  let left = path.length - 1
  for (let outer = node.parent; left > 0; outer = outer.parent) {
    if (outer === undefined) return undefined
    if (outer.name === '') continue
    if (!isCalled(outer, path[--left] as string)) return undefined
    first = outer
  }
  return first.parent
}

/** Looking at a candidate costs so much less than making something of an element. */
const CANDIDATES_PER_WORK = 20

/** The closest of that kind and path: beside `node` first, then further and further out. */
const closest = (node: XmlNode, tag: string, names: readonly string[]): XmlNode | undefined => {
  const around: XmlNode[] = []
  for (let outer = node.parent; outer; outer = outer.parent) around.push(outer)
  const root = around.at(-1) ?? node
  const candidates = candidatesFor(root, tag, names.at(-1) ?? '')
  node.spend(1 + Math.floor(candidates.length / CANDIDATES_PER_WORK))
  let best: { found: XmlNode; common: number; below: number } | undefined
  for (const found of candidates) {
    let common = found === node ? undefined : scopeOf(found, names)
    if (common === undefined) continue
    const { depth } = common
    while (around[around.length - 1 - common.depth] !== common) common = common.parent as XmlNode
    const below = depth - common.depth
    if (!best || common.depth > best.common || (common.depth === best.common && below < best.below))
      best = { found, common: common.depth, below }
  }
  return best?.found
}

/** What an element of a kind may lie in. */
const HOLDERS: Readonly<Record<string, readonly string[]>> = {
  cluster: ['cluster', 'peripheral'],
  register: ['cluster', 'peripheral'],
  field: ['register'],
  enumeratedValues: ['field'],
}

/** Elements that have what is asked for of others, which are found so themselves. No file needs more. */
const HOLDERS_MAX = 8

/** The same, of an element that has it of the one that it is derived from itself. */
const inherited = (
  node: XmlNode,
  tag: string,
  names: readonly string[],
  left: number,
): XmlNode | undefined => {
  const name = names.at(-1) ?? ''
  for (const outer of names.length > 1 ? (HOLDERS[tag] ?? []) : []) {
    const given = findBase(node, outer, names.slice(0, -1), left)
    const holder = given && given !== node ? resolve(given, left) : undefined
    const inside = holder?.children.flatMap(each =>
      each.tag === tag ? [each] : each.name === '' ? each.all(tag) : [],
    )
    const found = inside?.find(each => isCalled(each, name))
    if (holder && found) return found.within(holder)
  }
  return undefined
}

const findBase = (node: XmlNode, tag: string, names: readonly string[], left: number): XmlNode | undefined =>
  closest(node, tag, names) ?? (left > 0 ? inherited(node, tag, names, left - 1) : undefined)

/** What an element is derived from. @throws Oddity */
const baseOf = (node: XmlNode, path: string, left: number): XmlNode => {
  const found = findBase(node, node.tag, path.split('.'), left)
  if (found) return found
  throw node.fail(`it is derived from '${path.slice(0, 80)}', and there is no such <${node.tag}>`)
}

/** What makes an element stand for several: no business of one that is derived from it, and has a name for one. */
const DIMENSION: readonly string[] = ['dim', 'dimIncrement', 'dimIndex', 'dimName', 'dimArrayIndex']
/** What goes with a count, and not with another one. */
const COUNTED: readonly string[] = ['dimIndex', 'dimName', 'dimArrayIndex']
/** Where a field lies, in three notations: one that says it in one has nothing of another. */
const PLACE: readonly string[] = ['bitRange', 'lsb', 'msb', 'bitOffset', 'bitWidth']

/** The same element, with what `base` says beside it. */
const over = (node: XmlNode, base: XmlNode): XmlNode => {
  const own = new Set(node.children.map(({ tag }) => tag))
  const single = own.has('name') && !node.name.includes('%s')
  const left = new Set([
    ...own,
    ...(single ? DIMENSION : own.has('dim') ? COUNTED : []),
    ...(PLACE.some(tag => own.has(tag)) ? PLACE : []),
  ])
  const inherited = base.children.filter(({ tag }) => !left.has(tag))
  node.spend(inherited.length)
  return node.over(base, inherited)
}

const resolved = new WeakMap<XmlNode, XmlNode>()

/** An element with all that it has of those that it is derived from. */
export const resolve = (node: XmlNode, left = HOLDERS_MAX): XmlNode => {
  const line = new Set<XmlNode>()
  let last = node
  while (!resolved.has(last)) {
    if (line.has(last)) throw node.fail(`it is derived from itself, by way of ${last.name.slice(0, 80)}`)
    line.add(last)
    const from = last.attributes.derivedFrom
    if (from === undefined) break
    last = baseOf(last, from, left)
  }
  let made = resolved.get(last) ?? last
  for (const each of [...line].reverse()) {
    if (each !== last) made = over(each, made)
    resolved.set(each, made).set(made, made)
  }
  return made
}
