// The text of an XML file: by its first bytes, else as it says itself.
import { Failure } from '../../failure.js'

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

const encodingOf = (bytes: Uint8Array): string => {
  const marked = MARKS.find(([mark]) => mark.every((byte, i) => bytes[i] === byte))
  if (marked) return marked[1]
  const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1')
  return /^[^>]*<\?xml[^>]*\bencoding\s*=\s*["']([\w.:-]+)["']/.exec(start)?.[1] ?? 'utf-8'
}

/** The text of `bytes`, which `path` holds. @throws Failure */
export const decodeXml = (path: string, bytes: Uint8Array): string => {
  const encoding = encodingOf(bytes)
  try {
    const decoder = new TextDecoder(encoding, { fatal: true })
    // Browsers, and so Node, take iso-8859-1 and ascii for windows-1252, too.
    return decoder.encoding === 'windows-1252' ? decodeWindows1252(bytes) : decoder.decode(bytes)
  } catch {
    throw new Failure(`${path} can't be read as ${encoding}; is it an XML file?`)
  }
}
