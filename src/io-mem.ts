import { inspect } from 'node:util'
import { dropUnmapped, refuseOrder, releaseAtomic } from './atomic.js'
import { fits8, fits16, fits32, fits64, isWithin } from './checks.js'
import { bytesOf, type CopyOptions, copyRange, restFrom } from './copy-range.js'
import { type Exposure, isExposed } from './exposure.js'
import type { MappingCore } from './mapping-core.js'
import { native } from './native.js'
import { hex, isByteCount } from './numbers.js'
import { IS_32_BIT, PAGE_SIZE } from './page.js'
import {
  GONE,
  type Place,
  refuseAccess,
  refuseAlignment,
  refuseRange,
  refuseStale,
  refuseUnmap,
  refuseValue,
  refuseView,
  refuseWidth,
  refuseWrite,
} from './refusals.js'
import type { Window } from './window.js'

/** Which call mapped a window, so which unmaps it: `lent` windows are `atomic`'s own. */
export type Kind = 'map' | 'local' | 'atomic' | 'lent'

/**
 * One mapped window of device memory: the kernel's `void __iomem *`.
 *
 * Each `readN` and `writeN` is exactly one bus access of exactly its width, or an error before anything is touched.
 * Why they are fast: a few compares and a load or store that V8 inlines, without a call or an allocation.
 * Why they are safe: `end` is negative once the window is unmapped, and the window's arrays are empty once the mapping
 * is freed, so the same compares that check the range find a stale handle.
 * Reads are Atomics.load, since V8 may narrow, repeat or drop a plain load; writes are plain stores, since Atomics.store
 * is a read and a write on x86. docs/bus-truth.md has the measurements.
 */
export class IoMem implements Disposable {
  /** Where in the mapping it starts, in bytes. */
  declare readonly offset: number
  /** In bytes. */
  declare readonly length: number
  // Plain fields, first set in the constructor: V8 makes a new object several times faster so than with #fields, and
  // a new one is made for each map.
  declare private readonly core: MappingCore
  declare private readonly window: Window
  declare private readonly kind: Kind
  /** Where it starts in the window's arrays, in bytes. */
  declare private readonly start: number
  /** The length while it is mapped; one of GONE after. */
  declare private end: number
  /** Where its views lie, once one was asked for. */
  declare private exposure: Exposure | undefined

  /** @internal IoMapping makes these; the range is checked, and the mapping not freed. */
  constructor(core: MappingCore, offset: number, length: number, kind: Kind) {
    const window = core.strategy.acquire(offset, length)
    this.offset = offset
    this.length = length
    this.core = core
    this.window = window
    this.kind = kind
    this.start = offset - window.origin
    this.end = length
    this.exposure = undefined
    core.maps++
  }

  /** Whether it is still mapped. */
  get mapped(): boolean {
    return this.end >= 0 && !this.core.freed
  }

  /** One 8-bit read at `offset` bytes. @throws IoMappingError ERR_IO_RANGE, ERR_IO_UNMAPPED, ERR_IO_ATOMIC */
  read8(offset: number): number {
    const { u8 } = this.window
    if (!isWithin(offset, this.end - 1)) throw refuseAccess(this.place, 'read8', offset, 1)
    const at = this.start + offset
    if (at >= u8.length) throw refuseAccess(this.place, 'read8', offset, 1)
    return Atomics.load(u8, at)
  }

  /** One 16-bit read at `offset` bytes. @throws as `read8`, and ERR_IO_ALIGN */
  read16(offset: number): number {
    const { u16 } = this.window
    if (!isWithin(offset, this.end - 2)) throw refuseAccess(this.place, 'read16', offset, 2)
    const at = this.start + offset
    if ((at & 1) !== 0 || at >>> 1 >= u16.length) throw refuseAccess(this.place, 'read16', offset, 2)
    return Atomics.load(u16, at >>> 1)
  }

  /** One 32-bit read at `offset` bytes. @throws as `read8`, and ERR_IO_ALIGN */
  read32(offset: number): number {
    const { u32 } = this.window
    if (!isWithin(offset, this.end - 4)) throw refuseAccess(this.place, 'read32', offset, 4)
    const at = this.start + offset
    if ((at & 3) !== 0 || at >>> 2 >= u32.length) throw refuseAccess(this.place, 'read32', offset, 4)
    return Atomics.load(u32, at >>> 2)
  }

  /** One 64-bit read at `offset` bytes. @throws as `read8`, ERR_IO_ALIGN, and ERR_IO_WIDTH in a 32-bit process */
  read64(offset: number): bigint {
    const { u64 } = this.window
    if (!isWithin(offset, this.end - 8)) throw refuseAccess(this.place, 'read64', offset, 8)
    const at = this.start + offset
    if ((at & 7) !== 0 || at >>> 3 >= u64.length) throw refuseAccess(this.place, 'read64', offset, 8)
    return Atomics.load(u64, at >>> 3)
  }

