// Numbers as `iomap config` takes them: hexadecimal with 0x, as in all of iomap. setpci has them without: what would be another number
// there is refused, with both readings told, and never taken for one of them.
import { UsageError } from '../failure.js'

/** A whole number from 0 to 2^32 - 1. `what` it is called in messages. */
export const configNumber = (text: string, what: string): number => {
  if (/^0x[0-9a-f]{1,8}$/i.test(text)) return Number(text)
  if (/^[0-9a-f]{1,8}$/i.test(text)) return bothReadings(text.toLowerCase(), what)
  throw new UsageError(`${what} is '${text}'; it must be a number of up to 32 bits such as 0x10`)
}

/** Of a number without 0x: allowed where decimal and hexadecimal are the same. */
const bothReadings = (text: string, what: string): number => {
  const hexadecimal = Number.parseInt(text, 16)
  const decimal = /^[0-9]+$/.test(text) ? Number(text) : undefined
  if (decimal === hexadecimal) return decimal
  const asHex = `0x${hexadecimal.toString(16)}`
  const readings =
    decimal === undefined
      ? `write ${asHex}`
      : `write ${asHex}, as setpci reads it, or 0x${decimal.toString(16)}, which is ${decimal}`
  throw new UsageError(`${what} is '${text}', without 0x; ${readings}`)
}
