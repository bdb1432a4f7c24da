import type { Readable, Writable } from 'node:stream'
import { inspect } from 'node:util'
import type { Aperture, MemoryType } from '../apertures/aperture.js'
import type { WebAssemblyMemory } from '../container/wasm-memory.js'
import type { StrategyName } from '../strategies/strategy.js'
import { native } from '../system/native.js'
import { hex } from '../system/numbers.js'
import { PAGE_SIZE } from '../system/page.js'
import { type OwnBytes, readAsync, writeAsync } from '../transfers/async.js'
import type { TransferOptions } from '../transfers/options.js'
import { createReadStream, createWriteStream, type StreamOptions } from '../transfers/streams.js'
import { atomicStack } from '../window/atomic.js'
import { checkReturn, checkUse, type Tagged } from '../window/atomic-use.js'
import { IoMem } from '../window/io-mem.js'
import type { MappingCore } from '../window/mapping-core.js'
import { GONE } from '../window/refusals.js'
import type { Kind } from '../window/window.js'
import { LossEmitter } from './loss.js'
import { type Made, make } from './make.js'
import { checkedLength, wholeLength } from './map-length.js'
import { type MemoryWindow, mapInto } from './memory-window.js'
import { type CreateOptions, type IoMappingOptions, preference } from './options.js'
import { attach, type SharedMapping, share } from './share.js'
import { type IoMappingStats, statsOf } from './stats.js'

// Copies, since V8 keeps the windows of a function that uses an import as objects (see IoMem).
const PAGE = PAGE_SIZE
const stack = atomicStack
const Page = IoMem
const TAG: typeof Symbol.toStringTag = Symbol.toStringTag
const RETURNED = GONE.returned
const { floor } = Math

/** Whether there is a whole page at `offset`, within a mapping's `limit`. By floor: V8 leaves it out for small integers. */
const isPage = (offset: number, limit: number): boolean =>
  typeof offset === 'number' && floor(offset) === offset && offset >= 0 && offset + PAGE <= limit

stack.lender = { name: 'atomic', file: import.meta.url }

/**
 * A region of device memory that windows can be mapped from: the kernel's `struct io_mapping`. It emits `fault` when its
 * memory is lost; one that has a listener for that is not collected before it is freed.
 */
export class IoMapping extends LossEmitter implements Disposable {
  /** Bus address, in bytes. */
  readonly base: number
  /** In bytes. */
  readonly size: number
  readonly memoryType: MemoryType
  /** The address by which a device reaches its first byte, of memory for DMA (`dma`); else undefined. */
  readonly iova: number | undefined
  /** Whether `createWc` made it, so that the kernel's _wc calls may map from it. @internal */
  readonly wc: boolean
  readonly #made: Made
  readonly #core: MappingCore

  /**
   * A write-combining mapping: the kernel's io_mapping_create_wc. Memory and files give `write-back`, which keeps every
   * promise that write-combining makes; a device that can't give write-combining is refused.
   * @param aperture an Aperture, or its text form
   * @throws IoMappingError ERR_IO_MEMORY_TYPE, ERR_IO_ACCESS, ERR_IO_NO_APERTURE, ERR_IO_ADDRESS_SPACE, ERR_IO_ARGUMENT
   */
  static createWc(aperture: Aperture | string, options: IoMappingOptions = {}): IoMapping {
    return new IoMapping(make('createWc', aperture, options, ['write-combining']))
  }

  /**
   * A mapping of the memory type that `options.memoryType` names; unasked, one that is right for registers.
   * @param aperture an Aperture, or its text form
   * @throws as `createWc`
   */
  static create(aperture: Aperture | string, options: CreateOptions = {}): IoMapping {
    return new IoMapping(make('create', aperture, options, preference('create', options?.memoryType)))
  }

  /**
   * Takes up in this thread a mapping that another one shares. It is a mapping like any other, with windows, slots and
   * counts of its own. `free` here ends it for this thread alone.
   * @param shared what `share()` gave, as it came through postMessage
   * @throws IoMappingError ERR_IO_ARGUMENT; ERR_IO_FREED: it was freed in every thread; ERR_IO_FAULT, ERR_IO_ACCESS, ERR_IO_ADDRESS_SPACE
   */
  static attach(shared: SharedMapping): IoMapping {
    return new IoMapping(attach(shared))
  }

  /** @internal */
  private constructor(made: Made) {
    super(made.core)
    this.#made = made
    this.#core = made.core
    this.base = made.base
    this.size = made.size
    this.memoryType = made.memoryType
    this.iova = made.iova
    this.wc = made.wc
  }

  /** What it is of, to pin its pages for a device. @internal */
  get core(): MappingCore {
    return this.#core
  }

