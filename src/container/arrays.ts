import { subArray } from '../system/typed-arrays.js'
import { IS_32_BIT } from '../system/word-size.js'

const NONE = {
  8: new Uint8Array(0),
  16: new Uint16Array(0),
  32: new Uint32Array(0),
  64: new BigUint64Array(0),
} as const
type Width = keyof typeof NONE

/** Address space that may be given to someone else later, or not. */
export interface Reusable {
  reusable: boolean
}

/**
 * A container's bytes at each width, for accesses. They never leave this library: users' views are an Exposure's.
 */
export class ContainerArrays {
  /** Where their first byte lies in this process. */
  readonly address: number
  readonly writable: boolean
  declare u8: Uint8Array
  declare u16: Uint16Array
  declare u32: Uint32Array
  /** Empty in a 32-bit process, which can't access 64 bits at once. */
  declare u64: BigUint64Array
  /** What `part` gave last. */
  declare private last: Uint8Array
  // What may be written: the same, or nothing; so a write's check of its range is that of the permission, too.
  declare w8: Uint8Array
  declare w16: Uint16Array
  declare w32: Uint32Array
  declare w64: BigUint64Array

  /** What they are of; undefined once they are closed. */
  declare space: Reusable | undefined

  /** @param space what has `buffer`, which lies at `address`: they are its bytes from `origin` on */
  constructor(space: Reusable, address: number, buffer: ArrayBufferLike, origin: number, writable: boolean) {
    this.address = address + origin
    this.writable = writable
    this.hide('space', space)
    this.hide('last', NONE[8])
    this.add(8, new Uint8Array(buffer, origin))
    this.add(16, new Uint16Array(buffer, origin))
    this.add(32, new Uint32Array(buffer, origin))
    this.add(64, IS_32_BIT ? NONE[64] : new BigUint64Array(buffer, origin))
  }

  /** From here on every index is out of range, and a handle that is still held keeps no address space. */
  close(): void {
    this.space = undefined
    this.u8 = this.w8 = this.last = NONE[8]
    this.u16 = this.w16 = NONE[16]
    this.u32 = this.w32 = NONE[32]
    this.u64 = this.w64 = NONE[64]
  }

  /** Bytes `[at, at + length)`. The same as before if they are asked for again: making a view takes longer than copying 64 bytes. */
  part(at: number, length: number): Uint8Array {
    const { last, u8 } = this
    if (last.length === length && last.byteOffset === u8.byteOffset + at) return last
    this.last = subArray(u8, at, at + length)
    return this.last
  }

  private add(width: Width, array: ArrayBufferView): void {
    this.hide(`u${width}`, array)
    this.hide(`w${width}`, this.writable ? array : NONE[width])
  }

  // Not for console.log, structuredClone and the like to find: they would read the device.
  private hide(name: string, value: unknown): void {
    Object.defineProperty(this, name, { writable: true, enumerable: false, value })
  }
}
