import { EventEmitter } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import type { BusDevice, DmaMemory, Interrupt, IoAccess } from 'io-mapping'
import { Controller } from './controller.js'
import { NvmeError } from './errors.js'
import { identify, type Known } from './identify.js'
import { Pump } from './pump.js'
import type { QueuePair, Request } from './queue.js'
import { COMMANDS, type Command, CRITICAL_WARNINGS, FEATURE, IO, PAGE } from './registers.js'

export interface NvmeOptions {
  /** How many requests can be outstanding; others wait. Default 127, or what the controller has. */
  depth?: number
  /** Whether answers are polled for, which is faster and takes a processor. Default false: by interrupts. */
  polled?: boolean
  /** How long a request may take, in milliseconds, before it is aborted. Default 30,000. */
  timeout?: number
}

export interface NvmeEvents {
  /** An asynchronous event of the controller's: its type, and what it is about; chapter 5.2. */
  event: [type: number, info: number]
  /** The driver has ended, and with it all requests: why. */
  removed: [why: string]
}

/** How many events the controller may tell before the first was heard. */
const EVENT_REQUESTS = 2
/** From one look at the whole to the next, in milliseconds. */
const LOOK = 100

/** A driver for the first namespace of an NVMe controller. */
export class Nvme extends EventEmitter<NvmeEvents> {
  /** Known once it has started. */
  readonly identity!: Known['identity']
  readonly namespace!: Known['namespace']
  readonly #device: BusDevice
  readonly #controller: Controller
  readonly #io: QueuePair
  readonly #pump: Pump
  readonly #log: DmaMemory
  /** How long a request may take, in looks. */
  readonly #timeout: number
  #timer: NodeJS.Timeout | undefined
  /** Whether it takes requests. */
  #isRunning = true
  #removal: Promise<void> | undefined

  /**
   * Takes a controller over: resets it, and gets it ready.
   * @param mem all of its BAR 0
   */
  static async start(device: BusDevice, mem: IoAccess, options: NvmeOptions = {}): Promise<Nvme> {
    const driver = new Nvme(device, mem, options)
    try {
      await driver.#start(options.polled === true ? undefined : device.interrupt('msix'))
      return driver
    } catch (error) {
      await driver.remove('the driver did not start')
      throw error
    }
  }

  private constructor(device: BusDevice, mem: IoAccess, options: NvmeOptions) {
    super()
    const { depth = 127, timeout = 30_000 } = options
    this.#device = device
    this.#controller = new Controller(device, mem)
    this.#io = this.#controller.queues(1, depth + 1)
    this.#log = device.dma(PAGE)
    this.#pump = new Pump([this.#controller.admin, this.#io])
    this.#timeout = Math.ceil(timeout / LOOK)
  }

  /** Memory for data, that reads go to and writes come from. */
  buffer(bytes: number): DmaMemory {
    return this.#device.dma(bytes)
  }

  /**
   * Reads blocks of the namespace.
   * @param first the first one's number
   * @param blocks how many
   * @param buffer where to, from its byte `at` on
   */
  read(first: number, blocks: number, buffer: DmaMemory, at = 0): Promise<void> {
    return this.#transfer('READ', first, blocks, buffer, at)
  }

  /** Writes blocks, as `read`. */
  write(first: number, blocks: number, buffer: DmaMemory, at = 0): Promise<void> {
    return this.#transfer('WRITE', first, blocks, buffer, at)
  }

  /** What was written before is on the medium after it. */
  async flush(): Promise<void> {
    await this.#pump.run(this.#io, { opcode: IO.FLUSH, name: 'FLUSH', namespace: this.namespace.id })
  }

  /** Has it tell when its temperature is above this, in degrees Celsius. */
  async setTemperatureLimit(celsius: number): Promise<void> {
    await this.#admin(COMMANDS.setFeature(FEATURE.TEMPERATURE, Math.round(celsius) + 273))
  }

