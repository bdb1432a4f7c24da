// derivedFrom: an element that is as another one, but for what it says itself.
import type { SvdNode } from './node.js'

const isCalled = (node: SvdNode, name: string): boolean =>
  node.name !== '' && (node.name === name || node.name.replace(/\[?%s\]?/, '') === name)

/** The elements of one kind below `scope` that a path of names leads to. */
const find = function* (scope: SvdNode, tag: string, path: readonly string[]): Iterable<SvdNode> {
  const [name = '', ...rest] = path
  for (const child of scope.children) {
    if (isCalled(child, name)) {
      if (rest.length > 0) yield* find(child, tag, rest)
      else if (child.tag === tag) yield child
    }
    yield* find(child, tag, path)
  }
}

/** What an element is derived from: looked for beside it first, then further and further out. */
const baseOf = (node: SvdNode, path: string): SvdNode => {
  for (let scope = node.parent; scope; scope = scope.parent) {
    for (const found of find(scope, node.tag, path.split('.'))) if (found !== node) return found
  }
  throw node.fail(`it is derived from '${path.slice(0, 80)}', and there is no such <${node.tag}>`)
}

/** An element with all that it has of those that it is derived from. */
export const resolve = (node: SvdNode): SvdNode => {
  const line = [node]
  let made = node
  for (let last = node; last.derivedFrom !== undefined; made = made.over(last)) {
    last = baseOf(last, last.derivedFrom)
    if (line.includes(last)) throw node.fail(`it is derived from itself, by way of ${last.name}`)
    line.push(last)
  }
  return made
}
