// Words of memory: values of one to eight bytes, in this processor's byte order.
import { endianness } from 'node:os'
import { badArgument } from '../system/errors.js'
import { viewOf } from '../system/typed-arrays.js'

const LITTLE = endianness() === 'LE'

/** The order of this processor's bytes. */
export const HOST: 'little' | 'big' = LITTLE ? 'little' : 'big'

/** The width of an access, in bytes. */
export type AccessWidth = 1 | 2 | 4 | 8

/** A value of such a width: a bigint if it has 64 bits. */
export type Word = number | bigint

/** The value of `width` bytes at `at`. */
export const getWord = (bytes: Uint8Array, at: number, width: AccessWidth): Word => {
  const view = viewOf(bytes)
  if (width === 1) return view.getUint8(at)
  if (width === 2) return view.getUint16(at, LITTLE)
  return width === 4 ? view.getUint32(at, LITTLE) : view.getBigUint64(at, LITTLE)
}

/** Puts one there. */
export const setWord = (bytes: Uint8Array, at: number, width: AccessWidth, value: Word): void => {
  const view = viewOf(bytes)
  if (width === 1) view.setUint8(at, value as number)
  else if (width === 2) view.setUint16(at, value as number, LITTLE)
  else if (width === 4) view.setUint32(at, value as number, LITTLE)
  else view.setBigUint64(at, value as bigint, LITTLE)
}

/** The value that is written: as it is, or of what it is the two's complement. @throws IoMappingError ERR_IO_ARGUMENT */
export const unsigned = (call: string, width: AccessWidth, value: Word): Word => {
  const bits = width * 8
  if (width === 8 ? typeof value === 'bigint' : Number.isSafeInteger(value)) {
    const given = BigInt(value)
    const written = BigInt.asUintN(bits, given)
    if (given === written || given === BigInt.asIntN(bits, given))
      return width === 8 ? written : Number(written)
  }
  throw badArgument(
    `${call}: the value`,
    value,
    `a ${width === 8 ? 'bigint' : 'whole number'} of ${bits} bits`,
  )
}

const swap16 = (value: number): number => ((value & 0xff) << 8) | (value >>> 8)
const swap32 = (value: number): number => ((swap16(value & 0xffff) << 16) | swap16(value >>> 16)) >>> 0
const swap64 = (value: bigint): bigint =>
  (BigInt(swap32(Number(value & 0xffffffffn))) << 32n) | BigInt(swap32(Number(value >> 32n)))

/** A word of `width` bytes with its bytes in the other order. */
export const swapped = (value: Word, width: AccessWidth): Word => {
  if (width === 1) return value
  if (width === 8) return swap64(value as bigint)
  return width === 2 ? swap16(value as number) : swap32(value as number)
}
