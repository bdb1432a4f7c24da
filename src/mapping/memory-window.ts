// IoMapping.mapInto: device pages in a WebAssembly module's own memory.
import { constants } from 'node:os'
import { clearPages, unguard } from '../container/container.js'
import { viewAccess } from '../container/ground.js'
import { bufferOf, type WebAssemblyMemory } from '../container/wasm-memory.js'
import { type Lease, native, systemError } from '../system/native.js'
import { pageCeil } from '../system/page.js'
import type { MappingCore } from '../window/mapping-core.js'
import {
  checkPlacement,
  type Placement,
  refuseOverlap,
  refuseUnmapped,
  refuseZeros,
} from './memory-refusals.js'

const CALL = 'mapInto'
const { EEXIST } = constants.errno

/** The windows in a memory. They live as long as it: a mapping that is dropped is not yet freed then. */
const windowsIn = new WeakMap<WebAssemblyMemory, Set<MemoryWindow>>()

/** Lays pages into `memory`. Throws as IoMapping.mapInto says; the memory is then as it was. */
export const mapInto = (core: MappingCore, memory: WebAssemblyMemory, placement: Placement): MemoryWindow => {
  const buffer = bufferOf(CALL, memory)
  checkPlacement(core, buffer.byteLength, placement)
  const others = windowsIn.get(memory) ?? new Set()
  for (const other of others)
    if (other.mapped && overlap(placement, other)) throw refuseOverlap(placement, other)
  const window = new MemoryWindow(core, memory, buffer, placement)
  windowsIn.set(memory, others.add(window))
  return window
}

const overlap = (one: Placement, other: Placement): boolean =>
  one.address < other.address + pageCeil(other.length) && other.address < one.address + pageCeil(one.length)

const startOf = (buffer: ArrayBufferLike): number => native.addressOf(new Uint8Array(buffer))

/** False if that fails: it doesn't throw, nor does free. The window then ends with its lease. */
const endWindow = (lease: Lease, address: number): boolean => {
  try {
    return native.endWindow(lease, address) === 0
  } catch {
    return false
  }
}

/** Device pages that lie in a WebAssembly.Memory, until `unmap`. */
export class MemoryWindow implements Disposable {
  readonly memory: WebAssemblyMemory
  /** Where in the memory it starts, in bytes. */
  readonly address: number
  /** Where in the mapping it starts, in bytes. */
  readonly offset: number
  /** In bytes. */
  readonly length: number
  readonly #core: MappingCore
  /** Where the memory lay when the pages were laid into it. */
  readonly #base: number
  /** Takes the pages out, if they are there still; whether zeros lie there then. Undefined once that is done. */
  #end: ((isThere: boolean) => boolean) | undefined

  /** @internal mapInto */
  constructor(core: MappingCore, memory: WebAssemblyMemory, buffer: ArrayBufferLike, placement: Placement) {
    this.#core = core
    this.memory = memory
    this.address = placement.address
    this.offset = placement.offset
    this.length = placement.length
    this.#base = startOf(buffer)
    this.#end = buffer instanceof SharedArrayBuffer ? this.#guardShared(buffer) : this.#guardOwn()
    core.memoryWindows.add(this)
    this.#lay()
  }

  /** Whether its pages lie there still. */
  get mapped(): boolean {
    return this.#end !== undefined && this.#isThere()
  }

  /**
   * Takes its pages out: the memory holds zeros there, as if nothing had been written to it.
   * @throws IoMappingError ERR_IO_UNMAPPED if it is not mapped, or the memory has moved as it grew; ERR_IO_ADDRESS_SPACE if
   * the system has no memory left for zeros: then nothing there can be accessed
   */
  unmap(): void {
    const wasLaid = this.#end !== undefined
    const { mapped } = this
    const isClear = this.#takeOut()
    if (!mapped) throw refuseUnmapped(this, wasLaid)
    if (!isClear) throw refuseZeros(this)
  }

  /** Unmaps it if it is still mapped. */
  [Symbol.dispose](): void {
    this.#takeOut()
  }

  #takeOut(): boolean {
    const isClear = this.#end?.(this.#isThere()) ?? true
    this.#end = undefined
    this.#core.memoryWindows.delete(this)
    windowsIn.get(this.memory)?.delete(this)
    return isClear
  }

  get #start(): number {
    return this.#base + this.address
  }

  get #pages(): number {
    return pageCeil(this.length)
  }

  /** Where the memory has moved, V8 has unmapped what was here, and something else may lie here now. */
  #isThere(): boolean {
    return startOf(bufferOf(CALL, this.memory)) === this.#base
  }

  /** Memory that ends with the last object of this thread that refers to it. */
  #guardOwn(): (isThere: boolean) => boolean {
    const guard = native.guard(this.memory, this.#start, this.#pages, this.#core.lease)
    return isThere => {
      const isClear = !isThere || clearPages(this.#start, this.#pages)
      return unguard(guard) && isClear
    }
  }

  /** Memory that other threads have, too, and keep when this one ends: its pages then end with the lease. */
  #guardShared(buffer: SharedArrayBuffer): () => boolean {
    const { lease } = this.#core
    // Another object for the same memory: the lease, which lives as long as this one, must not keep it.
    const errno = native.beginWindow(lease, structuredClone(buffer), this.#start, this.#pages)
    if (errno !== 0) throw errno === EEXIST ? refuseOverlap(this) : systemError(errno, 'malloc')
    return () => endWindow(lease, this.#start)
  }

  #lay(): void {
    const { ground } = this.#core
    const from = ground.offset + ground.pageOffset + this.offset
    const errno = native.lay(this.#start, this.#pages, ground.fd, from, viewAccess(ground))
    if (errno === 0) return
    this[Symbol.dispose]()
    throw ground.explain(systemError(errno, 'mmap'))
  }
}
