import { readFileSync, statSync } from 'node:fs'
import { parseXml, XmlElement, type XmlError } from '@rgrove/parse-xml'
import { Failure } from '../failure.js'
import { SvdNode } from './node.js'
import { sourceOf } from './source.js'

/** The largest that vendors publish have some 20 MiB. */
const BYTES_MAX = 64 * 1024 ** 2

/** That many take some seconds, and a gigabyte. */
const TAGS_MAX = 1_500_000

/** Reads an XML file; its root, with the places of all elements. */
export const readXml = (path: string): SvdNode => {
  const text = readText(path)
  checkTags(path, text)
  try {
    const { root } = parseXml(text, { includeOffsets: true })
    if (root instanceof XmlElement) return new SvdNode(root, sourceOf(path, text))
  } catch (error) {
    throw explain(path, error)
  }
  throw new Failure(`${path} is no XML: it has no root element`)
}

const checkTags = (path: string, text: string): void => {
  let count = 0
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) count++
  if (count > TAGS_MAX)
    throw new Failure(`${path} has ${count} tags; a description of more than ${TAGS_MAX} is not read`)
}

const explain = (path: string, error: unknown): unknown => {
  if (error instanceof RangeError)
    return new Failure(`${path}: its elements are nested too deeply to be a description`)
  if (!(error instanceof Error) || error.name !== 'XmlError') return error
  const { line, column, message } = error as XmlError
  return new Failure(
    `${path}:${line}:${column}: ${message.split(' (line ')[0]?.slice(0, 120)}; this is no well-formed XML`,
  )
}

const readText = (path: string): string => {
  const status = statSync(path)
  if (!status.isFile()) throw new Failure(`${path} is not an ordinary file`)
  if (status.size > BYTES_MAX)
    throw new Failure(`${path} has ${status.size} bytes; a description of more than ${BYTES_MAX} is not read`)
  const bytes = readFileSync(path)
  const encoding = encodingOf(bytes)
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    throw new Failure(`${path} can't be read as ${encoding}; is it an XML file?`)
  }
}

/** By its byte order mark, or as it says itself. */
const encodingOf = (bytes: Uint8Array): string => {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1')
  return /^[^>]*<\?xml[^>]*\bencoding\s*=\s*["']([\w.:-]+)["']/.exec(start)?.[1] ?? 'utf-8'
}