  /**
   * One 8-bit write of `value` (0 to 0xff, or its two's complement) at `offset` bytes.
   * @throws IoMappingError ERR_IO_RANGE, ERR_IO_UNMAPPED, ERR_IO_ATOMIC, ERR_IO_READ_ONLY, ERR_IO_ARGUMENT
   */
  write8(offset: number, value: number): void {
    const { u8 } = this.window
    if (!isWithin(offset, this.end - 1)) throw refuseAccess(this.place, 'write8', offset, 1)
    const at = this.start + offset
    if (at >= u8.length) throw refuseAccess(this.place, 'write8', offset, 1)
    if (!fits8(value)) throw refuseValue('write8', value, 8)
    if (!this.core.writable) throw refuseWrite(this.core, 'write8')
    u8[at] = value
  }

  /** One 16-bit write of `value` at `offset` bytes. @throws as `write8`, and ERR_IO_ALIGN */
  write16(offset: number, value: number): void {
    const { u16 } = this.window
    if (!isWithin(offset, this.end - 2)) throw refuseAccess(this.place, 'write16', offset, 2)
    const at = this.start + offset
    if ((at & 1) !== 0 || at >>> 1 >= u16.length) throw refuseAccess(this.place, 'write16', offset, 2)
    if (!fits16(value)) throw refuseValue('write16', value, 16)
    if (!this.core.writable) throw refuseWrite(this.core, 'write16')
    u16[at >>> 1] = value
  }

  /** One 32-bit write of `value` at `offset` bytes. @throws as `write8`, and ERR_IO_ALIGN */
  write32(offset: number, value: number): void {
    const { u32 } = this.window
    if (!isWithin(offset, this.end - 4)) throw refuseAccess(this.place, 'write32', offset, 4)
    const at = this.start + offset
    if ((at & 3) !== 0 || at >>> 2 >= u32.length) throw refuseAccess(this.place, 'write32', offset, 4)
    if (!fits32(value)) throw refuseValue('write32', value, 32)
    if (!this.core.writable) throw refuseWrite(this.core, 'write32')
    u32[at >>> 2] = value
  }

  /** One 64-bit write of `value` at `offset` bytes. @throws as `write8`, ERR_IO_ALIGN, and ERR_IO_WIDTH in a 32-bit process */
  write64(offset: number, value: bigint): void {
    const { u64 } = this.window
    if (!isWithin(offset, this.end - 8)) throw refuseAccess(this.place, 'write64', offset, 8)
    const at = this.start + offset
    if ((at & 7) !== 0 || at >>> 3 >= u64.length) throw refuseAccess(this.place, 'write64', offset, 8)
    if (!fits64(value)) throw refuseValue('write64', value, 64)
    if (!this.core.writable) throw refuseWrite(this.core, 'write64')
    u64[at >>> 3] = value
  }

  /**
   * The window as bytes. Views are for memory, such as a framebuffer, not for registers: V8 may merge, split, repeat or
   * drop their accesses. They are empty after unmap and after free, and so can't reach what is no longer theirs.
   * @throws IoMappingError ERR_IO_UNMAPPED, ERR_IO_ATOMIC, ERR_IO_READ_ONLY (a device mapped read-only)
   */
  get u8(): Uint8Array {
    return this.exposed('u8', 1).u8(this.offset, this.length)
  }

  /** As `u8`, 16 bits each; a last odd byte is left out. @throws as `u8`, and ERR_IO_ALIGN */
  get u16(): Uint16Array {
    return this.exposed('u16', 2).u16(this.offset, this.length)
  }

  /** As `u8`, 32 bits each; last bytes that fill no element are left out. @throws as `u8`, and ERR_IO_ALIGN */
  get u32(): Uint32Array {
    return this.exposed('u32', 4).u32(this.offset, this.length)
  }

  /** As `u8`, 64 bits each, as bigints. @throws as `u8`, ERR_IO_ALIGN, and ERR_IO_WIDTH in a 32-bit process */
  get u64(): BigUint64Array {
    return this.exposed('u64', 8).u64(this.offset, this.length)
  }

  /**
   * Copies from the window into `target`.
   * @throws IoMappingError ERR_IO_RANGE, ERR_IO_ALIGN, ERR_IO_WIDTH, ERR_IO_UNMAPPED, ERR_IO_ATOMIC, ERR_IO_ARGUMENT
   */
  copyTo(target: ArrayBufferView | ArrayBufferLike, options: CopyOptions = {}): void {
    const bytes = bytesOf('copyTo', 'target', target)
    const { offset, length, width } = copyRange('copyTo', options, () => bytes.byteLength)
    const landing = isExposed(bytes.buffer) ? new Uint8Array(length) : bytes // or it might overlap the window
    native.copyFromDevice(this.address('copyTo', offset, length, width), landing, length, width)
    if (landing !== bytes) bytes.set(landing)
  }

