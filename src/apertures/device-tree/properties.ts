import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A property of the node whose folder this is: its bytes; undefined if it has none. */
export const bytesOf = (folder: string, name: string): Buffer | undefined => {
  try {
    return readFileSync(join(folder, name))
  } catch {
    return undefined
  }
}

/** Texts one after the other, each ended by a zero byte. */
export const stringsOf = (folder: string, name: string): string[] => {
  const text = bytesOf(folder, name)?.toString('utf8') ?? ''
  const texts = text.split('\0')
  return texts.at(-1) === '' ? texts.slice(0, -1) : texts
}

/** The first of a property's cells: 32-bit numbers, big-endian. */
export const cellOf = (folder: string, name: string): number | undefined => {
  const bytes = bytesOf(folder, name)
  return bytes !== undefined && bytes.length >= 4 ? bytes.readUInt32BE(0) : undefined
}

/** A number has no more. */
const MOST_CELLS = 4

/** The property's entries, each of as many numbers as `cells` says of how many cells each; what is left over is no entry. */
export const entriesOf = (bytes: Buffer, cells: readonly number[]): bigint[][] => {
  if (cells.some(count => count > MOST_CELLS)) return []
  const length = 4 * cells.reduce((sum, count) => sum + count, 0)
  const count = length === 0 ? 0 : Math.floor(bytes.length / length)
  return Array.from({ length: count }, (_, i) => numbersAt(bytes, i * length, cells))
}

const numbersAt = (bytes: Buffer, start: number, cells: readonly number[]): bigint[] => {
  let at = start
  return cells.map(count => {
    let value = 0n
    for (let i = 0; i < count; i++, at += 4) value = (value << 32n) | BigInt(bytes.readUInt32BE(at))
    return value
  })
}
