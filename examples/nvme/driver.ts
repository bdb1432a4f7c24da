import { EventEmitter } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import type { BusDevice, DmaMemory, IoAccess } from 'io-mapping'
import { Controller } from './controller.js'
import { NvmeError } from './errors.js'
import { type Identity, identify, type Namespace } from './identify.js'
import { Pump } from './pump.js'
import type { Command, QueuePair, Request } from './queue.js'
import { ADMIN, CRITICAL_WARNINGS, FEATURE, IO, lower, QUEUE, upper } from './registers.js'

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
  /** The controller is gone, and all requests have ended: why. */
  removed: [why: string]
}

/** How many events the controller may tell before the first was heard. */
const EVENT_REQUESTS = 2
/** From one look at the whole to the next, in milliseconds. */
const LOOK = 100

/** A driver for the first namespace of an NVMe controller. */
export class Nvme extends EventEmitter<NvmeEvents> {
  readonly identity!: Identity
  readonly namespace!: Namespace
  readonly #device: BusDevice
  readonly #controller: Controller
  readonly #io: QueuePair
  readonly #pump: Pump
  /** How long a request may take, in looks. */
  readonly #timeout: number
  #timer: NodeJS.Timeout | undefined
  #state: 'running' | 'stopping' | 'stopped' = 'running'

  /**
   * Takes a controller over: resets it, and gets it ready.
   * @param mem all of its BAR 0
   */
  static async start(device: BusDevice, mem: IoAccess, options: NvmeOptions = {}): Promise<Nvme> {
    const driver = new Nvme(device, mem, options)
    try {
      await driver.#start()
      return driver
    } catch (error) {
      await driver.remove('the driver did not start')
      throw error
    }
  }

  private constructor(device: BusDevice, mem: IoAccess, options: NvmeOptions) {
    super()
    const { depth = 127, polled = false, timeout = 30_000 } = options
    this.#device = device
    this.#controller = new Controller(device, mem)
    this.#io = this.#controller.queues(1, depth + 1)
    // Before the controller is switched on: no interrupt is missed.
    this.#pump = new Pump([this.#controller.admin, this.#io], polled ? undefined : device.interrupt('msix'))
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
    await this.#admin('SET_FEATURES', { cdw10: FEATURE.TEMPERATURE, cdw11: celsius + 273 })
  }

