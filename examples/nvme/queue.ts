import type { BusDevice, DmaMemory, IoAccess } from 'io-mapping'
import { NvmeError } from './errors.js'
import { COMPLETION, type Command, type Doorbells, ENTRY, PAGE, writeEntry, writeWide } from './registers.js'

/** A command that the controller is to answer: it ends once. */
export interface Request {
  readonly command: Command
  /** Its identifier; -1 while it waits for one. */
  id: number
  /** For how long the controller has had it, in looks of the driver. */
  ticks: number
  resolve(result: number): void
  reject(error: NvmeError): void
}

/** A list of pages has room for this many bytes of addresses: 64 pages. */
const LIST = 512
/** The most that one command moves, in bytes. */
export const MOST_BYTES = (LIST / 8) * PAGE

/** A submission queue and its completion queue, with a list of pages for each request. */
export class QueuePair {
  /** 0: that of the commands for the controller. */
  readonly number: number
  readonly depth: number
  readonly submissionIova: number
  readonly completionIova: number
  readonly #bells: Doorbells
  readonly #memory: DmaMemory
  /** All of it: the entries of submissions, at 0, then these. */
  readonly #window: IoAccess
  readonly #completions: number
  readonly #lists: number
  /** By their identifiers. */
  readonly #requests: (Request | undefined)[]
  readonly #free: number[]
  /** Those that wait until an identifier is free. */
  readonly #waiting: Request[] = []
  #tail = 0
  #rung = 0
  #head = 0
  #phase = 1
  #active = 0
  #ended: NvmeError | undefined

  /** @param depth how many entries each has: a request fewer can be outstanding */
  constructor(device: BusDevice, number: number, depth: number, bells: Doorbells) {
    const pages = (bytes: number) => Math.ceil(bytes / PAGE) * PAGE
    this.number = number
    this.depth = depth
    this.#bells = bells
    this.#completions = pages(depth * ENTRY.SIZE)
    this.#lists = this.#completions + pages(depth * COMPLETION.SIZE)
    this.#memory = device.dma(this.#lists + pages(depth * LIST))
    this.#window = this.#memory.map()
    this.submissionIova = this.#memory.iova
    this.completionIova = this.#memory.iova + this.#completions
    this.#requests = new Array(depth).fill(undefined)
    this.#free = Array.from({ length: depth - 1 }, (_, i) => i)
  }

  /** How many requests are to be answered: not those that the controller holds back. */
  get active(): number {
    return this.#active
  }

  /** The requests that the controller has not answered, while they are so. */
  *outstanding(): Iterable<Request> {
    for (const request of this.#requests) if (request) yield request
  }

  /** Puts a command into the queue, once there is room: `poll` tells of it. @returns the answer, 32 bits */
  submit(command: Command): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#ended) reject(this.#ended)
      else this.#begin({ command, id: -1, ticks: 0, resolve, reject })
    })
  }

  /** Ends what the controller has answered, and tells it of what is new. @returns how many have ended */
  poll(): number {
    if (this.#ended || !this.#window.mapped) return 0 // its memory is freed, with its device perhaps
    let count = 0
    for (;;) {
      const at = this.#completions + this.#head * COMPLETION.SIZE
      const last = this.#window.read32(at + COMPLETION.LAST)
      if (((last >>> 16) & 1) !== this.#phase) break
      const result = this.#window.read32(at + COMPLETION.RESULT)
      if (++this.#head === this.depth) {
        this.#head = 0
        this.#phase ^= 1
      }
      count++
      this.#end(last & 0xffff, (last >>> 17) & 0x7ff, result)
    }
    if (count > 0) this.#bells.HEAD.writeRaw(this.#head)
    this.#ring()
    return count
  }

  /** Ends all requests, those that wait and those that come, with this error. */
  fail(error: NvmeError): void {
    this.#ended ??= error
    for (const request of this.outstanding()) {
      this.#release(request)
      request.reject(error)
    }
    for (const request of this.#waiting.splice(0)) request.reject(error)
  }

  /** Gives back its memory. The controller must have let go of it. */
  free(): void {
    this.#memory.free()
  }

  #begin(request: Request): void {
    const id = this.#free.pop()
    if (id === undefined) {
      this.#waiting.push(request)
      return
    }
    request.id = id
    this.#requests[id] = request
    const { command } = request
    if (!command.isHeld) this.#active++
    writeEntry(this.#window, this.#tail * ENTRY.SIZE, id, command, this.#secondPage(id, command))
    this.#tail = this.#tail + 1 === this.depth ? 0 : this.#tail + 1
  }

  #end(id: number, status: number, result: number): void {
    const request = this.#requests[id]
    if (!request) return // a controller that answers twice
    this.#release(request)
    if (status === 0) request.resolve(result)
    else request.reject(new NvmeError(`${request.command.name} failed`, status))
    const next = this.#waiting.shift()
    if (next) this.#begin(next)
  }

  #release({ id, command }: Request): void {
    this.#requests[id] = undefined
    this.#free.push(id)
    if (!command.isHeld) this.#active--
  }

  /** Where the second page of data lies, or, of more than two, the list of all but the first: chapter 4.3. */
  #secondPage(id: number, { iova = 0, bytes = 0 }: Command): number {
    const second = iova - (iova % PAGE) + PAGE
    const pages = Math.ceil((iova + bytes - second) / PAGE)
    if (pages <= 1) return pages === 1 ? second : 0
    const list = this.#lists + id * LIST
    for (let i = 0; i < pages; i++) writeWide(this.#window, list + 8 * i, second + i * PAGE)
    return this.#memory.iova + list
  }

  /** Tells the controller of what is new in the queue. */
  #ring(): void {
    if (this.#rung === this.#tail) return
    this.#rung = this.#tail
    this.#memory.flush() // or the controller might be told before the entry is there
    this.#bells.TAIL.writeRaw(this.#tail)
  }
}
