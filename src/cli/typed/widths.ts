import { endianness } from 'node:os'
import type { IoMem } from '../library.js'

/** A width of access, and how to make one exact access of it. Values are bigints, whatever the width. */
export interface Width {
  readonly name: WidthName
  readonly bytes: 1 | 2 | 4 | 8
  /** Whether a value's bytes lie in the device in the other order than here. */
  readonly swaps: boolean
  read(window: IoMem, offset: number): bigint
  write(window: IoMem, offset: number, value: bigint): void
}

export type WidthName = 'u8' | 'u16' | 'u32' | 'u64'

/** The accesses of a window that have this width. */
interface Accesses {
  readonly bytes: Width['bytes']
  read(window: IoMem, offset: number): bigint
  write(window: IoMem, offset: number, value: bigint): void
}

const ACCESSES: Readonly<Record<WidthName, Accesses>> = {
  u8: {
    bytes: 1,
    read: (window, offset) => BigInt(window.read8(offset)),
    write: (window, offset, value) => window.write8(offset, Number(value)),
  },
  u16: {
    bytes: 2,
    read: (window, offset) => BigInt(window.read16(offset)),
    write: (window, offset, value) => window.write16(offset, Number(value)),
  },
  u32: {
    bytes: 4,
    read: (window, offset) => BigInt(window.read32(offset)),
    write: (window, offset, value) => window.write32(offset, Number(value)),
  },
  u64: {
    bytes: 8,
    read: (window, offset) => window.read64(offset),
    write: (window, offset, value) => window.write64(offset, value),
  },
}

/** All of them. */
export const WIDTH_NAMES = Object.keys(ACCESSES)

export const ENDIANS = ['little', 'big'] as const

export type Endian = (typeof ENDIANS)[number]

const HOST: Endian = endianness() === 'LE' ? 'little' : 'big'

/** A value of so many bytes with its bytes in the other order. */
export const swapped = (value: bigint, bytes: number): bigint => {
  const buffer = Buffer.alloc(8)
  buffer.writeBigUInt64LE(value)
  return buffer.readBigUInt64BE() >> BigInt(64 - 8 * bytes)
}

/** What `--width` and `--endian` name. */
export const widthOf = (name: WidthName, endian: Endian = HOST): Width => {
  const { bytes, read, write } = ACCESSES[name]
  if (endian === HOST) return { name, bytes, swaps: false, read, write }
  return {
    name,
    bytes,
    swaps: true,
    read: (window, offset) => swapped(read(window, offset), bytes),
    write: (window, offset, value) => write(window, offset, swapped(value, bytes)),
  }
}

/** The width of a register of so many bytes, in its own order. */
export const widthOfBytes = (bytes: Width['bytes'], endian: Endian): Width =>
  widthOf(`u${bytes * 8}` as WidthName, endian)

/** The width to copy with: as asked; unasked, exact u32 accesses for a device, and where an order is asked for; any (undefined) for memory. */
export const copyWidth = (
  asked: WidthName | undefined,
  memory: boolean,
  endian?: Endian,
): Width | undefined =>
  asked === undefined && endian === undefined && memory ? undefined : widthOf(asked ?? 'u32', endian)

const LITTLE_ENDIAN = HOST === 'little'

/** Whether the first byte of a value in the device is its lowest. */
export const startsLow = ({ swaps }: Pick<Width, 'swaps'>): boolean => LITTLE_ENDIAN !== swaps

/** A value's bytes as they lie in the device. */
export const bytesOf = (value: bigint, width: Width): Uint8Array => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  const own = bytes.subarray(0, width.bytes)
  return startsLow(width) ? own : own.reverse()
}

/** The value of bytes as they lie in the device; there may be less than the width has. */
export const valueIn = (bytes: Uint8Array, width: Pick<Width, 'swaps'>): bigint => {
  const digits = Buffer.from(bytes)
  if (startsLow(width)) digits.reverse()
  return BigInt(`0x${digits.toString('hex')}`)
}

/** A value as JSON has it: a number, if each of its width can be one. */
export const jsonValue = (value: bigint, { bytes }: Width): number | bigint =>
  bytes === 8 ? value : Number(value)

/** A value as hexadecimal with all its digits. */
export const hexValue = (value: number | bigint, { bytes }: { readonly bytes: number }): string =>
  `0x${value.toString(16).padStart(bytes * 2, '0')}`
