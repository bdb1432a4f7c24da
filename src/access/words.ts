// Words of memory: values of one to eight bytes, in this processor's byte order.
import { endianness } from 'node:os'

const LITTLE = endianness() === 'LE'

/** The width of an access, in bytes. */
export type AccessWidth = 1 | 2 | 4 | 8

/** A value of such a width: a bigint if it has 64 bits. */
export type Word = number | bigint

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  new DataView(buffer, byteOffset, byteLength)

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
