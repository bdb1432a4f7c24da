import type { BusDevice, DmaMemory } from '../access/bus-device.js'
import { CheckedAccess } from '../access/checked-access.js'
import type { Interrupt } from '../interrupts/interrupt.js'
import type { InterruptKind } from '../interrupts/kinds.js'
import { blockSpec } from '../registers/block.js'
import type { Block, Model, Parts, Word } from '../registers/index.js'
import { badArgument, checkObject, IoMappingError } from '../system/errors.js'
import { hex, isByteCount, isRange } from '../system/numbers.js'
import { type Access, type AccessWidth, allOnes } from './access.js'
import { DeviceRegisters } from './device-registers.js'
import { type DmaFault, SimulatedBus } from './dma.js'
import { type Fault, Faults, type Where } from './fault.js'
import { Memory } from './memory.js'
import { type InterruptCounts, RaisedInterrupts } from './raised.js'

export interface SimulatedDeviceOptions {
  /** For messages. Default: simulated device. */
  name?: string
  /** How many bytes the device takes. Default: to the end of its last register or memory. */
  size?: number
  /** Parts that are memory: they take accesses of any width, and keep what is written. */
  memory?: readonly { readonly offset: number; readonly length: number }[]
  /** How many interrupts it has of each kind: `{ msix: 4 }`. Default: none. */
  interrupts?: InterruptCounts
}

/** A register of `device.state`. */
export interface SimulatedRegister<W extends Word> extends Where {
  readRaw(): W
}

/**
 * A device without hardware: what its registers' description says happens by itself (read-only fields stay, write-1-to-clear
 * clears), the rest is what its hooks do. To a driver it is a window, as an IoMem.
 *
 * An access that fits no register is an error, as on a bus: of another width or offset, a read of what is write-only.
 */
export class SimulatedDevice<P extends Parts> extends CheckedAccess implements BusDevice {
  /** Its registers, as the device itself sees them: all can be read and written. Nothing of it is recorded. */
  readonly state: Model<P>
  /** All accesses of the driver, in order. Empty it with `log.length = 0`. */
  readonly log: Access[] = []
  readonly #registers: DeviceRegisters
  readonly #memory: Memory
  readonly #faults = new Faults()
  readonly #interrupts: RaisedInterrupts
  readonly #bus: SimulatedBus
  readonly #ranges: NonNullable<SimulatedDeviceOptions['memory']>

