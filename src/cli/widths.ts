import { Option } from 'commander'
import type { IoMem } from './library.js'

/** A width of access, and how to make one exact access of it. Values are bigints, whatever the width. */
export interface Width {
  readonly name: WidthName
  readonly bytes: 1 | 2 | 4 | 8
  read(window: IoMem, offset: number): bigint
  write(window: IoMem, offset: number, value: bigint): void
}

export type WidthName = 'u8' | 'u16' | 'u32' | 'u64'

export const WIDTHS: Readonly<Record<WidthName, Width>> = {
  u8: {
    name: 'u8',
    bytes: 1,
    read: (window, offset) => BigInt(window.read8(offset)),
    write: (window, offset, value) => window.write8(offset, Number(value)),
  },
  u16: {
    name: 'u16',
    bytes: 2,
    read: (window, offset) => BigInt(window.read16(offset)),
    write: (window, offset, value) => window.write16(offset, Number(value)),
  },
  u32: {
    name: 'u32',
    bytes: 4,
    read: (window, offset) => BigInt(window.read32(offset)),
    write: (window, offset, value) => window.write32(offset, Number(value)),
  },
  u64: {
    name: 'u64',
    bytes: 8,
    read: (window, offset) => window.read64(offset),
    write: (window, offset, value) => window.write64(offset, value),
  },
}

/** What `--width` names. */
export const widthOf = (name: WidthName): Width => WIDTHS[name]

/** The width to copy with: as asked; unasked, exact u32 accesses for a device, any (undefined) for memory. */
export const copyWidth = (asked: WidthName | undefined, memory: boolean): Width | undefined =>
  asked === undefined && memory ? undefined : WIDTHS[asked ?? 'u32']

/** The option `--width`; `description` says what it means for a command. */
export const widthOption = (description: string): Option =>
  new Option('-w, --width <width>', description).choices(Object.keys(WIDTHS))

/** A value as hexadecimal with all its digits. */
export const hexValue = (value: bigint, { bytes }: Width): string =>
  `0x${value.toString(16).padStart(bytes * 2, '0')}`