  /**
   * Ends it: requests are waited for, events are cancelled, the controller is told, and reset; then its memory is
   * freed. Never fails: what does not answer in time is gone.
   */
  async stop(): Promise<void> {
    if (this.#state !== 'running') return
    this.#state = 'stopping'
    try {
      while (this.#io.active > 0) await setImmediate()
      await this.#cancelEvents()
      await this.#admin('DELETE_SUBMISSION_QUEUE', { cdw10: this.#io.number })
      await this.#admin('DELETE_COMPLETION_QUEUE', { cdw10: this.#io.number })
      await this.#controller.shutDown()
    } catch {
      // it does not answer: it is reset, or not there
    }
    await this.remove('the driver was stopped')
  }

  /** Ends it at once: it was pulled out, or is wanted back. Every request ends with an error. Never fails. */
  async remove(why = 'the device was removed'): Promise<void> {
    if (this.#state === 'stopped') return
    this.#state = 'stopped'
    clearInterval(this.#timer)
    this.#pump.stop(new NvmeError(why)) // first: nobody waits for what is freed below
    await this.#controller.disable().catch(() => {}) // it is gone, or closed: it reaches nothing in any case
    this.#io.free()
    this.#controller.admin.free()
    this.emit('removed', why)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #start(): Promise<void> {
    await this.#controller.enable()
    this.#timer = setInterval(() => this.#look(), LOOK).unref()
    await this.#createQueues()
    Object.assign(this, await identify(this.#device, request => this.#admin('IDENTIFY', request)))
    await this.#admin('SET_FEATURES', { cdw10: FEATURE.ASYNC_EVENTS, cdw11: CRITICAL_WARNINGS })
    for (let i = 0; i < Math.min(EVENT_REQUESTS, this.identity.eventLimit); i++) this.#requestEvent()
  }

  /** Both tell of interrupt 0. */
  async #createQueues(): Promise<void> {
    const { number, depth, completionIova, submissionIova } = this.#io
    const cdw10 = ((depth - 1) << 16) | number
    const completion = QUEUE.CONTIGUOUS | (this.#pump.interrupt ? QUEUE.INTERRUPTS : 0)
    const submission = QUEUE.CONTIGUOUS | (number << 16) // of the completion queue
    await this.#admin('CREATE_COMPLETION_QUEUE', { iova: completionIova, cdw10, cdw11: completion })
    await this.#admin('CREATE_SUBMISSION_QUEUE', { iova: submissionIova, cdw10, cdw11: submission })
  }

  #admin(name: keyof typeof ADMIN, request: Partial<Command>): Promise<number> {
    return this.#pump.run(this.#controller.admin, { opcode: ADMIN[name], name, ...request })
  }

  async #transfer(name: keyof typeof IO, first: number, blocks: number, buffer: DmaMemory, at: number) {
    const { blockSize, size, id } = this.namespace
    const { mostBytes } = this.identity
    const bytes = blocks * blockSize
    if (!isIn(first, blocks, size))
      throw new NvmeError(`${name}: ${blocks} blocks from ${first} on are not in the namespace's ${size}`)
    if (bytes > mostBytes)
      throw new NvmeError(`${name}: ${bytes} bytes are more than one request moves, ${mostBytes}`)
    if (!isIn(at, bytes, buffer.size) || at % 4 !== 0)
      throw new NvmeError(`${name}: ${bytes} bytes at ${at} are not in the buffer, which has ${buffer.size}`)
    if (this.#state !== 'running') throw new NvmeError(`${name}: the driver was stopped`)
    await this.#pump.run(this.#io, {
      opcode: IO[name],
      name,
      namespace: id,
      iova: buffer.iova + at,
      bytes,
      cdw10: lower(first),
      cdw11: upper(first),
      cdw12: blocks - 1,
    })
  }

  /** The controller holds it back until there is an event. */
  #requestEvent(): void {
    const tell = (result: number) => {
      if (this.#state !== 'running') return
      this.#requestEvent()
      this.emit('event', result & 7, (result >>> 8) & 0xff)
    }
    this.#admin('ASYNC_EVENT_REQUEST', { isHeld: true }).then(tell, () => {}) // cancelled, or gone
  }

  /**
   * Before their queue's memory is freed, as the kernel's nvme-fc had to learn. A controller may refuse to abort them:
   * the reset that follows ends those.
   */
  async #cancelEvents(): Promise<void> {
    const { admin } = this.#controller
    for (const request of admin.outstanding()) if (request.command.isHeld) await this.#abort(admin, request)
  }

  #abort({ number }: QueuePair, { id }: Request): Promise<number> {
    return this.#admin('ABORT', { cdw10: (id << 16) | number })
  }

  /** Now and then: whether it is there, what takes too long, and what no interrupt told of. */
  #look(): void {
    if (!this.#controller.isAlive) {
      void this.remove('the controller was removed, or reports a fatal error')
      return
    }
    this.#pump.poll()
    for (const queue of [this.#io, this.#controller.admin])
      for (const request of queue.outstanding()) if (!request.command.isHeld) this.#age(queue, request)
  }

  /** What is late is aborted; a controller that does not even answer to that is gone. */
  #age(queue: QueuePair, request: Request): void {
    request.ticks++
    if (request.ticks % this.#timeout !== 0) return
    if (queue === this.#io && request.ticks === this.#timeout)
      this.#abort(queue, request).catch(() => {}) // who waits is told
    else void this.remove(`the controller did not answer to ${request.command.name}, and was reset`)
  }
}

/** Whether `[first, first + count)` is within `size`. */
const isIn = (first: number, count: number, size: number): boolean =>
  Number.isInteger(first) && Number.isInteger(count) && first >= 0 && count >= 1 && first + count <= size
