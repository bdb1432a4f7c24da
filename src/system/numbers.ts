import { badArgument, IoMappingError, show } from './errors.js'
import { numberAdvice, parseNumber } from './number-text.js'

/** 0x1000 for a whole number; anything else as it is, so that a message can show what was given. */
export const hex = (value: unknown): string => {
  if (typeof value !== 'bigint' && !(typeof value === 'number' && Number.isInteger(value))) return show(value)
  return value < 0 ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`
}

const UNITS = ['', 'K', 'M', 'G', 'T']

/** A size in bytes as people write it: 256M; in hexadecimal where no unit divides it. */
export const formatSize = (bytes: number): string => {
  let unit = 0
  let value = bytes
  while (value !== 0 && value % 1024 === 0 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return unit === 0 ? hex(bytes) : `${value}${UNITS[unit]}`
}

/** Reads a whole number: decimal, 0x, 0b, with K, M, G or T for powers of 1024, 1<<20. Throws ERR_IO_ARGUMENT. */
export const parseSize = (text: string, name = 'a number'): number => {
  const value = Number(parseNumber(text) ?? NaN)
  if (isByteCount(value)) return value
  throw badArgument(name, text, numberAdvice(text, 'a whole number such as 4096, 0x1000 or 16M, below 2^53'))
}

/** Whether `[offset, offset + length)` is a range of one byte or more within `limit`. */
export const isRange = (offset: unknown, length: unknown, limit: number): boolean =>
  isByteCount(offset) && isByteCount(length) && length > 0 && offset + length <= limit

/** Whether this is a whole number of bytes that a number holds exactly. */
export const isByteCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

/** Checks how many bytes something is to have. Throws ERR_IO_RANGE, ERR_IO_ARGUMENT. */
export const checkSize = (size: unknown, name: string): number => {
  if (typeof size !== 'number') throw badArgument(name, size, 'a number of bytes')
  if (isByteCount(size) && size > 0) return size
  throw new IoMappingError(
    'ERR_IO_RANGE',
    `${name} is ${hex(size)}; it must be a whole number of bytes from 1 to 2^53 - 1`,
  )
}
