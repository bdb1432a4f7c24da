// Numbers as `iomap config` takes them: hexadecimal with 0x, as in all of iomap. setpci has them without: what would be another number
// there is refused, with both readings told, and never taken for one of them.
import { parseBits, parseNumber } from '../../system/number-text.js'
import { UsageError } from '../failure.js'

const BARE = /^[0-9a-f]{1,8}$/i

/** A whole number from 0 to 2^32 - 1. `what` it is called in messages. */
export const configNumber = (text: string, what: string): number => {
  if (/^0x[0-9a-f]{1,8}$/i.test(text)) return Number(text)
  if (BARE.test(text)) return bothReadings(text.toLowerCase(), what)
  throw new UsageError(`${what} is '${text}'; it must be a number of up to 32 bits such as 0x10`)
}

/** What |, - and ~ join; how far << shifts is nothing of setpci's. */
const operandsOf = (text: string): string[] =>
  text.split('|').map(each => each.replace(/^[\s~-]+|<<.*$/gs, '').trim())

/** A value of so many bits, in each form that one has elsewhere: 0x6, 1<<7, ~0x80, -1. Undefined: it does not fit. @throws UsageError */
export const configBits = (text: string, what: string, bits: number): bigint | undefined => {
  for (const each of operandsOf(text)) if (BARE.test(each)) bothReadings(each.toLowerCase(), what)
  const typed = text.replace(/^0+(?=[0-9]$)/, '') // as setpci prints it: 07
  if (parseNumber(typed) === undefined)
    throw new UsageError(`${what} is '${text}'; it must be a number such as 0x10, 1<<7 or ~0x80`)
  return parseBits(typed, bits)
}

/** Of a number without 0x: allowed where decimal and hexadecimal are the same. */
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
