import { XmlElement } from '@rgrove/parse-xml'
import { Failure } from '../failure.js'

interface Source {
  readonly path: string
  readonly text: string
}

/** An element of an SVD file: what it says, and where it stands. */
export class SvdNode {
  readonly tag: string
  readonly parent: SvdNode | undefined
  readonly children: readonly SvdNode[]
  readonly derivedFrom: string | undefined
  readonly #element: XmlElement
  readonly #source: Source

  constructor(element: XmlElement, source: Source, parent?: SvdNode, children?: readonly SvdNode[]) {
    this.tag = element.name
    this.parent = parent
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
    const inherited = base.children.filter(({ tag }) => this.child(tag) === undefined)
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
    return this.text('name') ?? ''
  }

  /** Where it stands, for messages: `UART0.CR.EN (chip.svd:120)`. */
  get place(): string {
    const { path, text } = this.#source
    const line = text.slice(0, this.#element.start).split('\n').length
    const names: string[] = []
    for (let node: SvdNode | undefined = this; node; node = node.parent)
      if (node.name !== '') names.unshift(node.name.slice(0, 60))
    return `${names.slice(1).join('.') || names.join('.')} <${this.tag}> (${path}:${line})`
  }

  /** An error in what it says. */
  fail(what: string): Failure {
    return new Failure(`${this.place}: ${what}`)
  }
}