  /** @param described its registers @throws IoMappingError ERR_IO_ARGUMENT; ERR_IO_ADDRESS_SPACE: it is too large */
  constructor(described: Block<P>, options: SimulatedDeviceOptions = {}) {
    const spec = blockSpec('SimulatedDevice', described)
    checkObject('SimulatedDevice', options, ['name', 'size', 'memory', 'interrupts'])
    const { name = 'the simulated device', memory = [], interrupts = {} } = options
    checkRanges(memory)
    const least = memory.reduce((end, { offset, length }) => Math.max(end, offset + length), spec.size)
    const { size = least } = options
    if (!isByteCount(size) || size < least)
      throw badArgument(
        'SimulatedDevice: options.size',
        hex(size),
        `${hex(least)} bytes or more, to hold what it has`,
      )
    super(name, size)
    this.#ranges = memory.map(({ offset, length }) => ({ offset, length }))
    this.#bus = new SimulatedBus(name)
    this.#interrupts = new RaisedInterrupts(name, interrupts, () => this.#bus.busMaster)
    this.#memory = new Memory(size)
    this.#registers = new DeviceRegisters(spec, this.#memory)
    this.state = spec.plain().at(this.#memory) as Model<P>
  }

  /**
   * Sets what happens before a driver's read of a register: the hook may change `state`, or return what is read. It takes
   * the place of the hook before it.
   * @throws IoMappingError ERR_IO_ARGUMENT
   */
  onRead<W extends Word>(register: SimulatedRegister<W>, hook: (() => W) | (() => void)): void {
    this.#registers.hook('onRead', register, hook)
  }

  /**
   * Sets what happens after a driver's write to a register, with what was written; `state` has taken it. It takes the place
   * of the hook before it.
   * @throws IoMappingError ERR_IO_ARGUMENT
   */
  onWrite<W extends Word>(register: SimulatedRegister<W>, hook: (written: W) => void): void {
    this.#registers.hook('onWrite', register, hook as (written: Word) => void)
  }

  /** As VfioDevice.interrupt, of those that the options name. @throws IoMappingError ERR_IO_INTERRUPT, ERR_IO_ARGUMENT */
  interrupt(kind: InterruptKind, index = 0): Interrupt {
    return this.#interrupts.open(kind, index)
  }

  /**
   * Raises an interrupt: at a turn of the event loop, the driver hears of it, if it has it open. A message (`msi`, `msix`) is lost if bus
   * mastering is off, as on a bus. @throws as `interrupt`
   */
  raise(kind: InterruptKind, index = 0): void {
    this.#interrupts.raise(kind, index)
  }

  /** As VfioDevice.dma: memory of the driver's, which the device reaches at `iova` by `reach`. @throws IoMappingError ERR_IO_RANGE, ERR_IO_ARGUMENT */
  dma(bytes: number): DmaMemory {
    return this.#bus.make(bytes)
  }

  /** Whether it may access memory by itself; off at first, as when a real device is opened. */
  get busMaster(): boolean {
    return this.#bus.busMaster
  }

  set busMaster(on: boolean) {
    this.#bus.busMaster = Boolean(on)
  }

  /**
   * What the device itself does: accesses memory for DMA.
   * @param kind for the error, and for `dmaFaults`
   * @returns the memory's own bytes: reading and writing them is the access
   * @throws IoMappingError ERR_IO_FAULT, as an IOMMU stops it: the driver has no such memory (any more), or bus mastering is off
   */
  reach(kind: DmaFault['kind'], iova: number | bigint, length: number): Uint8Array {
    if (kind !== 'read' && kind !== 'write') throw badArgument('reach: kind', kind, "'read' or 'write'")
    if (typeof iova !== 'bigint' && !isByteCount(iova))
      throw badArgument('reach: iova', iova, 'an address of the device’s, in bytes')
    if (!isByteCount(length) || length === 0)
      throw badArgument('reach: length', length, 'a whole number of bytes, 1 or more')
    return this.#bus.reach(kind, Number(iova), length)
  }

  /** What the device tried to reach in vain, in order. */
  get dmaFaults(): readonly DmaFault[] {
    return this.#bus.faults
  }

  /** Makes accesses that are to come fail. @throws IoMappingError ERR_IO_ARGUMENT */
  inject(fault: Fault): void {
    this.#faults.add(fault)
  }

  /** Every register as after a reset; memory of zeros; no more faults. Hooks and the log stay. */
  reset(): void {
    this.#memory.clear()
    this.#registers.reset()
    this.#faults.clear()
  }

  protected load(call: string, offset: number, width: AccessWidth): Word {
    const register = this.#find(call, 'read', offset, width)
    const effect = this.#faults.strike('read', offset, width)
    if (effect === 'error' || effect === 'unplugged') {
      this.log.push({ kind: 'read', offset, width, value: allOnes(width), fault: true })
      if (effect === 'error') throw this.#fault(call, offset)
      return allOnes(width)
    }
    const answer = register ? register.read() : this.#memory.word(offset, width)
    const value = effect ? fit(effect(answer), width) : answer
    this.log.push({ kind: 'read', offset, width, value })
    return value
  }

  protected store(call: string, offset: number, width: AccessWidth, given: Word): void {
    const register = this.#find(call, 'write', offset, width)
    const effect = this.#faults.strike('write', offset, width)
    const lost = effect === 'error' || effect === 'unplugged'
    this.log.push({ kind: 'write', offset, width, value: given, ...(lost ? { fault: true as const } : {}) })
    if (effect === 'error') throw this.#fault(call, offset)
    if (lost) return
    const value = effect ? fit(effect(given), width) : given
    if (register) register.write(value)
    else this.#memory.setWord(offset, width, value)
  }

  /** The register that an access is to, or undefined for memory; throws if it is neither. */
  #find(call: string, kind: Access['kind'], offset: number, width: AccessWidth) {
    const register = this.#registers.find(call, this.name, kind, offset, width)
    if (register) return register
    const isMemory = this.#ranges.some(
      range => offset >= range.offset && offset + width <= range.offset + range.length,
    )
    if (isMemory) return undefined
    throw new IoMappingError(
      'ERR_IO_RANGE',
      `${call}: ${this.name} has neither a register nor memory at ${hex(offset)}; describe it, or name it in options.memory`,
    )
  }

  #fault(call: string, offset: number): IoMappingError {
    return new IoMappingError(
      'ERR_IO_FAULT',
      `${call}: offset ${hex(offset)} of ${this.name} did not answer (a fault that was injected)`,
    )
  }
}

const checkRanges = (ranges: NonNullable<SimulatedDeviceOptions['memory']>): void => {
  const isPlace = (range: unknown): boolean => {
    const { offset, length } = (range ?? {}) as { offset?: unknown; length?: unknown }
    return isRange(offset, length, Number.MAX_SAFE_INTEGER)
  }
  if (Array.isArray(ranges) && ranges.every(isPlace)) return
  throw badArgument('SimulatedDevice: options.memory', ranges, 'an array of { offset, length }, in bytes')
}

const fit = (value: Word, width: AccessWidth): Word => {
  const bits = BigInt.asUintN(width * 8, BigInt(value))
  return width === 8 ? bits : Number(bits)
}
