import sax, { type QualifiedTag, type Tag } from 'sax'
import { Failure } from '../../failure.js'
import { plainText } from '../plain-text.js'
import { decodeXml } from './encoding.js'
import { XmlNode } from './node.js'
import { Source } from './source.js'

/** That many take some seconds, and some hundred megabytes. */
const TAGS_MAX = 1_500_000

const local = (name: string): string => name.slice(name.indexOf(':') + 1)

const attributesOf = ({ attributes }: Tag | QualifiedTag): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [local(name), plainText(String(value))]),
  )

const NONE: Readonly<Record<string, string>> = {}

/** Makes the tree of elements while the text is read: its place is known there, and no other tree is needed. */
class Builder {
  readonly #source: Source
  readonly #parser = sax.parser(true, { position: true })
  /** One string for all elements of a kind. */
  readonly #tags = new Map<string, string>()
  #count = 0
  #open: XmlNode | undefined
  /** Where the tag starts that is being read. */
  #line = 1
  root: XmlNode | undefined

  constructor(source: Source) {
    this.#source = source
    this.#parser.onopentagstart = () => {
      this.#line = this.#parser.line + 1
    }
    this.#parser.onopentag = tag => this.#start(tag)
    this.#parser.onclosetag = () => this.#end()
    this.#parser.ontext = text => this.#open?.append(text)
    this.#parser.oncdata = text => this.#open?.append(text)
    this.#parser.onerror = error => {
      throw this.#broken(error.message.split('\n')[0] ?? '')
    }
  }

  read(text: string): void {
    this.#parser.write(text).close()
    if (this.root === undefined) throw this.#broken('Root element is missing')
  }

  #start(tag: Tag | QualifiedTag): void {
    const { path } = this.#source
    if (++this.#count > TAGS_MAX)
      throw new Failure(`${path} has more than ${TAGS_MAX} elements; such a description is not read`)
    const name = local(tag.name)
    const known = this.#tags.get(name) ?? name
    this.#tags.set(known, known)
    let attributes = NONE
    for (const _ in tag.attributes) {
      attributes = attributesOf(tag)
      break
    }
    const node = new XmlNode(known, attributes, this.#source, this.#line, this.#open)
    this.#open?.add(node)
    this.root ??= node
    this.#open = node
  }

  #end(): void {
    this.#open?.close()
    this.#open = this.#open?.parent
  }

  #broken(what: string): Failure {
    const { line, column } = this.#parser
    return new Failure(
      `${this.#source.path}:${line + 1}:${column + 1}: ${what.slice(0, 120)}; this is no well-formed XML`,
    )
  }
}

/** Reads an XML file's bytes; its root, with the places of all elements. @throws Failure */
export const parseXml = (path: string, bytes: Uint8Array): XmlNode => {
  const source = new Source(path)
  const builder = new Builder(source)
  builder.read(decodeXml(source, bytes))
  return builder.root as XmlNode
}