  /** Copies `source` into the window. @throws as `copyTo`, and ERR_IO_READ_ONLY */
  copyFrom(source: ArrayBufferView | ArrayBufferLike, options: CopyOptions = {}): void {
    const bytes = bytesOf('copyFrom', 'source', source)
    const { offset, length, width } = copyRange('copyFrom', options, () => bytes.byteLength)
    const data = isExposed(bytes.buffer) ? bytes.slice(0, length) : bytes
    const address = this.address('copyFrom', offset, length, width)
    if (!this.core.writable) throw refuseWrite(this.core, 'copyFrom')
    native.copyToDevice(address, data, length, width)
  }

  /** Fills the window, or a part of it, with one byte, 0 to 255. @throws as `copyFrom` */
  fill(byte: number, options: CopyOptions = {}): void {
    if (typeof byte !== 'number' || (byte & 0xff) !== byte) throw refuseValue('fill', byte, 8)
    const { offset, length, width } = copyRange('fill', options, from => restFrom(from, this.length))
    const address = this.address('fill', offset, length, width)
    if (!this.core.writable) throw refuseWrite(this.core, 'fill')
    native.fillDevice(address, byte, length, width)
  }

  /**
   * Ends the window's use. A page of `mapAtomic` must be the last one mapped that is still held.
   * @throws IoMappingError ERR_IO_UNMAPPED if it is not mapped, or was lent by `atomic`; ERR_IO_ATOMIC
   */
  unmap(): void {
    this.unmapAs(this.kind === 'lent' ? 'map' : this.kind, 'unmap')
  }

  /** Unmaps it if it is still mapped. */
  [Symbol.dispose](): void {
    if (this.mapped) this.unmap()
  }

  /** What console.log shows: nothing of the device. @internal */
  [inspect.custom](): string {
    return `IoMem { ${hex(this.length)} bytes at ${hex(this.offset)} of ${this.core.name}${this.mapped ? '' : ', unmapped'} }`
  }

  /** Unmaps what `kind` of call mapped, as the kernel pairs them. @internal */
  unmapAs(kind: Kind, call: string): void {
    if (this.end < 0 || this.core.freed) throw refuseStale(this.place, call)
    if (kind !== this.kind) throw refuseUnmap(this.place, call, this.kind)
    if (kind === 'atomic' && !releaseAtomic(this)) throw refuseOrder(this, call)
    this.leave(GONE.unmapped)
  }

  /** Ends what `atomic` lent; false if an atomic page that was mapped after it is still held. @internal */
  takeBack(): boolean {
    if (!this.mapped) return true // its mapping was freed in the callback
    this.leave(GONE.returned)
    if (releaseAtomic(this)) return true
    dropUnmapped()
    return false
  }

  /** @internal AtomicPage */
  describe(): string {
    return `The atomic page at ${hex(this.offset)} of ${this.core.name}`
  }

  /** @internal AtomicPage */
  revoke(): void {
    this.leave(GONE.slept)
  }

  private leave(reason: (typeof GONE)[keyof typeof GONE]): void {
    this.end = reason
    this.core.unmaps++
    this.core.strategy.release(this.window)
    if (this.exposure !== undefined) this.conceal(this.exposure)
  }

  private conceal(exposure: Exposure): void {
    this.core.strategy.conceal(exposure)
    this.exposure = undefined
  }

  private exposed(call: string, width: number): Exposure {
    this.checkMapped(call)
    if (width === 8 && IS_32_BIT) throw refuseWidth(call)
    if (this.start % width !== 0) throw refuseAlignment(this.place, call, 0, width)
    if (!this.core.writable && !this.core.cached) throw refuseView(this.core, call)
    return (this.exposure ??= this.core.strategy.expose(this.offset, this.length))
  }

  /** Where `[offset, offset + length)` of the window lies in this process, for native/, once it is checked. */
  private address(call: string, offset: number, length: number, width: number): number {
    this.checkMapped(call)
    if (!isByteCount(offset) || offset + length > this.end)
      throw refuseRange(this.place, call, offset, length)
    const at = this.start + offset
    if (width > 1 && at % width !== 0) throw refuseAlignment(this.place, call, offset, width)
    return this.window.address + at
  }

  private checkMapped(call: string): void {
    if (!this.mapped) throw refuseStale(this.place, call)
  }

  private get place(): Place {
    const { offset, length } = this
    const { name, freed } = this.core
    return { name, offset, length, end: this.end, pageOffset: this.start % PAGE_SIZE, freed }
  }
}
