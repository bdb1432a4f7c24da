import { EventEmitter } from 'node:events'
import type { BusDevice, DmaMemory, IoAccess } from 'io-mapping'
import { Controller } from './controller.js'
import { NvmeError } from './errors.js'
import { type Identity, identify, type Namespace } from './identify.js'
import { Pump, type Watcher } from './pump.js'
import { type Command, MOST_PAGES, QueuePair } from './queue.js'
import { ADMIN, CRITICAL_WARNINGS, FEATURE, IO, lower, PAGE, QUEUE, upper } from './registers.js'

export interface NvmeOptions {
  /** How many requests can be outstanding; others wait. Default 127, or what the controller has. */
  depth?: number
  /** Whether answers are polled for, which is faster and takes a processor; else the controller interrupts. Default false. */
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
/** The numbers of the queues. */
const ADMIN_QUEUE = 0
const IO_QUEUE = 1

/** A driver for the first namespace of an NVMe controller. */
export class Nvme extends EventEmitter<NvmeEvents> implements Watcher {
  readonly #device: BusDevice
  readonly #controller: Controller
  readonly #io: QueuePair
  readonly #pump: Pump
  readonly #events = new Set<Command>()
  #identity!: Identity
  #namespace!: Namespace
  #state: 'starting' | 'running' | 'stopping' | 'stopped' = 'starting'

  /**
   * Takes a controller over: resets it, and gets it ready.
   * @param mem all of its BAR 0
   */
  static async start(device: BusDevice, mem: IoAccess, options: NvmeOptions = {}): Promise<Nvme> {
    const driver = new Nvme(device, mem, options)
    try {
      await driver.#start(options.polled !== true)
      return driver
    } catch (error) {
      await driver.remove('the driver did not start')
      throw error
    }
  }

  private constructor(
    device: BusDevice,
    mem: IoAccess,
    { depth = 127, polled, timeout = 30_000 }: NvmeOptions,
  ) {
    super()
    const controller = new Controller(device, mem)
    this.#device = device
    this.#controller = controller
    this.#io = new QueuePair(
      device,
      Math.min(depth + 1, controller.deepest),
      controller.tail,
      controller.head,
    )
    const interrupt = polled ? undefined : device.interrupt('msix') // first: none is missed
    this.#pump = new Pump([controller.admin, this.#io], this, timeout, interrupt)
  }

  get identity(): Identity {
    return this.#identity
  }

  get namespace(): Namespace {
    return this.#namespace
  }

