import { inspect } from 'node:util'
import type { CopyOptions } from '../access/copy-range.js'
import type { Elements } from '../access/elements.js'
import type { IoAccess } from '../access/io-access.js'
import { type PollOptions, pollAt } from '../access/poll.js'
import type { ContainerArrays } from '../container/arrays.js'
import type { Exposure } from '../container/exposure.js'
import { FAULTS } from '../system/faults.js'
import { hex } from '../system/numbers.js'
import { atomicStack } from './atomic.js'
import { checkFault } from './check-fault.js'
import { copyFrom, copyTo, fill } from './copies.js'
import { readFifo, writeFifo } from './fifos.js'
import type { MappingCore } from './mapping-core.js'
import { GONE, type Gone, refuseAccess, refuseStale, refuseUnmap, refuseWriteAccess } from './refusals.js'
import { fits8, fits16, fits32, fits64 } from './values.js'
import { checkView } from './views.js'
import type { Kind } from './window.js'

// Copies, since V8 can't leave out the windows of a function that uses an import (see IoMem).
const stack = atomicStack
const faults = FAULTS
const [fit8, fit16, fit32, fit64] = [fits8, fits16, fits32, fits64]
// Misaligned for every width that has an alignment.
const OUTSIDE = -1
const { unmapped: UNMAPPED } = GONE

/**
 * One mapped window of device memory: the kernel's `void __iomem *`.
 *
 * Each `readN` and `writeN` is exactly one bus access of exactly its width, or an error before anything is touched.
 *
 * Why they are fast: a few compares and a load or store that V8 inlines, without a call. And without an allocation: a
 * window that is mapped, touched and unmapped in one function is never made at all. For that, what runs when nothing is
 * wrong uses no import and throws nothing that is made on the spot, and this class extends none: each has an exit that
 * V8 keeps the object for.
 * Why they are safe: `end` is negative once the window is unmapped, and the arrays are empty once the mapping is freed,
 * so the same compares that check the range find a stale handle.
 * Reads are Atomics.load, since V8 may narrow, repeat or drop a plain load; writes are plain stores, since Atomics.store
 * is a read and a write on x86. docs/bus-truth.md has the measurements.
 */
export class IoMem implements IoAccess {
  /** Where in the mapping it starts, in bytes. */
  readonly offset: number
  /** In bytes. */
  readonly length: number
  // Plain fields, first set in the constructor: V8 makes a new object faster so than with #fields. Those that change are such,
  // since a frozen handle must be unmapped, too.
  /** The length while it is mapped; one of GONE after. */
  #end: number
  #exposure: Exposure | undefined
  /** @internal */
  readonly core: MappingCore
  /** @internal */
  readonly arrays: ContainerArrays
  /** @internal */
  readonly start: number
  /** @internal */
  readonly kind: Kind

  /** @internal IoMapping makes these, of what the strategy has just acquired. */
  constructor(
    core: MappingCore,
    arrays: ContainerArrays,
    start: number,
    offset: number,
    length: number,
    kind: Kind,
  ) {
    this.core = core
    this.arrays = arrays
    this.start = start
    this.offset = offset
    this.length = length
    this.#end = length
    this.kind = kind
    this.#exposure = undefined
  }

  /** @internal Window */
  get end(): number {
    return this.#end
  }

  /** Whether it is still mapped. */
  get mapped(): boolean {
    return this.#end >= 0 && this.core.freed !== true
  }

  /** One 8-bit read at `offset` bytes. @throws IoMappingError ERR_IO_RANGE, ERR_IO_UNMAPPED, ERR_IO_ATOMIC, ERR_IO_FAULT */
  read8(offset: number): number {
    const { u8 } = this.arrays
    const at = this.at(offset, 1)
    if (at < 0 || at >= u8.length) throw this.refused('read8', offset, 1)
    const value = Atomics.load(u8, at)
    if (faults[0] !== this.core.seen) this.checkFault('read8')
    return value
  }

  /** One 16-bit read at `offset` bytes. @throws as `read8`, and ERR_IO_ALIGN */
  read16(offset: number): number {
    const { u16 } = this.arrays
    const at = this.at(offset, 2)
    if ((at & 1) !== 0 || at >>> 1 >= u16.length) throw this.refused('read16', offset, 2)
    const value = Atomics.load(u16, at >>> 1)
    if (faults[0] !== this.core.seen) this.checkFault('read16')
    return value
  }

