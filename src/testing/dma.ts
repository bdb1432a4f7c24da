import type { DmaMemory } from '../access/bus-device.js'
import { CheckedAccess } from '../access/checked-access.js'
import { type AccessWidth, getWord, setWord, type Word } from '../access/words.js'
import { IoMappingError } from '../system/errors.js'
import { checkSize, hex, isRange } from '../system/numbers.js'
import { allocate } from './memory.js'

/** A page, as most processors have it. One is left free behind each memory's addresses: what runs over its end is seen. */
const UNIT = 0x1000
const FIRST = 0x10000

/** An access of a simulated device's to memory that it may not reach: an IOMMU stops it. */
export interface DmaFault {
  readonly kind: 'read' | 'write'
  readonly iova: number
  /** In bytes. */
  readonly length: number
}

/** The memory for DMA that a simulated device has, by its addresses. */
export class SimulatedBus {
  readonly faults: DmaFault[] = []
  readonly #device: string
  readonly #all = new Set<SimulatedMemory>()
  #next = FIRST
  busMaster = false

  constructor(device: string) {
    this.#device = device
  }

  make(bytes: number): DmaMemory {
    const size = Math.ceil(checkSize(bytes, 'dma: bytes') / UNIT) * UNIT
    const memory = new SimulatedMemory(this.#device, this.#next, size, () => this.#all.delete(memory))
    this.#next += size + UNIT
    this.#all.add(memory)
    return memory
  }

  /** The bytes that the device reaches there: what is written to them is in the driver's memory. Throws ERR_IO_FAULT, and notes it. */
  reach(kind: DmaFault['kind'], iova: number, length: number): Uint8Array {
    const found = [...this.#all].find(each => isRange(iova - each.iova, length, each.size))
    if (found && this.busMaster) return found.bytes.subarray(iova - found.iova, iova - found.iova + length)
    this.faults.push({ kind, iova, length })
    const why = found
      ? 'its bus mastering is off; the driver switches it on first'
      : 'no memory for DMA lies there (all of it), or it was freed'
    throw new IoMappingError(
      'ERR_IO_FAULT',
      `${this.#device} can't ${kind} ${hex(length)} bytes at iova ${hex(iova)}: ${why}`,
    )
  }
}

class SimulatedMemory implements DmaMemory {
  readonly iova: number
  readonly size: number
  readonly bytes: Uint8Array
  readonly #name: string
  readonly #freed: () => void
  #isFreed = false

  constructor(device: string, iova: number, size: number, freed: () => void) {
    this.#name = `Memory of ${hex(size)} bytes for ${device}`
    this.iova = iova
    this.size = size
    this.bytes = allocate(
      size,
      'ERR_IO_DMA',
      `${this.#name} can't be made: there is not so much; ask for less`,
    )
    this.#freed = freed
  }

  map(): MemoryWindow
  map(offset: number, length?: number): MemoryWindow
  map(given?: number, length = UNIT): MemoryWindow {
    // biome-ignore lint/complexity/noArguments: as IoMapping.map: an offset that is undefined by mistake is not all
    const isAll = arguments.length === 0
    const offset = isAll ? 0 : (given as number)
    const asked = isAll ? this.size : length
    if (this.#isFreed) throw new IoMappingError('ERR_IO_FREED', `map: ${this.#name} was freed; make it anew`)
    if (!isRange(offset, asked, this.size))
      throw new IoMappingError(
        'ERR_IO_RANGE',
        `map: ${hex(asked)} bytes at offset ${hex(offset)} can't be mapped: ${this.#name} has ${hex(this.size)} bytes`,
      )
    return new MemoryWindow(
      this.#name,
      this.bytes.subarray(offset, offset + asked),
      offset,
      () => this.#isFreed,
    )
  }

  /** The device sees all at once. */
  flush(): void {}

  free(): void {
    this.#isFreed = true
    this.#freed()
  }

  [Symbol.dispose](): void {
    this.free()
  }
}

/** A window of it. */
class MemoryWindow extends CheckedAccess {
  readonly #bytes: Uint8Array
  readonly #isGone: () => boolean

  constructor(name: string, bytes: Uint8Array, offset: number, isGone: () => boolean) {
    super(name, bytes.length, offset)
    this.#bytes = bytes
    this.#isGone = isGone
  }

  override get mapped(): boolean {
    return super.mapped && !this.#isGone()
  }

  protected load(_call: string, offset: number, width: AccessWidth): Word {
    return getWord(this.#bytes, offset, width)
  }

  protected store(_call: string, offset: number, width: AccessWidth, value: Word): void {
    setWord(this.#bytes, offset, width, value)
  }
}
