// derivedFrom: an element that is as another one, but for what it says itself.
import type { SvdNode } from './node.js'

const withoutIndex = (name: string): string => name.replace(/\[?%s\]?/, '')

const isCalled = ({ name }: SvdNode, asked: string): boolean => name === asked || withoutIndex(name) === asked

type Index = ReadonlyMap<string, readonly SvdNode[]>
const indices = new WeakMap<SvdNode, Index>()

/** All elements below `root` that have a name, by their kind and name. */
const indexOf = (root: SvdNode): Index => {
  const known = indices.get(root)
  if (known) return known
  const index = new Map<string, SvdNode[]>()
  const all = [root]
  for (const node of all) {
    for (const child of node.children) all.push(child)
    if (node.name === '') continue
    for (const name of new Set([node.name, withoutIndex(node.name)])) {
      const key = `${node.tag} ${name}`
      const same = index.get(key)
      if (same) same.push(node)
      else index.set(key, [node])
    }
  }
  indices.set(root, index)
  return index
}

/** What the path that ends at `node` starts in; undefined if its elements have other names. */
const scopeOf = (node: SvdNode, path: readonly string[]): SvdNode | undefined => {
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

/** What an element is derived from: the closest of that path, beside it first, then further and further out. */
const baseOf = (node: SvdNode, path: string): SvdNode => {
  const names = path.split('.')
  const around: SvdNode[] = []
  for (let outer = node.parent; outer; outer = outer.parent) around.push(outer)
  const root = around.at(-1) ?? node
  const candidates = indexOf(root).get(`${node.tag} ${names.at(-1)}`) ?? []
  node.spend(1 + Math.floor(candidates.length / CANDIDATES_PER_WORK))
  let best: { found: SvdNode; common: number; below: number } | undefined
  for (const found of candidates) {
    let common = found === node ? undefined : scopeOf(found, names)
    if (common === undefined) continue
    const { depth } = common
    while (around[around.length - 1 - common.depth] !== common) common = common.parent as SvdNode
    const below = depth - common.depth
    if (!best || common.depth > best.common || (common.depth === best.common && below < best.below))
      best = { found, common: common.depth, below }
  }
  if (best) return best.found
  throw node.fail(`it is derived from '${path.slice(0, 80)}', and there is no such <${node.tag}>`)
}

const resolved = new WeakMap<SvdNode, SvdNode>()

/** An element with all that it has of those that it is derived from. */
export const resolve = (node: SvdNode): SvdNode => {
  const line = new Set<SvdNode>()
  let last = node
  while (!resolved.has(last)) {
    if (line.has(last)) throw node.fail(`it is derived from itself, by way of ${last.name.slice(0, 80)}`)
    line.add(last)
    if (last.derivedFrom === undefined) break
    last = baseOf(last, last.derivedFrom)
  }
  let made = resolved.get(last) ?? last
  for (const each of [...line].reverse()) {
    if (each !== last) made = each.over(made)
    resolved.set(each, made)
  }
  return made
}
