// IoMapping.mapInto: device pages in a WebAssembly module's own memory.
import { badArgument, IoMappingError } from './errors.js'
import type { MappingCore } from './mapping-core.js'
import { refuseEnded, refuseMap } from './mapping-refusals.js'
import { native, systemError } from './native.js'
import { hex, isByteCount } from './numbers.js'
import { MAP_MAX, PAGE_SIZE, pageCeil } from './page.js'
import { viewAccess } from './strategies/strategy.js'
import { IS_32_BIT } from './word-size.js'

/** A WebAssembly.Memory; named here, since not every project's TypeScript knows WebAssembly. */
export interface WebAssemblyMemory {
  readonly buffer: ArrayBufferLike
  grow(pages: number): number
}

const CALL = 'mapInto'

/** Which ranges of a memory are taken. */
const taken = new WeakMap<WebAssemblyMemory, Set<MemoryWindow>>()

const addressOf = (memory: WebAssemblyMemory): number => native.addressOf(new Uint8Array(memory.buffer))

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
  readonly #base: number
  #guard = 0

  /** @internal IoMapping.mapInto */
  static lay(
    core: MappingCore,
    memory: WebAssemblyMemory,
    address: number,
    offset: number,
    length: number,
  ): MemoryWindow {
    check(core, memory, address, offset, length)
    const window = new MemoryWindow(core, memory, address, offset, length)
    window.#lay()
    return window
  }

  private constructor(
    core: MappingCore,
    memory: WebAssemblyMemory,
    address: number,
    offset: number,
    length: number,
  ) {
    this.#core = core
    this.memory = memory
    this.address = address
    this.offset = offset
    this.length = length
    this.#base = addressOf(memory)
  }

  /** Whether its pages lie there still. */
  get mapped(): boolean {
    return this.#guard !== 0 && addressOf(this.memory) === this.#base
  }

  /**
   * Takes its pages out: the memory holds zeros there, as if nothing had been written to it.
   * @throws IoMappingError ERR_IO_UNMAPPED if it is not mapped, or the memory has moved as it grew
   */
  unmap(): void {
    const { mapped } = this
    const was = this.#guard !== 0
    this.#end(mapped)
    if (!mapped) throw refuseUnmap(this, was)
  }

  /** Unmaps it if it is still mapped. */
  [Symbol.dispose](): void {
    this.#end(this.mapped)
  }

  get #pages(): number {
    return pageCeil(this.length)
  }

  #lay(): void {
    const { ground, lease } = this.#core
    const { address, offset, memory } = this
    const start = ground.offset + ground.pageOffset + offset
    this.#guard = native.guard(memory, this.#base + address, this.#pages, lease)
    const errno = native.lay(this.#base + address, this.#pages, ground.fd, start, viewAccess(ground))
    this.#core.memoryWindows.add(this)
    windowsOf(memory).add(this)
    if (errno === 0) return
    this[Symbol.dispose]()
    throw ground.explain(systemError(errno, 'mmap'))
  }

  #end(isThere: boolean): void {
    if (this.#guard === 0) return
    // Where the memory has moved, V8 has unmapped what was here, and something else may lie here now.
    if (isThere) native.clear(this.#base + this.address, this.#pages)
    native.unguard(this.#guard)
    this.#guard = 0
    this.#core.memoryWindows.delete(this)
    windowsOf(this.memory).delete(this)
  }
}

const windowsOf = (memory: WebAssemblyMemory): Set<MemoryWindow> => {
  const found = taken.get(memory) ?? new Set()
  taken.set(memory, found)
  return found
}

const check = (
  core: MappingCore,
  memory: WebAssemblyMemory,
  address: number,
  offset: number,
  length: number,
): void => {
  if (core.isEnded()) throw refuseEnded(core, CALL)
  if (!(memory instanceof WebAssembly.Memory))
    throw badArgument(`${CALL}: memory`, memory, 'a WebAssembly.Memory')
  if (IS_32_BIT) throw refuse32()
  const isInside = isByteCount(offset) && isByteCount(length) && length > 0 && length <= MAP_MAX
  if (!isInside || offset + length > core.limit) throw refuseMap(core, CALL, offset, length)
  checkAlignment(core, address, offset, length)
  const { byteLength } = memory.buffer
  if (address + pageCeil(length) > byteLength) throw refuseAddress(address, length, byteLength)
  for (const other of windowsOf(memory)) {
    const isApart =
      address + pageCeil(length) <= other.address || other.address + pageCeil(other.length) <= address
    if (!isApart && other.mapped) throw refuseOverlap(address, length, other)
  }
}

const checkAlignment = (core: MappingCore, address: number, offset: number, length: number): void => {
  if (!isByteCount(address)) throw badArgument(`${CALL}: address`, address, 'a whole number of bytes')
  const wrong = [
    { name: 'address', value: address, isAligned: address % PAGE_SIZE === 0 },
    { name: 'offset', value: offset, isAligned: (core.ground.pageOffset + offset) % PAGE_SIZE === 0 },
    {
      name: 'length',
      value: length,
      isAligned: length % PAGE_SIZE === 0 || offset + length === core.limit,
    },
  ].find(({ isAligned }) => !isAligned)
  if (!wrong) return
  const { name, value } = wrong
  throw new IoMappingError(
    'ERR_IO_ALIGN',
    `${CALL}: ${name} ${hex(value)} is no whole number of pages of ${hex(PAGE_SIZE)} bytes; only such can be laid into a memory` +
      (name === 'offset' && core.ground.pageOffset !== 0
        ? `, and ${core.name} starts ${hex(core.ground.pageOffset)} into a page`
        : ''),
  )
}

const refuseAddress = (address: number, length: number, byteLength: number): IoMappingError =>
  new IoMappingError(
    'ERR_IO_RANGE',
    `${CALL}: ${hex(length)} bytes at address ${hex(address)} are not in the memory, which has ${hex(byteLength)} bytes; ` +
      'grow it first, or choose a lower address',
  )

const refuseOverlap = (address: number, length: number, other: MemoryWindow): IoMappingError =>
  new IoMappingError(
    'ERR_IO_RANGE',
    `${CALL}: ${hex(length)} bytes at address ${hex(address)} overlap the window that is mapped at ${hex(other.address)}, of ` +
      `${hex(other.length)} bytes; unmap that first`,
  )

const refuse32 = (): IoMappingError =>
  new IoMappingError(
    'ERR_IO_UNSUPPORTED',
    `${CALL}: in a 32-bit process a WebAssembly.Memory moves as it grows, and device pages can't move with it. ` +
      'Copy what the module needs with copyTo',
  )

const refuseUnmap = ({ address, offset }: MemoryWindow, hasMoved: boolean): IoMappingError =>
  new IoMappingError(
    'ERR_IO_UNMAPPED',
    `unmap: the window of offset ${hex(offset)} at address ${hex(address)} is no longer mapped: ` +
      (hasMoved
        ? 'the memory has moved as it grew, and holds a copy of what was there. Give the memory a maximum, so that it need not move'
        : 'it was unmapped, or its mapping was freed. Map it again'),
  )
