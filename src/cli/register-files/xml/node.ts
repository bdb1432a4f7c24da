import { Failure } from '../../failure.js'
import { Oddity } from '../oddity.js'
import { plainText } from '../plain-text.js'
import type { Source } from './source.js'

/** What is nested deeper is no description, and would exhaust the stack. */
const DEPTH_MAX = 64

const NONE: XmlNode[] = []

/** An element of an XML file: what it says, and where it stands. Names are without their prefixes. */
export class XmlNode {
  readonly tag: string
  readonly attributes: Readonly<Record<string, string>>
  readonly parent: XmlNode | undefined
  readonly source: Source
  readonly line: number
  /** In how many elements it lies. */
  readonly depth: number
  #children: XmlNode[]
  /** What it takes over from another, if it does. */
  readonly base: XmlNode | undefined
  #text = ''
  #name: string | undefined

  constructor(
    tag: string,
    attributes: Readonly<Record<string, string>>,
    source: Source,
    line: number,
    parent: XmlNode | undefined,
    children: XmlNode[] = NONE,
    base?: XmlNode,
  ) {
    this.tag = tag
    this.attributes = attributes
    this.source = source
    this.line = line
    this.parent = parent
    this.depth = parent ? parent.depth + 1 : 0
    this.#children = children
    this.base = base
    if (this.depth > DEPTH_MAX)
      throw new Failure(`${source.path}:${line}: its elements are nested too deeply to be a description`)
  }

  get children(): readonly XmlNode[] {
    return this.#children
  }

  /** While the file is read. Most elements have none. */
  add(child: XmlNode): void {
    if (this.#children === NONE) this.#children = []
    this.#children.push(child)
  }

  /** The same element, with `inherited` children of `base` beside its own. */
  over(base: XmlNode, inherited: readonly XmlNode[]): XmlNode {
    const { tag, attributes, source, line, parent, children } = this
    return new XmlNode(tag, attributes, source, line, parent, [...children, ...inherited], base)
  }

  /** The same element, as part of another. */
  within(parent: XmlNode): XmlNode {
    const { tag, attributes, source, line, children, base } = this
    return new XmlNode(tag, attributes, source, line, parent, [...children], base)
  }

  /** Its first child of this kind. */
  child(tag: string): XmlNode | undefined {
    return this.children.find(each => each.tag === tag)
  }

  all(tag: string): XmlNode[] {
    return this.children.filter(each => each.tag === tag)
  }

  /** The text of a child, in one line; undefined if there is none, or nothing in it. */
  text(tag: string): string | undefined {
    return this.child(tag)?.content || undefined
  }

  /** Its text, in one line. */
  get content(): string {
    return this.#text
  }

  /** While the file is read. */
  append(text: string): void {
    this.#text += text
  }

  /** When the file's element has ended. */
  close(): void {
    this.#text = plainText(this.#text)
  }

  get name(): string {
    return (this.#name ??= this.text('name') ?? '')
  }

  /** What it is: `UART0.CR.EN <field>`. */
  get label(): string {
    const names: string[] = []
    let node: XmlNode = this
    for (; node.parent; node = node.parent) if (node.name !== '') names.unshift(node.name.slice(0, 60))
    return `${names.join('.') || node.name.slice(0, 60)} <${this.tag.slice(0, 40)}>`.trimStart()
  }

  /** Where it stands, for messages: `UART0.CR.EN <field> (chip.svd:120)`. */
  get place(): string {
    return `${this.label} (${this.source.path}:${this.line})`
  }

  /** Counts what is made of it. @throws Failure, if of its whole file too much is */
  spend(count: number): void {
    if (this.source.spend(count)) return
    throw new Failure(
      `${this.place}: up to here its file makes more than a chip's description could; does it repeat itself?`,
    )
  }

  /** An error in what it says. */
  fail(what: string): Oddity {
    return new Oddity(this.place, what)
  }

  /** Says that something in it is wrong, and what was made of it. */
  warn(what: string, done: string): void {
    this.source.oddities.add(this.fail(what), done)
  }

  /** What `make` makes of it; undefined, with a warning, if it is in error. */
  attempt<T>(make: () => T): T | undefined {
    try {
      return make()
    } catch (error) {
      return this.source.oddities.leaveOut(this.label, error)
    }
  }
}
