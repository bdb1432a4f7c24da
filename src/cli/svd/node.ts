import { XmlElement } from '@rgrove/parse-xml'
import { Failure } from '../failure.js'
import type { Source } from './source.js'

/** What is nested deeper is no description, and would exhaust the stack. */
const DEPTH_MAX = 64

/** What makes an element stand for several: no business of one that is derived from it, and has a name for one. */
const DIMENSION: readonly string[] = ['dim', 'dimIncrement', 'dimIndex', 'dimName', 'dimArrayIndex']

/** An element of an SVD file: what it says, and where it stands. */
export class SvdNode {
  readonly tag: string
  readonly parent: SvdNode | undefined
  readonly children: readonly SvdNode[]
  readonly derivedFrom: string | undefined
  /** In how many elements it lies. */
  readonly depth: number
  #name: string | undefined
  readonly #element: XmlElement
  readonly #source: Source

  constructor(element: XmlElement, source: Source, parent?: SvdNode, children?: readonly SvdNode[]) {
    this.tag = element.name
    this.parent = parent
    this.depth = parent ? parent.depth + 1 : 0
    if (this.depth > DEPTH_MAX) throw new RangeError('too deep') // as the parser says it, even deeper
    this.derivedFrom = element.attributes.derivedFrom
    this.#element = element
    this.#source = source
    this.children =
      children ??
      element.children.flatMap(child =>
        child instanceof XmlElement ? [new SvdNode(child, source, this)] : [],
      )
  }

  /** The same element, with the children of another where it has none of their kind. */
  over(base: SvdNode): SvdNode {
    const own = new Set(this.children.map(({ tag }) => tag))
    const single = own.has('name') && !this.name.includes('%s')
    const inherited = base.children.filter(({ tag }) => !own.has(tag) && !(single && DIMENSION.includes(tag)))
    this.spend(inherited.length)
    return new SvdNode(this.#element, this.#source, this.parent, [...this.children, ...inherited])
  }

  /** Its first child of this kind. */
  child(tag: string): SvdNode | undefined {
    return this.children.find(each => each.tag === tag)
  }

  all(tag: string): SvdNode[] {
    return this.children.filter(each => each.tag === tag)
  }

  /** The text of a child, in one line; undefined if there is none, or nothing in it. */
  text(tag: string): string | undefined {
    return this.child(tag)?.content || undefined
  }

  /** Its text, in one line. */
  get content(): string {
    return this.#element.text.replace(/\s+/g, ' ').trim()
  }

  get name(): string {
    return (this.#name ??= this.text('name') ?? '')
  }

  /** Where it stands, for messages: `UART0.CR.EN (chip.svd:120)`. */
  get place(): string {
    const { path } = this.#source
    const line = this.#source.lineAt(this.#element.start)
    const names: string[] = []
    for (let node: SvdNode | undefined = this; node; node = node.parent)
      if (node.name !== '') names.unshift(node.name.slice(0, 60))
    return `${names.slice(1).join('.') || names.join('.')} <${this.tag.slice(0, 40)}> (${path}:${line})`.trimStart()
  }

  /** Counts what is made of it. @throws Failure, if of its whole file too much is */
  spend(count: number): void {
    if (!this.#source.spend(count))
      throw this.fail(
        "up to here its file makes more than a chip's description could; does it repeat itself?",
      )
  }

  /** An error in what it says. */
  fail(what: string): Failure {
    return new Failure(`${this.place}: ${what}`)
  }
}
