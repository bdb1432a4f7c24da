import type { IoAccess, PollOptions } from 'io-mapping'
import { BUFFER, EDU, MAGIC } from './registers.js'

/** What edu can interrupt for. */
export interface Interrupts {
  readonly FACTORIAL: boolean
  readonly DMA: boolean
}

/**
 * A driver for QEMU's educational device. It takes any window: an IoMem of the device's BAR 0, or what stands in for one in
 * a test. It owns neither the window nor the mapping.
 */
export class Edu {
  readonly #registers

  /** @param mem the first 0xa0 bytes of BAR 0, or more @throws Error if another device lies there */
  constructor(mem: IoAccess) {
    this.#registers = EDU.at(mem)
    const id = this.#registers.ID.read()
    if (id.MAGIC !== MAGIC) throw new Error(`this is no edu device: ${id}`)
  }

  get version(): string {
    const { MAJOR, MINOR } = this.#registers.ID.read()
    return `${MAJOR}.${MINOR}`
  }

  /** Whether the device answers. */
  isAlive(): boolean {
    const { LIVENESS } = this.#registers
    LIVENESS.write(0x5a5a_a5a5)
    return LIVENESS.read() === 0xa5a5_5a5a
  }

  /**
   * The factorial of `number`, modulo 2^32; the device raises its interrupt when it is done.
   * @throws ERR_IO_TIMEOUT
   */
  async factorial(number: number, options?: PollOptions): Promise<number> {
    const { STATUS, FACTORIAL } = this.#registers
    await STATUS.COMPUTING.poll(computing => !computing, options) // or the device would not hear
    STATUS.write({ INTERRUPT: true })
    FACTORIAL.write(number)
    await STATUS.COMPUTING.poll(computing => !computing, options)
    return FACTORIAL.read()
  }

  /** The interrupts that are raised. */
  get pending(): Interrupts {
    return this.#registers.PENDING.read()
  }

  /** Raises interrupts: for a test of who hears them. */
  raise(interrupts: Partial<Interrupts>): void {
    this.#registers.RAISE.write(interrupts)
  }

  /** Takes back all interrupts that are raised, and tells which they were. */
  acknowledge(): Interrupts {
    const { PENDING, ACKNOWLEDGE } = this.#registers
    const pending = PENDING.read()
    ACKNOWLEDGE.write(pending)
    PENDING.read() // the write has reached the device, and its line is low, once a read is answered
    return pending
  }

  /**
   * Copies from memory into the device's buffer.
   * @param busAddress where the memory lies, as the device sees it
   * @param at where in the buffer, in bytes
   * @throws RangeError; ERR_IO_TIMEOUT
   */
  fromMemory(busAddress: number, length: number, at = 0, options?: PollOptions): Promise<void> {
    return this.#transfer(busAddress, bufferAddress(at, length), length, { TO_MEMORY: false }, options)
  }

  /** Copies from the device's buffer into memory. @throws as `fromMemory` */
  toMemory(busAddress: number, length: number, at = 0, options?: PollOptions): Promise<void> {
    return this.#transfer(bufferAddress(at, length), busAddress, length, { TO_MEMORY: true }, options)
  }

  async #transfer(
    source: number,
    destination: number,
    length: number,
    direction: { TO_MEMORY: boolean },
    options?: PollOptions,
  ): Promise<void> {
    const { SOURCE, DESTINATION, COUNT, COMMAND } = this.#registers.DMA
    SOURCE.write(BigInt(source))
    DESTINATION.write(BigInt(destination))
    COUNT.write(BigInt(length))
    COMMAND.write({ START: true, ...direction })
    await COMMAND.START.poll(started => !started, options)
  }
}

/** Where `[at, at + length)` of the buffer lies; beyond it the device would end the virtual machine. */
const bufferAddress = (at: number, length: number): number => {
  const fits =
    Number.isInteger(at) && Number.isInteger(length) && at >= 0 && length > 0 && at + length <= BUFFER.size
  if (fits) return BUFFER.address + at
  throw new RangeError(`${length} bytes at ${at} are not in the device's buffer, which has ${BUFFER.size}`)
}