  /** The most bytes that one read or write moves. */
  get mostBytes(): number {
    return Math.min(this.#identity.mostBytes, MOST_PAGES * PAGE)
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
    await this.#pump.run(this.#io, { opcode: IO.FLUSH, name: 'FLUSH', namespace: this.#namespace.id })
  }

  /** Has it tell when its temperature is above this, in degrees Celsius. */
  async setTemperatureLimit(celsius: number): Promise<void> {
    await this.#setFeature(FEATURE.TEMPERATURE, celsius + 273)
  }

  /**
   * Ends it: requests are waited for, events are cancelled, the controller is told, and reset; then its memory is freed. Never
   * fails: what does not answer in time is gone.
   */
  async stop(): Promise<void> {
    if (this.#state !== 'running') return
    this.#state = 'stopping'
    try {
      await this.#pump.drain(this.#io)
      await this.#cancelEvents()
      await this.#admin('DELETE_SUBMISSION_QUEUE', { cdw10: IO_QUEUE })
      await this.#admin('DELETE_COMPLETION_QUEUE', { cdw10: IO_QUEUE })
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
    this.#pump.stop(new NvmeError(why)) // first: nobody waits for what is freed below
    await quietly(() => this.#controller.disable())
    await quietly(() => {
      this.#device.busMaster = false
    })
    this.#io.free()
    this.#controller.admin.free()
    this.emit('removed', why)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  /** Watcher */
  get isAlive(): boolean {
    return this.#state === 'starting' || this.#controller.isAlive
  }

  /** Watcher: what is late is aborted; a controller that does not even answer to that is gone. */
  late(queue: QueuePair, command: Command, again: boolean): void {
    const id = queue.idOf(command)
    if (again || queue !== this.#io || id === undefined) {
      void this.remove(`the controller did not answer to ${command.name}, and was reset`)
      return
    }
    this.#abort(id, IO_QUEUE).catch(() => {}) // who waits is told
  }

  /** Watcher */
  dead(): void {
    void this.remove('the controller was removed, or reports a fatal error')
  }

  async #start(interrupts: boolean): Promise<void> {
    this.#device.busMaster = true
    await this.#controller.enable()
    await this.#createQueues(interrupts)
    const known = await identify(this.#device, request => this.#admin('IDENTIFY', request))
    this.#identity = known.identity
    this.#namespace = known.namespace
    await this.#setFeature(FEATURE.ASYNC_EVENTS, CRITICAL_WARNINGS)
    this.#state = 'running'
    for (let i = 0; i < Math.min(EVENT_REQUESTS, known.identity.eventLimit); i++) this.#requestEvent()
  }

  /** Both tell of interrupt 0. */
  async #createQueues(interrupts: boolean): Promise<void> {
    const { depth, completionIova, submissionIova } = this.#io
    const cdw10 = ((depth - 1) << 16) | IO_QUEUE
    const completion = QUEUE.CONTIGUOUS | (interrupts ? QUEUE.INTERRUPTS : 0)
    const submission = QUEUE.CONTIGUOUS | (IO_QUEUE << 16) // where to answer
    await this.#admin('CREATE_COMPLETION_QUEUE', { iova: completionIova, cdw10, cdw11: completion })
    await this.#admin('CREATE_SUBMISSION_QUEUE', { iova: submissionIova, cdw10, cdw11: submission })
  }

  async #setFeature(cdw10: number, cdw11: number): Promise<void> {
    await this.#admin('SET_FEATURES', { cdw10, cdw11 })
  }

  #admin(name: keyof typeof ADMIN, request: Partial<Command>): Promise<number> {
    return this.#command({ opcode: ADMIN[name], name, ...request })
  }

  #command(command: Command): Promise<number> {
    return this.#pump.run(this.#controller.admin, command)
  }

  async #transfer(name: keyof typeof IO, first: number, blocks: number, buffer: DmaMemory, at: number) {
    const { id, blockSize, size } = this.#namespace
    const bytes = blocks * blockSize
    if (!(blocks >= 1 && first >= 0 && first + blocks <= size))
      throw new NvmeError(
        `${name}: ${blocks} blocks from ${first} on are not in the namespace, which has ${size}`,
      )
    if (bytes > this.mostBytes)
      throw new NvmeError(`${name}: ${bytes} bytes are more than one request moves, ${this.mostBytes}`)
    if (!(at >= 0 && at % 4 === 0 && at + bytes <= buffer.size))
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
    const command = { opcode: ADMIN.ASYNC_EVENT_REQUEST, name: 'ASYNC_EVENT_REQUEST', isHeld: true }
    const tell = (result: number) => {
      this.#events.delete(command)
      if (this.#state !== 'running') return
      this.#requestEvent()
      this.emit('event', result & 7, (result >>> 8) & 0xff)
    }
    this.#events.add(command)
    this.#command(command).then(tell, () => this.#events.delete(command))
  }

  /**
   * Before their queue's memory is freed, as the kernel's nvme-fc had to learn. A controller may refuse to abort them: the reset that
   * follows ends those.
   */
  async #cancelEvents(): Promise<void> {
    const { admin } = this.#controller
    for (const command of this.#events) {
      const id = admin.idOf(command)
      if (id !== undefined) await this.#abort(id, ADMIN_QUEUE)
    }
  }

  #abort(id: number, queue: number): Promise<number> {
    return this.#admin('ABORT', { cdw10: (id << 16) | queue })
  }
}

/** Of a device that does not answer, or was closed: what is freed is out of its reach in any case. */
const quietly = async (act: () => unknown): Promise<void> => {
  try {
    await act()
  } catch {}
}
