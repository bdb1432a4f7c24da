// What command lines print, in a form in which what iomap says and what others say are alike.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { FOLDER } from './run.js'

/** What a pattern's first group finds, each time. */
const each = (pattern: RegExp, text: string): string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found)

const devices = (text: string): string[] =>
  each(/^(?:Slot:\s+)?(?:0000:)?([0-9a-f]{2}:[0-9a-f]{2}\.[0-7])\s/gm, text)

const devicesOfJson = (text: string): string[] =>
  (JSON.parse(text) as { address: string }[]).map(({ address }) => address.slice('0000:'.length))

/** Of a tree, whose lines have a device and a function alone. */
const branches = (text: string): string[] => each(/[-` ]([0-9a-f]{2}\.[0-7])(?=[\s-]|$)/gm, text)

const octets = (digits: string): string[] => digits.toLowerCase().match(/../g) ?? []
const littleEndian = (digits: string): string[] => octets(digits).reverse()

/** Of a dump's line. */
const LINE_BYTES = 16

/** The words of a dump's lines, which end where the text beside them begins; a line stands for those that are left out behind it, too. */
const dumped = (text: string): string[] => {
  const lines = [...text.matchAll(/^([0-9a-f]{2,8}): (.*)$/gm)].map(([, at = '', rest = '']) => ({
    at: Number.parseInt(at, 16),
    words: (rest.split('  ')[0] ?? '').trim().split(' '),
  }))
  return lines.flatMap(({ at, words }, i) => {
    const behind = lines[i + 1]?.at ?? at + LINE_BYTES
    return Array.from({ length: (behind - at) / LINE_BYTES }, () => words).flat()
  })
}

/** The bytes of values, one a line, with their offsets or without; or of a dump. */
const bytes = (text: string): string[] => {
  const values = each(/^(?:0x[0-9a-f]+: )?0x([0-9a-f]+)$/gim, text)
  return (values.length > 0 ? values : dumped(text)).flatMap(littleEndian)
}

const bytesOfXxd = (text: string): string[] => dumped(text).flatMap(octets)

/** The file is gone then: the other side is to write it anew. */
const bytesOfFile = (_: string, line: string): string[] => {
  const [, name = ''] = /(?:--output |of=)(\S+)/.exec(line) ?? []
  const found = octets(readFileSync(join(FOLDER, name)).toString('hex'))
  rmSync(join(FOLDER, name))
  return found
}

const nothing = (): string[] => []

/** What stands in what a command line prints that looks so. The first counts. */
type Reader = readonly [line: RegExp, read: (text: string, line: string) => string[]]

const THEIRS: readonly Reader[] = [
  [/^lspci -xxx/, bytes],
  [/^lspci -t/, branches],
  [/^lspci/, devices],
  [/^cat /, text => each(/^ *0*([0-9a-f]+)-/gm, text)],
  [/^setpci -v/, text => each(/ ([0-9a-f]+)$/gm, text)],
  [/^setpci/, text => text.trim().split('\n')],
  [/^xxd/, bytesOfXxd],
  [/^(?:until|cmp) /, nothing],
  [/^dd .* of=/, bytesOfFile],
  [
    / \| grep /,
    (text, line) =>
      dumped(text)
        .filter(word => line.endsWith(word))
        .flatMap(littleEndian),
  ],
  [/^(?:memtool|devmem|devmem2|pcimem) /, bytes],
]

const OURS: readonly Reader[] = [
  [/ --output /, bytesOfFile],
  [/ --resources$/, text => each(/^ *0x([0-9a-f]+) /gm, text)],
  [/ --json$/, devicesOfJson],
  [/ --dump$/, bytes],
  [/^iomap list -t/, branches],
  [/^iomap (?:list|config \S+$)/, devices],
  [/ --dry-run$/, text => each(/^would write 0x([0-9a-f]+)/gm, text)],
  [/^iomap config/, text => each(/^0x\S+ +\S+ +0x([0-9a-f]+)/gm, text)],
  [/^iomap (?:poll|compare)/, nothing],
  [/^iomap (?:read|dump|search)/, bytes],
]

/** What a command line has told. */
export const factsOf = (line: string, text: string): string[] => {
  const found = (line.startsWith('iomap ') ? OURS : THEIRS).find(([pattern]) => pattern.test(line))
  if (found === undefined) throw new Error(`nothing says how to read what '${line}' prints`)
  return found[1](text, line)
}

/** What lspci says of a device, and how iomap does. */
const DETAILS: readonly [theirs: RegExp, ours: (found: string) => string][] = [
  [/\[([0-9a-f]{4}:[0-9a-f]{4})\]/g, ids => `[${ids}]`],
  [/driver in use: (\S+)/g, driver => `driver ${driver}`],
  [/Memory at ([0-9a-f]+)/g, at => `0x${at}`],
  [/Capabilities: \[([0-9a-f]+)/g, at => `[${at}]`],
]

/** What is to be found in what iomap prints, if lspci has printed this. */
export const detailsOf = (lspci: string): string[] =>
  DETAILS.flatMap(([pattern, ours]) => each(pattern, lspci).map(ours))
