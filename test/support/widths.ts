import { endianness } from 'node:os'
import type { IoMem } from 'io-mapping'
import { IS_32_BIT } from '#io-mapping/system/word-size.js'

/** The accesses of one width, all with bigints, so that tests can treat the widths alike. */
export interface Width {
  readonly bytes: 1 | 2 | 4 | 8
  readonly read: string
  readonly write: string
  load(mem: IoMem, offset: number): bigint
  store(mem: IoMem, offset: number, value: bigint): void
  view(mem: IoMem): Uint8Array | Uint16Array | Uint32Array | BigUint64Array
  /** As many of them, all zeros. */
  elements(count: number): Uint8Array | Uint16Array | Uint32Array | BigUint64Array
}

const NARROW: readonly Width[] = [
  {
    bytes: 1,
    read: 'read8',
    write: 'write8',
    load: (mem, offset) => BigInt(mem.read8(offset)),
    store: (mem, offset, value) => mem.write8(offset, Number(value)),
    view: mem => mem.u8,
    elements: count => new Uint8Array(count),
  },
  {
    bytes: 2,
    read: 'read16',
    write: 'write16',
    load: (mem, offset) => BigInt(mem.read16(offset)),
    store: (mem, offset, value) => mem.write16(offset, Number(value)),
    view: mem => mem.u16,
    elements: count => new Uint16Array(count),
  },
  {
    bytes: 4,
    read: 'read32',
    write: 'write32',
    load: (mem, offset) => BigInt(mem.read32(offset)),
    store: (mem, offset, value) => mem.write32(offset, Number(value)),
    view: mem => mem.u32,
    elements: count => new Uint32Array(count),
  },
]

/** 64 bits; refused in a 32-bit process. */
export const WIDE: Width = {
  bytes: 8,
  read: 'read64',
  write: 'write64',
  load: (mem, offset) => mem.read64(offset),
  store: (mem, offset, value) => mem.write64(offset, value),
  view: mem => mem.u64,
  elements: count => new BigUint64Array(count),
}

/** The widths that this process has. */
export const WIDTHS: readonly Width[] = IS_32_BIT ? NARROW : [...NARROW, WIDE]

/** For a test's `skip`: why it can't run in a 32-bit process; false in a 64-bit one. */
export const needs64 = (what: string): string | false =>
  IS_32_BIT ? `a 32-bit process has no ${what}` : false

/** For a test's `skip`: why it can't run in a 64-bit process; false in a 32-bit one. */
export const needs32 = (what: string): string | false => (IS_32_BIT ? false : `only a 32-bit process ${what}`)

const LITTLE = endianness() === 'LE'

/** The value of `bytes`, in this processor's byte order. */
export const fromBytes = (bytes: Uint8Array): bigint => {
  const ordered = LITTLE ? [...bytes].reverse() : [...bytes]
  return ordered.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
}

/** The bytes of `value`, in this processor's byte order. */
export const toBytes = (value: bigint, count: number): number[] => {
  const bytes = Array.from({ length: count }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn))
  return LITTLE ? bytes : bytes.reverse()
}