  /**
   * Ends it: requests are waited for, events are cancelled, the controller is told, and reset; then its
   * memory is freed. Never fails: what does not answer in time is gone.
   */
  async stop(): Promise<void> {
    if (!this.#isRunning) return this.#removal
    this.#isRunning = false
    const { admin } = this.#controller
    try {
      while (this.#io.active > 0) await setImmediate()
      // Events, too, before their queue's memory is freed: the kernel's nvme-fc had to learn that. Where the
      // controller refuses, its reset ends them.
      for (const each of admin.outstanding())
        if (each.command.isHeld) await this.#admin(COMMANDS.abort(admin, each))
      await this.#admin(COMMANDS.deleteSubmissionQueue(this.#io.number))
      await this.#admin(COMMANDS.deleteCompletionQueue(this.#io.number))
    } catch {} // it does not answer: it is reset, or not there
    if (!this.#removal) await this.#controller.shutDown().catch(() => {})
    await this.remove('the driver was stopped')
  }

  /** Ends it at once: it was pulled out, or is wanted back. Each request ends with an error. Never fails. */
  remove(why = 'the device was removed'): Promise<void> {
    return (this.#removal ??= this.#remove(why))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #start(interrupt: Interrupt | undefined): Promise<void> {
    // Before the controller is switched on: none is missed. One that fails is a device that is gone.
    if (interrupt) this.#pump.listen(interrupt).catch(() => {})
    await this.#controller.enable()
    this.#timer = setInterval(() => this.#look(), LOOK).unref()
    const { number, depth, submissionIova, completionIova } = this.#io
    await this.#admin(COMMANDS.createCompletionQueue(number, depth, completionIova, interrupt !== undefined))
    await this.#admin(COMMANDS.createSubmissionQueue(number, depth, submissionIova))
    Object.assign(this, await identify(this.#device, command => this.#admin(command)))
    await this.#admin(COMMANDS.setFeature(FEATURE.ASYNC_EVENTS, CRITICAL_WARNINGS))
    for (let i = 0; i < Math.min(EVENT_REQUESTS, this.identity.eventLimit); i++) this.#requestEvent()
  }

  async #remove(why: string): Promise<void> {
    this.#isRunning = false
    clearInterval(this.#timer)
    this.#pump.stop(new NvmeError(why)) // first: nobody waits for what is freed below
    await this.#controller.disable().catch(() => {}) // late, or gone; its bus mastering is off
    for (const memory of [this.#io, this.#controller.admin, this.#log]) memory.free()
    this.emit('removed', why)
  }

  #admin(command: Command): Promise<number> {
    return this.#pump.run(this.#controller.admin, command)
  }

  async #transfer(name: 'READ' | 'WRITE', first: number, blocks: number, buffer: DmaMemory, at: number) {
    const { id: namespace, blockSize, size } = this.namespace
    const bytes = blocks * blockSize
    if (!(first >= 0 && first % 1 === 0 && blocks >= 1 && blocks % 1 === 0 && first + blocks <= size))
      throw new NvmeError(`${name}: ${blocks} blocks from ${first} on are not in the namespace's ${size}`)
    if (bytes > this.identity.mostBytes)
      throw new NvmeError(`${name}: one request moves ${this.identity.mostBytes} bytes at most, not ${bytes}`)
    if (!(at >= 0 && at % 4 === 0 && at + bytes <= buffer.size))
      throw new NvmeError(`${name}: ${bytes} bytes at ${at} are not in the buffer, which has ${buffer.size}`)
    if (!this.#isRunning) throw new NvmeError(`${name}: the driver was stopped`)
    const iova = buffer.iova + at
    const command = { opcode: IO[name], name, namespace, iova, bytes, cdw10: first, cdw12: blocks - 1 }
    await this.#pump.run(this.#io, command)
  }

  /** The controller holds it back until there is an event. */
  #requestEvent(): void {
    const tell = async (result: number) => {
      // Until it is read, the controller tells of no other event of that type.
      await this.#admin(COMMANDS.getLogPage(result >>> 16, this.#log.iova)).catch(() => {}) // there is no such page
      if (!this.#isRunning) return
      this.#requestEvent()
      this.emit('event', result & 7, (result >>> 8) & 0xff)
    }
    this.#admin(COMMANDS.requestEvent()).then(tell, () => {}) // cancelled, or gone
  }

  /** Now and then: whether it is there, and what takes too long. */
  #look(): void {
    if (!this.#controller.isAlive) void this.remove('the controller was removed, or reports a fatal error')
    this.#pump.poll() // what no interrupt told of
    for (const queue of [this.#io, this.#controller.admin])
      for (const request of queue.outstanding()) this.#age(queue, request)
  }

  /** What is late is aborted; a controller that is as late again, or with a command for itself, is gone. */
  #age(queue: QueuePair, request: Request): void {
    if (request.command.isHeld) return
    request.ticks++
    const limit = queue === this.#io ? 2 * this.#timeout : this.#timeout
    if (request.ticks === limit)
      void this.remove(`the controller did not answer to ${request.command.name}, and was reset`)
    else if (request.ticks === this.#timeout) this.#admin(COMMANDS.abort(queue, request)).catch(() => {})
  }
}
