// IoMapping.mapInto: device pages in a WebAssembly module's own memory.

import { constants } from 'node:os'
import { markExposed } from '../container/exposed.js'
import { bufferOf, isShared, type WebAssemblyMemory } from '../container/wasm-memory.js'
import { ACCESS, LEFT, native, OWNER } from '../system/native.js'
import { systemError } from '../system/system-error.js'
import type { MappingCore } from '../window/mapping-core.js'
import {
  checkPlacement,
  type Placement,
  refuseOverlap,
  refuseStay,
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
  checkPlacement(core, addressOf(buffer), buffer.byteLength, placement)
  const window = new MemoryWindow(core, memory, buffer, placement)
  markExposed(buffer, memory)
  const others = windowsIn.get(memory)
  if (others) others.add(window)
  else windowsIn.set(memory, new Set([window]))
  return window
}

const addressOf = (buffer: ArrayBufferLike): number => native.addressOf(new Uint8Array(buffer))

/** Device pages that lie in a WebAssembly.Memory, until `unmap`. */
export class MemoryWindow implements Disposable {
  readonly #core: MappingCore
  readonly #memory: WebAssemblyMemory
  readonly #placement: Placement
  /** Where the memory lay when the pages were laid into it. */
  readonly #base: number
  /** What the mapping has of it: nothing that a program could put something else in place of. */
  readonly #entry = { end: () => this.#dispose() }
  /** Whether it is guarded, and its pages may lie there. */
  #isLaid = false

  /** @internal mapInto */
  constructor(core: MappingCore, memory: WebAssemblyMemory, buffer: ArrayBufferLike, placement: Placement) {
    this.#core = core
    this.#memory = memory
    this.#placement = placement
    this.#base = addressOf(buffer)
    core.memoryWindows.add(this.#entry)
    this.#unlessRefused(() => this.#guard(buffer))
    this.#unlessRefused(() => this.#lay())
  }

  get memory(): WebAssemblyMemory {
    return this.#memory
  }

  /** Where in the memory it starts, in bytes. */
  get address(): number {
    return this.#placement.address
  }

  /** Where in the mapping it starts, in bytes. */
  get offset(): number {
    return this.#placement.offset
  }

  /** In bytes. */
  get length(): number {
    return this.#placement.length
  }

  /** Whether its pages lie there still. */
  get mapped(): boolean {
    return this.#isLaid && this.#isThere()
  }

  /**
   * Takes its pages out: the memory holds zeros there, as if nothing had been written to it.
   * @throws IoMappingError ERR_IO_UNMAPPED if it is not mapped, or the memory has moved as it grew; ERR_IO_ADDRESS_SPACE if
   * the system has no memory left for zeros: then nothing there can be accessed; or if it refuses even that: then it stays mapped
   */
  unmap(): void {
    const wasLaid = this.#isLaid
    const { mapped } = this
    const left = wasLaid ? this.#takeOut() : LEFT.zero
    if (!mapped) throw refuseUnmapped(this, wasLaid)
    if (left === LEFT.none) throw refuseZeros(this)
    if (left === LEFT.stay) throw refuseStay(this)
  }

  /** Unmaps it if it is still mapped. */
  [Symbol.dispose](): void {
    this.#dispose()
  }

  #dispose(): void {
    if (this.#isLaid) this.#takeOut()
    else this.#core.memoryWindows.delete(this.#entry)
  }

  /** What lies there then. Cut short, it can be done again. */
  #takeOut(): number {
    const left = native.unguard(this.#core.lease, this.#start, this.#isThere() ? 1 : 0)
    if (left === LEFT.stay) return left
    windowsIn.get(this.#memory)?.delete(this)
    this.#core.memoryWindows.delete(this.#entry)
    this.#isLaid = false
    return left
  }

  get #start(): number {
    return this.#base + this.address
  }

  get #pages(): number {
    return this.#core.ground.ceil(this.length)
  }

  /** Where the memory has moved, V8 has unmapped what was here, and something else may lie here now. */
  #isThere(): boolean {
    return addressOf(bufferOf(CALL, this.#memory)) === this.#base
  }

  /** Of memory that other threads have, too, and keep when this one ends, the pages end with the lease. */
  #guard(buffer: ArrayBufferLike): void {
    const { lease, ground } = this.#core
    // Of shared memory another object: the lease must not keep this one.
    const [memory, owner] = isShared(buffer)
      ? [structuredClone(buffer), OWNER.threads]
      : [this.#memory, OWNER.program]
    const readOnly = ground.viewAccess === ACCESS.read ? 1 : 0
    const errno = native.guard(lease, memory, this.#start, this.#pages, readOnly, owner)
    this.#isLaid = errno === 0
    if (errno === EEXIST) throw refuseOverlap(this, this.#other())
    if (errno !== 0) throw systemError(errno, 'mmap')
  }

  /** The window that it overlaps; undefined if that is another thread's. */
  #other(): MemoryWindow | undefined {
    return [...(windowsIn.get(this.#memory) ?? [])].find(each => each.mapped && this.#overlaps(each))
  }

  #overlaps(other: MemoryWindow): boolean {
    return this.address < other.address + other.#pages && other.address < this.address + this.#pages
  }

  #lay(): void {
    const { ground } = this.#core
    const from = ground.offset + ground.pageOffset + this.offset
    const errno = native.lay(this.#start, this.#pages, ground.fd, from, ground.viewAccess)
    if (errno !== 0) throw systemError(errno, 'mmap')
  }

  #unlessRefused(attempt: () => void): void {
    try {
      attempt()
    } catch (error) {
      this.#dispose()
      throw this.#core.ground.explain(error)
    }
  }
}
