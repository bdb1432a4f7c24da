// Numbers as `iomap config` takes them: those of all of iomap, hexadecimal ones with 0x. setpci has them without: what would be another
// number there is refused, with both readings told, and never taken for one of them.
import { parseBits, parseNumber } from '../../system/number-text.js'
import { UsageError } from '../failure.js'

/** A whole number from 0 to 2^32 - 1, or, of a value of so many `bits`, below 0 or with ~. `what` it is called in messages. @throws UsageError */
export const configNumber = (text: string, what: string, bits = 0): number => {
  if (/^[0-9a-f]{1,8}$/i.test(text)) return bothReadings(text.toLowerCase(), what)
  const value = (bits > 0 ? parseBits(text, bits) : undefined) ?? parseNumber(text)
  if (value !== undefined && value >= 0n && value < 2n ** 32n) return Number(value)
  throw new UsageError(`${what} is '${text}'; it must be a number of up to 32 bits such as 0x10`)
}

/** Of a number without 0x: allowed where setpci's reading and ours are the same. */
const bothReadings = (text: string, what: string): number => {
  const hexadecimal = Number.parseInt(text, 16)
  const decimal = /^(?:[0-9]+|0b[01]+)$/.test(text) ? Number(text) : undefined
  if (decimal === hexadecimal) return decimal
  const asHex = `0x${hexadecimal.toString(16)}`
  const readings =
    decimal === undefined
      ? `write ${asHex}`
      : `write ${asHex}, as setpci reads it, or 0x${decimal.toString(16)}, which is ${text.startsWith('0b') ? text : decimal}`
  throw new UsageError(`${what} is '${text}', without 0x; ${readings}`)
}
