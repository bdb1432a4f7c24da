import type { AccessWidth, Word } from '../access/words.js'
import { badArgument } from '../system/errors.js'
import { hex } from '../system/numbers.js'

export type { AccessWidth }

/** One access as a device saw it. */
export interface Access {
  readonly kind: 'read' | 'write'
  /** In the window, in bytes. */
  readonly offset: number
  /** In bytes. */
  readonly width: AccessWidth
  /** What was read or written; a bigint if it has 64 bits. */
  readonly value: Word
  /** It failed: the value is what stands in its place. */
  readonly fault?: true
}

/** An access in one line: `read32 0x20 = 0x00000081`. */
export const formatAccess = ({ kind, offset, width, value, fault }: Access): string =>
  `${kind}${width * 8} ${hex(offset)} = 0x${value.toString(16).padStart(width * 2, '0')}${fault ? ' fault' : ''}`

/** A log as text, a line an access: to be kept beside a test. `parseLog` reads it. */
export const formatLog = (log: Iterable<Access>): string =>
  Array.from(log, access => `${formatAccess(access)}\n`).join('')

const LINE = /^(read|write)(8|16|32|64) (0x[0-9a-f]+) = (0x[0-9a-f]+)( fault)?$/

/**
 * Reads what `formatLog` wrote. Empty lines, and those that start with #, are left out.
 * @throws IoMappingError ERR_IO_ARGUMENT
 */
export const parseLog = (text: string): Access[] =>
  text.split(/\r?\n/).flatMap((line, i) => {
    if (line.trim() === '' || line.startsWith('#')) return []
    const [, kind, bits, offset, digits, fault] = LINE.exec(line.trim()) ?? []
    const width = Number(bits) / 8
    const value = BigInt(digits ?? 0)
    if (kind === undefined || value >= 2n ** BigInt(8 * width))
      throw badArgument(`parseLog: line ${i + 1}`, line, 'such as: read32 0x20 = 0x00000081')
    return {
      kind: kind as Access['kind'],
      offset: Number(offset),
      width: width as AccessWidth,
      value: width === 8 ? value : Number(value),
      ...(fault === undefined ? {} : { fault: true as const }),
    }
  })

/** All bits of an access: what a bus answers where no device does. */
export const allOnes = (width: AccessWidth): Word => (width === 8 ? 2n ** 64n - 1n : 2 ** (8 * width) - 1)
