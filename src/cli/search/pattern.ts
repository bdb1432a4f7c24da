import { UsageError } from '../failure.js'
import { valueFor } from '../typed/arguments.js'
import { bytesOf, hexValue, type Width } from '../typed/widths.js'

/** What is looked for: bytes as they lie in memory. */
export interface Pattern {
  /** For messages. */
  readonly name: string
  readonly bytes: Uint8Array
  /** The bits that count, by byte. */
  readonly mask: Uint8Array
  /** It lies at multiples of so many bytes. */
  readonly step: number
}

const exactly = (name: string, bytes: Uint8Array): Pattern => ({
  ...{ name, bytes, step: 1 },
  mask: new Uint8Array(bytes.length).fill(0xff),
})

export const textPattern = (text: string): Pattern => {
  if (text === '') throw new UsageError('--text is empty; there is nothing to look for')
  return exactly(`the text '${text}'`, Buffer.from(text))
}

const HEX_BYTES = /^(?:0x)?(?:[0-9a-f]{2})+$/i

/** Of hexadecimal digits: 'de ad be ef', deadbeef, 0xde,0xad. */
export const bytesPattern = (text: string): Pattern => {
  const words = text.trim().split(/[\s,:]+/)
  if (!words.every(word => HEX_BYTES.test(word)))
    throw new UsageError(
      `--bytes is '${text}'; it must be bytes of two hexadecimal digits each, such as 'de ad be ef'`,
    )
  const bytes = Buffer.from(words.map(word => word.replace(/^0x/i, '')).join(''), 'hex')
  return exactly(`the byte sequence ${bytes.toString('hex').replace(/..(?=.)/g, '$& ')}`, bytes)
}

/** Of a value, at multiples of its width unless it may lie anywhere. */
export const valuePattern = (
  text: string,
  width: Width,
  {
    mask: maskText = '-1',
    unaligned = false,
  }: { mask?: string | undefined; unaligned?: boolean | undefined },
): Pattern => {
  const value = valueFor(text, width)
  const mask = valueFor(maskText, width, '--mask')
  if ((value & ~mask) !== 0n)
    throw new UsageError(
      `VALUE is ${text.trim()}, which has bits that --mask ${maskText} leaves out: it would never be found`,
    )
  return {
    name: `${width.name} ${hexValue(value, width)}${maskText === '-1' ? '' : ` under the mask ${hexValue(mask, width)}`}`,
    bytes: bytesOf(value, width),
    mask: bytesOf(mask, width),
    step: unaligned ? 1 : width.bytes,
  }
}

/** Where it lies in `bytes`, the first of which has the address `start`. */
export function* placesIn(
  { bytes: wanted, mask, step }: Pattern,
  bytes: Uint8Array,
  start: number,
): Generator<number> {
  const isAt = (at: number): boolean => {
    for (let i = 0; i < wanted.length; i++)
      if (((bytes[at + i] as number) & (mask[i] as number)) !== wanted[i]) return false
    return true
  }
  const first = (step - (start % step)) % step
  for (let at = first; at + wanted.length <= bytes.length; at += step) if (isAt(at)) yield at
}