  /** One 32-bit read at `offset` bytes. @throws as `read8`, and ERR_IO_ALIGN */
  read32(offset: number): number {
    const { u32 } = this.arrays
    const at = this.at(offset, 4)
    if ((at & 3) !== 0 || at >>> 2 >= u32.length) throw this.refused('read32', offset, 4)
    const value = Atomics.load(u32, at >>> 2)
    if (faults[0] !== this.core.seen) this.checkFault('read32')
    return value
  }

  /** One 64-bit read at `offset` bytes. @throws as `read8`, ERR_IO_ALIGN, and ERR_IO_WIDTH in a 32-bit process */
  read64(offset: number): bigint {
    const { u64 } = this.arrays
    const at = this.at(offset, 8)
    if ((at & 7) !== 0 || at >>> 3 >= u64.length) throw this.refused('read64', offset, 8)
    const value = Atomics.load(u64, at >>> 3)
    if (faults[0] !== this.core.seen) this.checkFault('read64')
    return value
  }

  /**
   * One 8-bit write of `value` (0 to 0xff, or its two's complement) at `offset` bytes.
   * @throws IoMappingError ERR_IO_RANGE, ERR_IO_UNMAPPED, ERR_IO_ATOMIC, ERR_IO_READ_ONLY, ERR_IO_ARGUMENT,
   * ERR_IO_FAULT
   */
  write8(offset: number, value: number): void {
    const { w8 } = this.arrays
    const at = this.at(offset, 1)
    if (at < 0 || at >= w8.length || !fit8(value)) throw this.refusedWrite('write8', offset, value, 1)
    w8[at] = value
    if (faults[0] !== this.core.seen) this.checkFault('write8')
  }

  /** One 16-bit write of `value` at `offset` bytes. @throws as `write8`, and ERR_IO_ALIGN */
  write16(offset: number, value: number): void {
    const { w16 } = this.arrays
    const at = this.at(offset, 2)
    if ((at & 1) !== 0 || at >>> 1 >= w16.length || !fit16(value))
      throw this.refusedWrite('write16', offset, value, 2)
    w16[at >>> 1] = value
    if (faults[0] !== this.core.seen) this.checkFault('write16')
  }

  /** One 32-bit write of `value` at `offset` bytes. @throws as `write8`, and ERR_IO_ALIGN */
  write32(offset: number, value: number): void {
    const { w32 } = this.arrays
    const at = this.at(offset, 4)
    if ((at & 3) !== 0 || at >>> 2 >= w32.length || !fit32(value))
      throw this.refusedWrite('write32', offset, value, 4)
    w32[at >>> 2] = value
    if (faults[0] !== this.core.seen) this.checkFault('write32')
  }

  /** One 64-bit write of `value` at `offset` bytes. @throws as `write8`, ERR_IO_ALIGN, and ERR_IO_WIDTH in a 32-bit process */
  write64(offset: number, value: bigint): void {
    const { w64 } = this.arrays
    const at = this.at(offset, 8)
    if ((at & 7) !== 0 || at >>> 3 >= w64.length || !fit64(value))
      throw this.refusedWrite('write64', offset, value, 8)
    w64[at >>> 3] = value
    if (faults[0] !== this.core.seen) this.checkFault('write64')
  }

  /**
   * Reads 8 bits at `offset` bytes until `ready` says so of what was read: the kernel's readb_poll_timeout.
   * @param options `timeout` in milliseconds (default 1,000), `interval` from one read to the next (default 0: a read at
   * each turn of the event loop), `signal` to end the wait
   * @returns the value that was ready
   * @throws (rejects) as `read8`; IoMappingError ERR_IO_TIMEOUT; the signal's reason
   */
  poll8(offset: number, ready: (value: number) => unknown, options?: PollOptions): Promise<number> {
    return pollAt('poll8', offset, () => this.read8(offset), ready, options)
  }

  /** As `poll8`, 16 bits. @throws (rejects) as `poll8`, and ERR_IO_ALIGN */
  poll16(offset: number, ready: (value: number) => unknown, options?: PollOptions): Promise<number> {
    return pollAt('poll16', offset, () => this.read16(offset), ready, options)
  }

  /** As `poll8`, 32 bits: the kernel's readl_poll_timeout. @throws (rejects) as `poll8`, and ERR_IO_ALIGN */
  poll32(offset: number, ready: (value: number) => unknown, options?: PollOptions): Promise<number> {
    return pollAt('poll32', offset, () => this.read32(offset), ready, options)
  }

  /** As `poll8`, 64 bits. @throws (rejects) as `poll8`, ERR_IO_ALIGN, and ERR_IO_WIDTH in a 32-bit process */
  poll64(offset: number, ready: (value: bigint) => unknown, options?: PollOptions): Promise<bigint> {
    return pollAt('poll64', offset, () => this.read64(offset), ready, options)
  }

