import type { BusDevice, IoAccess } from 'io-mapping'
import { NvmeError } from './errors.js'
import { QueuePair } from './queue.js'
import { CONTROLLER, DOORBELLS, doorbells, writeWide } from './registers.js'

const ADMIN_DEPTH = 32
/** What a register reads where no device answers. */
const NOBODY = 0xffff_ffff

/** A controller's registers and its admin queues: switched on, off, and known to be gone. */
export class Controller {
  readonly admin: QueuePair
  readonly #device: BusDevice
  readonly #registers
  readonly #bells
  readonly #deepest: number
  /** How long it may take to be ready, or off. */
  readonly #limit: { readonly timeout: number }

  /** @param mem BAR 0, all of it: whether the doorbells are in it is looked at before anything is written */
  constructor(device: BusDevice, mem: IoAccess) {
    const registers = CONTROLLER.at(mem)
    const { MAX_QUEUE_ENTRIES, TIMEOUT } = registers.CAP.read()
    const { DOORBELL_STRIDE, NVM_COMMANDS, MIN_PAGE_SIZE } = registers.CAP_UPPER.read()
    if (!NVM_COMMANDS || MIN_PAGE_SIZE > 0)
      throw new NvmeError('this controller has no NVM commands, or no pages of 4 KiB')
    this.#device = device
    this.#registers = registers
    this.#bells = doorbells(4 << DOORBELL_STRIDE).at(mem, DOORBELLS).QUEUES
    this.#deepest = MAX_QUEUE_ENTRIES + 1
    this.#limit = { timeout: (TIMEOUT + 1) * 500 }
    this.admin = this.queues(0, ADMIN_DEPTH)
  }

  /** Makes a pair of queues. @param depth how many entries each has, if the controller has as many */
  queues(number: 0 | 1, depth: number): QueuePair {
    return new QueuePair(this.#device, number, Math.min(depth, this.#deepest), this.#bells[number])
  }

  /** Whether it answers, and works. A device that was pulled out reads as all ones or as zeros. */
  get isAlive(): boolean {
    try {
      const { READY, FATAL } = this.#registers.STATUS.read()
      return READY && !FATAL // all ones have FATAL
    } catch {
      return false // its registers are gone, too: the device was closed
    }
  }

  /** Resets it, and switches it on. */
  async enable(): Promise<void> {
    await this.disable()
    this.#device.busMaster = true
    const registers = this.#registers
    const { depth, submissionIova, completionIova } = this.admin
    registers.ADMIN_QUEUES.write({ SUBMISSION: depth - 1, COMPLETION: depth - 1 })
    writeWide(registers.window, registers.ADMIN_SUBMISSION.offset, submissionIova)
    writeWide(registers.window, registers.ADMIN_COMPLETION.offset, completionIova)
    registers.CONFIGURATION.write({ ENABLE: true, SUBMISSION_ENTRY: 6, COMPLETION_ENTRY: 4 })
    await registers.STATUS.poll(({ READY, FATAL }) => READY || FATAL, this.#limit)
    if (!this.isAlive) throw new NvmeError('the controller does not get ready: it reports a fatal error')
  }

  /** Resets it: from here on it accesses no memory, whether it answers or not. */
  async disable(): Promise<void> {
    const { CONFIGURATION, STATUS } = this.#registers
    try {
      if (STATUS.readRaw() === NOBODY) return
      CONFIGURATION.modify({ ENABLE: false })
      await STATUS.READY.poll(ready => !ready, this.#limit)
    } finally {
      this.#device.busMaster = false
    }
  }

  /** Has it write what it holds to its medium, before it is switched off: chapter 7.6.2. */
  async shutDown(): Promise<void> {
    const { CONFIGURATION, STATUS } = this.#registers
    CONFIGURATION.modify({ SHUTDOWN: 'NORMAL' })
    await STATUS.poll(({ SHUTDOWN, FATAL }) => SHUTDOWN === 'COMPLETE' || FATAL, this.#limit)
  }
}
