import type { BusDevice, IoAccess } from 'io-mapping'
import { NvmeError } from './errors.js'
import { type Doorbell, QueuePair } from './queue.js'
import { CONTROLLER, DOORBELLS, doorbells, writeWide } from './registers.js'

const ADMIN_DEPTH = 32
const MILLISECONDS = 500
/** What a register reads where no device answers. */
const NOBODY = 0xffff_ffff

/** A controller's registers and its admin queues: switched on, off, and known to be gone. */
export class Controller {
  readonly admin: QueuePair
  /** The doorbells of the queues for I/O. */
  readonly tail: Doorbell
  readonly head: Doorbell
  readonly deepest: number
  readonly #registers
  readonly #timeout: number

  /** @param mem BAR 0, all of it: it is looked at whether the doorbells are in it before anything is written */
  constructor(device: BusDevice, mem: IoAccess) {
    const registers = CONTROLLER.at(mem)
    const { MAX_QUEUE_ENTRIES, TIMEOUT } = registers.CAP.read()
    const { DOORBELL_STRIDE, NVM_COMMANDS, MIN_PAGE_SIZE } = registers.CAP_UPPER.read()
    if (!NVM_COMMANDS || MIN_PAGE_SIZE > 0)
      throw new NvmeError('this controller has no NVM commands, or no pages of 4 KiB')
    const [adminTail, adminHead, tail, head] = doorbells(4 << DOORBELL_STRIDE).at(mem, DOORBELLS).RING
    this.#registers = registers
    this.#timeout = (TIMEOUT + 1) * MILLISECONDS
    this.deepest = MAX_QUEUE_ENTRIES + 1
    this.tail = tail
    this.head = head
    this.admin = new QueuePair(device, Math.min(ADMIN_DEPTH, this.deepest), adminTail, adminHead)
  }

  /** Whether it answers, and works. A device that was pulled out reads as all ones or as zeros. */
  get isAlive(): boolean {
    const { READY, FATAL } = this.#registers.STATUS.read()
    return READY && !FATAL // all ones have FATAL
  }

  /** Resets it, and switches it on. */
  async enable(): Promise<void> {
    const registers = this.#registers
    await this.disable()
    const { depth, submissionIova, completionIova } = this.admin
    registers.ADMIN_QUEUES.write({ SUBMISSION: depth - 1, COMPLETION: depth - 1 })
    writeWide(registers.window, registers.ADMIN_SUBMISSION.offset, submissionIova)
    writeWide(registers.window, registers.ADMIN_COMPLETION.offset, completionIova)
    registers.CONFIGURATION.write({ ENABLE: true, SUBMISSION_ENTRY: 6, COMPLETION_ENTRY: 4 })
    await registers.STATUS.poll(({ READY, FATAL }) => READY || FATAL, { timeout: this.#timeout })
    if (!this.isAlive) throw new NvmeError('the controller does not get ready: it reports a fatal error')
  }

  /** Resets it: from here on it accesses no memory. */
  async disable(): Promise<void> {
    const { CONFIGURATION, STATUS } = this.#registers
    const isGone = STATUS.readRaw() === NOBODY
    if (isGone || (!CONFIGURATION.ENABLE.read() && !STATUS.READY.read())) return
    CONFIGURATION.modify({ ENABLE: false })
    await STATUS.READY.poll(ready => !ready, { timeout: this.#timeout })
  }

  /** Has it write what it holds to its medium, before it is switched off: chapter 7.6.2. */
  async shutDown(): Promise<void> {
    const { CONFIGURATION, STATUS } = this.#registers
    CONFIGURATION.modify({ SHUTDOWN: 'NORMAL' })
    await STATUS.SHUTDOWN.poll(state => state === 'COMPLETE', { timeout: this.#timeout })
  }
}
