// The text of an XML file: by its first bytes, else as it says itself.
import { Failure } from '../../failure.js'
import { Oddity } from '../oddity.js'
import type { Source } from './source.js'

/** What the bytes 0x80 to 0x9f are in windows-1252; undefined ones stand for themselves. Node's own decoder takes them for latin1's. */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

const decodeWindows1252 = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, each => WINDOWS_1252[each.charCodeAt(0) - 0x80] as string)

const MARKS: readonly [mark: readonly number[], encoding: string][] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
  [[0x3c, 0x00], 'utf-16le'], // no mark: the < that it starts with
  [[0x00, 0x3c], 'utf-16be'],
]

const encodingOf = (source: Source, bytes: Uint8Array): string => {
  const marked = MARKS.find(([mark]) => mark.every((byte, i) => bytes[i] === byte))
  if (marked) return marked[1]
  const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1')
  const said = /^[^>]*<\?xml[^>]*\bencoding\s*=\s*["']([\w.:-]+)["']/.exec(start)?.[1] ?? 'utf-8'
  if (!/^(utf-?16|ucs-?2)/i.test(said)) return said
  warn(source, 1, `it is said to be ${said}, which has two bytes for each letter`, 'it is read as utf-8')
  return 'utf-8'
}

const warn = ({ path, oddities }: Source, line: number, what: string, done: string): void =>
  oddities.add(new Oddity(`${path}:${line}`, what), done)

const decoderOf = (path: string, encoding: string, fatal: boolean) => {
  try {
    return new TextDecoder(encoding, { fatal })
  } catch {
    throw new Failure(`${path} can't be read as ${encoding}; is it an XML file?`)
  }
}

/** The text of a file's bytes. Those that its encoding does not have cost themselves alone. @throws Failure */
export const decodeXml = (source: Source, bytes: Uint8Array): string => {
  const encoding = encodingOf(source, bytes)
  const decoder = decoderOf(source.path, encoding, true)
  // Browsers, and so Node, take iso-8859-1 and ascii for windows-1252, too.
  if (decoder.encoding === 'windows-1252') return decodeWindows1252(bytes)
  try {
    return decoder.decode(bytes)
  } catch {
    const text = decoderOf(source.path, encoding, false).decode(bytes)
    const line = text.slice(0, text.indexOf('\ufffd')).split('\n').length
    warn(source, line, `here are bytes that ${encoding} does not have`, 'they are read as \ufffd')
    return text
  }
}