  /**
   * The window as bytes. Views are for memory, such as a framebuffer, not for registers: V8 may merge, split, repeat or
   * drop their accesses. They are empty after unmap and after free, and so can't reach what is no longer theirs.
   * They are told of no fault: memory that is lost reads as all ones. A store through one of a read-only device ends the mapping.
   * @throws IoMappingError ERR_IO_UNMAPPED, ERR_IO_ATOMIC, ERR_IO_FAULT
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
   * @throws IoMappingError ERR_IO_RANGE, ERR_IO_ALIGN, ERR_IO_WIDTH, ERR_IO_UNMAPPED, ERR_IO_ATOMIC, ERR_IO_ARGUMENT,
   * ERR_IO_FAULT
   */
  copyTo(target: ArrayBufferView | ArrayBufferLike, options?: CopyOptions): void {
    copyTo(this, target, options)
  }

  /** Copies `source` into the window. @throws as `copyTo`, and ERR_IO_READ_ONLY */
  copyFrom(source: ArrayBufferView | ArrayBufferLike, options?: CopyOptions): void {
    copyFrom(this, source, options)
  }

  /** Fills the window, or a part of it, with one byte, 0 to 255. @throws as `copyFrom` */
  fill(byte: number, options?: CopyOptions): void {
    fill(this, byte, options)
  }

  /**
   * Reads a FIFO at `offset` bytes, element by element of `target`: each is one access of its width, all at that one address.
   * @param target a typed array of 8-, 16-, 32- or 64-bit elements, as many as are read; none if it is empty
   * @throws as `copyTo`
   */
  readFifo(offset: number, target: Elements): void {
    readFifo(this, offset, target)
  }

  /** Writes the elements of `source` to a FIFO at `offset` bytes, in order. @throws as `readFifo`, and ERR_IO_READ_ONLY */
  writeFifo(offset: number, source: Elements): void {
    writeFifo(this, offset, source)
  }

  /**
   * Ends the window's use. A page of `mapAtomic` must be the last one mapped that is still held.
   * @throws IoMappingError ERR_IO_UNMAPPED if it is not mapped, or was lent by `atomic`; ERR_IO_ATOMIC
   */
  unmap(): void {
    if (this.kind !== 'map' || this.#end < 0 || this.core.freed === true) this.checkUnmap()
    this.leave(UNMAPPED)
    if (this.kind === 'atomic') stack.pop(this)
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
    this.checkUnmap(kind, call)
    this.leave(UNMAPPED)
    if (kind === 'atomic') stack.pop(this)
  }

  /** @internal AtomicPage */
  describe(): string {
    return `The atomic page at ${hex(this.offset)} of ${this.core.name}`
  }

  /** @internal AtomicPage */
  revoke(): void {
    this.leave(GONE.slept)
  }

  /**
   * Ends its use, even where the mapping has ended it already. Views first, since they can't check themselves. Where this is cut
   * short, the window is mapped still, or its strategy completes it later: V8 cuts only where a function begins (Strategy.release).
   * @internal
   */
  leave(reason: Gone): void {
    const { core } = this
    if (this.#exposure !== undefined) this.conceal()
    const isLeaving = core.strategy.release(this)
    this.#end = reason
    core.unmaps++
    if (isLeaving === true) core.strategy.settle()
  }

  private exposed(call: string, width: number): Exposure {
    checkView(this, call, width)
    return (this.#exposure ??= this.core.strategy.expose(this.offset, this.length))
  }

  private conceal(): void {
    const exposure = this.#exposure as Exposure
    exposure.detach()
    this.core.strategy.conceal(exposure)
    this.#exposure = undefined
  }

  private checkUnmap(kind = this.kind, call = 'unmap'): void {
    if (!this.mapped) throw refuseStale(this, call)
    if (kind !== this.kind || kind === 'lent') throw refuseUnmap(this, call, this.kind)
    if (kind === 'atomic' && !stack.isLast(this)) throw stack.refuseOrder(this, call)
  }

  /** Where in the arrays `width` bytes at `offset` lie; OUTSIDE if they are not in the window. */
  private at(offset: number, width: number): number {
    const isInside = typeof offset === 'number' && offset >>> 0 === offset && offset <= this.#end - width
    return isInside ? this.start + offset : OUTSIDE
  }

  private checkFault(call: string): void {
    checkFault(this.core, call)
  }

  private refused(call: string, offset: number, width: number): Error {
    return refuseAccess(this, call, offset, width)
  }

  private refusedWrite(call: string, offset: number, value: number | bigint, width: number): Error {
    return refuseWriteAccess(this, call, offset, value, width)
  }
}