  /** The strategy that was taken. */
  get strategy(): StrategyName {
    return this.#core.strategy.name
  }

  get stats(): IoMappingStats {
    return statsOf(this.#core)
  }

  /** With `shared: true`: what all threads' windows lie in. Its first page is the one that the aperture starts in. */
  get buffer(): SharedArrayBuffer | undefined {
    return this.#core.buffer
  }

  /** How often its memory went away under an access, in any thread: not 0 means that it is lost. */
  get faults(): number {
    return this.#core.faults
  }

  /**
   * Maps all of the mapping, 2 GiB at most, as one window, which may be held across an await: the kernel's io_mapping_map_wc.
   * @throws IoMappingError ERR_IO_RANGE, ERR_IO_FREED, ERR_IO_FAULT
   */
  map(): IoMem
  /**
   * Maps a window, which may be held across an await, and unmapped in any order: the kernel's io_mapping_map_wc.
   * @param offset where it starts, in bytes; any, not only a page's start
   * @param length in bytes, 2 GiB at most. Default: a page; of the mapping's last page, from its start, what there is
   * @throws IoMappingError ERR_IO_RANGE, ERR_IO_FREED, ERR_IO_FAULT
   */
  map(offset: number, length?: number): IoMem
  map(offset?: number, length?: number): IoMem {
    // biome-ignore lint/complexity/noArguments: an offset that is undefined by mistake must not become all of the device
    return arguments.length === 0 ? this.mapAll() : this.mapAs('map', 'map', offset as number, length)
  }

  /** As `map`, for a kind of window that only its own call unmaps. @internal */
  mapAs(kind: Kind, call: string, offset: number, length?: number): IoMem {
    const core = this.#core
    const whole = length === undefined && isPage(offset, core.plain)
    const bytes = whole ? PAGE : this.checked(call, offset, length)
    const { strategy } = core
    const start = strategy.acquire(offset, bytes)
    core.maps++
    return new Page(core, strategy.arrays, start, offset, bytes, kind)
  }

  /**
   * Lends a page to `use`, and unmaps it when `use` returns or throws. `use` must not await: the page is gone then.
   * @param offset where it starts, in bytes
   * @returns what `use` returns
   * @throws IoMappingError as `map`, and ERR_IO_ATOMIC: `use` is an async function or returned a promise, pages that it
   * mapped with `mapAtomic` are still mapped, or 16 atomic pages are held
   */
  atomic<T>(offset: number, use: (page: IoMem) => T): T {
    if (typeof use !== 'function' || (use as Tagged)[TAG] !== undefined) this.checkUse(use)
    const place = stack.lend('atomic')
    let page: IoMem | undefined
    let result: T
    try {
      const core = this.#core
      const { strategy } = core
      const bytes = isPage(offset, core.plain) ? PAGE : this.checked('atomic', offset)
      const start = strategy.acquire(offset, bytes)
      core.maps++
      page = new Page(core, strategy.arrays, start, offset, bytes, 'lent')
      result = use(page)
    } catch (error) {
      throw this.failed(error, page, place) // one call that is rarely made: or V8 makes every page for it (see IoMem)
    }
    page.leave(RETURNED)
    const inOrder = stack.takeBack(place)
    if (result !== undefined || !inOrder) this.checkReturn(result, inOrder)
    return result
  }

  /**
   * Maps a page atomically: the kernel's io_mapping_map_atomic_wc. Unmap it in this turn of the event loop, before any
   * await, and before the atomic pages that were mapped earlier. One that is still mapped at the first microtask after
   * the turn is revoked, with a process warning.
   * @param offset where it starts, in bytes
   * @throws IoMappingError as `map`, and ERR_IO_ATOMIC if 16 atomic pages are held in this thread
   */
  mapAtomic(offset: number): IoMem {
    return this.mapAtomicAs('mapAtomic', offset)
  }

  /** As `mapAtomic`, for the kernel's name of it. @internal */
  mapAtomicAs(call: string, offset: number): IoMem {
    stack.check(call)
    stack.watchTurn() // first, so that no page is held unwatched
    const page = this.mapAs('atomic', call, offset)
    stack.push(page)
    return page
  }

  /**
   * Lays device pages into a WebAssembly module's memory, in place of what is there: the module works on the device
   * itself. They are taken out by the window's `unmap` and by `free`, and zeros lie there then. They stay as the memory grows.
   * A loss is told by `faults` and the `fault` event; the module reads all ones.
   * @param address where in the memory, in bytes: a page's start
   * @param offset where in the mapping, in bytes: a page's start
   * @param length in bytes: whole pages, or to the mapping's end; 2 GiB at most
   * @throws IoMappingError ERR_IO_RANGE, ERR_IO_ALIGN, ERR_IO_ARGUMENT, ERR_IO_FREED, ERR_IO_FAULT, ERR_IO_ADDRESS_SPACE,
   * ERR_IO_UNSUPPORTED in a 32-bit process
   */
  mapInto(memory: WebAssemblyMemory, address: number, offset: number, length: number): MemoryWindow {
    return mapInto(this.#core, memory, { address, offset, length })
  }

  /**
   * Copies out of the mapping in another thread: the event loop goes on, however slow the device is.
   * @param offset where it starts, in bytes
   * @param length in bytes; more than a window may have, too
   * @throws (rejects) IoMappingError ERR_IO_RANGE, ERR_IO_ALIGN, ERR_IO_WIDTH, ERR_IO_ARGUMENT, ERR_IO_FREED (also if it is
   * freed meanwhile), ERR_IO_FAULT, ERR_IO_SLOTS, ERR_IO_ADDRESS_SPACE; the signal's reason; what `onProgress` throws
   */
  readAsync(offset: number, length: number, options: TransferOptions = {}): Promise<OwnBytes> {
    return readAsync(this, this.#core, offset, length, options)
  }

  /**
   * Copies `data` into the mapping, from `offset` on, in another thread. Where it is ended early, a first part is written.
   * @throws (rejects) as `readAsync`, and ERR_IO_READ_ONLY
   */
  writeAsync(
    offset: number,
    data: ArrayBufferView | ArrayBufferLike,
    options: TransferOptions = {},
  ): Promise<void> {
    return writeAsync(this, this.#core, offset, data, options)
  }

  /**
   * A stream of the mapping's bytes, read in other threads as they are wanted.
   * @param offset where it starts, in bytes. Default 0
   * @param length in bytes. Default: to the mapping's end
   * @throws IoMappingError ERR_IO_RANGE, ERR_IO_ALIGN, ERR_IO_WIDTH, ERR_IO_ARGUMENT, ERR_IO_FREED; the stream's errors are
   * those of `readAsync`
   */
  createReadStream(offset = 0, length?: number, options: StreamOptions = {}): Readable {
    return createReadStream(this, this.#core, offset, length, options)
  }

  /**
   * A stream that writes what it gets into the mapping, in other threads. With a width, what it gets may be cut anywhere; only
   * the whole must be a multiple.
   * @param offset where it starts, in bytes. Default 0
   * @throws as `createReadStream`, and ERR_IO_READ_ONLY
   */
  createWriteStream(offset = 0, options: StreamOptions = {}): Writable {
    return createWriteStream(this, this.#core, offset, options)
  }

  /**
   * What another thread can `attach`: for postMessage, or a Worker's workerData. Keep this mapping until it has. A loss that one
   * thread finds is every thread's.
   * @throws IoMappingError ERR_IO_FREED, ERR_IO_FAULT, ERR_IO_ACCESS (no descriptors left)
   */
  share(): SharedMapping {
    return share(this.#made)
  }

  /** A store fence: what was written through this mapping has left the processor's write-combining buffers. */
  flush(): void {
    native.wmb()
  }

  /**
   * Unmaps everything: handles of its windows throw from here on, views of them are empty, the pages are out of the
   * process. Asynchronous transfers are ended first, and let go within 10 ms. Other threads that have attached keep theirs; views
   * of a `shared` mapping's buffer read zeros once it is freed in all. Always succeeds; again, it does nothing. Where it was cut short (by
   * a vm timeout, at the stack's end), the next call completes it.
   */
  free(): void {
    this.#core.free()
  }

  [Symbol.dispose](): void {
    this.free()
  }

  /** What console.log shows: nothing of the device. @internal */
  [inspect.custom](): string {
    const state = this.#core.freed ? ', freed' : this.faults > 0 ? ', lost' : ''
    return `IoMapping { ${this.#core.name}, ${hex(this.size)} bytes, ${this.memoryType}, ${this.strategy}${state} }`
  }

  private mapAll(): IoMem {
    return this.mapAs('map', 'map', 0, wholeLength(this.#core))
  }

  private checked(call: string, offset: number, length?: number): number {
    return checkedLength(this.#core, call, offset, length)
  }

  private checkUse(use: unknown): void {
    checkUse(use)
  }

  /** What `atomic` throws when it could not map a page, or its callback has thrown. */
  private failed(error: unknown, page: IoMem | undefined, place: number): unknown {
    page?.leave(RETURNED)
    stack.takeBack(place)
    return error
  }

  private checkReturn(result: unknown, inOrder: boolean): void {
    checkReturn(result, inOrder)
  }
}
