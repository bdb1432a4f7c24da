import type { BusDevice, DmaMemory, IoAccess } from 'io-mapping'
import { NvmeError } from './errors.js'
import { COMPLETION, describeStatus, ENTRY, PAGE, writeWide } from './registers.js'

/** A command, as an entry of a submission queue has it. */
export interface Command {
  readonly opcode: number
  /** What the specification calls it, for messages. */
  readonly name: string
  readonly namespace?: number
  /** Where its data lies, as the device sees it: a multiple of 4. */
  readonly iova?: number
  /** How much that is. Default 0: no more than lies on one page. */
  readonly bytes?: number
  readonly cdw10?: number
  readonly cdw11?: number
  readonly cdw12?: number
  /** Of one that the controller holds back until something happens: it may take for ever. */
  readonly isHeld?: boolean
}

/** A register that takes an index. */
export type Doorbell = { writeRaw(value: number): void }

/** A request that the controller has: it ends once. */
interface Request {
  readonly command: Command
  /** For how many ticks the controller has had it. */
  ticks: number
  resolve(result: number): void
  reject(error: NvmeError): void
}

/** A list of pages has room for this many bytes of addresses: 64 pages, 256 KiB. */
const LIST = 512
export const MOST_PAGES = LIST / 8

const SUCCESS = 0

/** A submission queue and its completion queue, with a list of pages for each request. */
export class QueuePair {
  readonly depth: number
  readonly submissionIova: number
  readonly completionIova: number
  readonly #memory: DmaMemory
  readonly #submission: IoAccess
  readonly #completion: IoAccess
  readonly #lists: IoAccess
  readonly #listsIova: number
  readonly #tailBell: Doorbell
  readonly #headBell: Doorbell
  /** By their identifiers. */
  readonly #requests: (Request | undefined)[]
  readonly #free: number[]
  /** Those that wait until an identifier is free. */
  readonly #waiting: (() => void)[] = []
  #tail = 0
  #rung = 0
  #head = 0
  #phase = 1
  #active = 0
  #ended: NvmeError | undefined

  /** @param depth how many entries each has: a request fewer can be outstanding */
  constructor(device: BusDevice, depth: number, tail: Doorbell, head: Doorbell) {
    const pages = (bytes: number) => Math.ceil(bytes / PAGE) * PAGE
    const submission = pages(depth * ENTRY.SIZE)
    const completion = pages(depth * COMPLETION.SIZE)
    this.depth = depth
    this.#memory = device.dma(submission + completion + pages(depth * LIST))
    this.submissionIova = this.#memory.iova
    this.completionIova = this.#memory.iova + submission
    this.#listsIova = this.completionIova + completion
    this.#submission = this.#memory.map(0, submission)
    this.#completion = this.#memory.map(submission, completion)
    this.#lists = this.#memory.map(submission + completion, pages(depth * LIST))
    this.#tailBell = tail
    this.#headBell = head
    this.#requests = new Array(depth).fill(undefined)
    this.#free = Array.from({ length: depth - 1 }, (_, i) => i)
  }

  /** How many requests are to be answered: not those that the controller holds back. */
  get active(): number {
    return this.#active
  }

  /** Puts a command into the queue, once there is room; `ring` tells the controller. @returns what the controller answers, 32 bits */
  submit(command: Command): Promise<number> {
    return new Promise((resolve, reject) => {
      const start = () => {
        if (this.#ended) return reject(this.#ended)
        const id = this.#free.pop()
        if (id === undefined) return void this.#waiting.push(start)
        this.#requests[id] = { command, ticks: 0, resolve, reject }
        if (!command.isHeld) this.#active++
        this.#write(id, command)
      }
      start()
    })
  }

  /** The identifier of a request that is outstanding; undefined if it has ended. */
  idOf(command: Command): number | undefined {
    const id = this.#requests.findIndex(request => request?.command === command)
    return id < 0 ? undefined : id
  }

  /** Tells the controller of what is new in the queue. */
  ring(): void {
    if (this.#rung === this.#tail) return
    this.#rung = this.#tail
    this.#memory.flush() // or the controller might be told before the entry is there
    this.#tailBell.writeRaw(this.#tail)
  }

  /** Ends the requests that the controller has answered; how many. */
  poll(): number {
    let count = 0
    for (;;) {
      const at = this.#head * COMPLETION.SIZE
      const last = this.#completion.read32(at + COMPLETION.LAST)
      if (((last >>> 16) & 1) !== this.#phase) break
      const result = this.#completion.read32(at + COMPLETION.RESULT)
      if (++this.#head === this.depth) {
        this.#head = 0
        this.#phase ^= 1
      }
      count++
      this.#end(last & 0xffff, (last >>> 17) & 0x7ff, result)
    }
    if (count > 0) this.#headBell.writeRaw(this.#head)
    this.ring() // those that waited for room
    return count
  }

  /** Time goes on: which requests have been there for `limit` ticks, or, `again`, for twice as long. */
  tick(limit: number): { command: Command; again: boolean }[] {
    const late: { command: Command; again: boolean }[] = []
    for (const request of this.#requests) {
      if (!request || request.command.isHeld) continue
      request.ticks++
      const again = Math.ceil(2 * limit)
      if (request.ticks === Math.ceil(limit) || request.ticks === again)
        late.push({ command: request.command, again: request.ticks === again })
    }
    return late
  }

  /** Ends all requests, those that wait and those that come, with this error. */
  fail(error: NvmeError): void {
    this.#ended ??= error
    for (const [id, request] of this.#requests.entries()) {
      if (!request) continue
      this.#take(id, request)
      request.reject(error)
    }
    for (const start of this.#waiting.splice(0)) start()
  }

  /** Gives back its memory. The controller must have let go of it. */
  free(): void {
    this.#memory.free()
  }

  #end(id: number, status: number, result: number): void {
    const request = this.#requests[id]
    if (!request) return // a controller that answers twice
    this.#take(id, request)
    if (status === SUCCESS) request.resolve(result)
    else request.reject(new NvmeError(`${request.command.name} failed: ${describeStatus(status)}`, status))
    this.#waiting.shift()?.()
  }

  #take(id: number, { command }: Request): void {
    this.#requests[id] = undefined
    this.#free.push(id)
    if (!command.isHeld) this.#active--
  }

  #write(id: number, command: Command): void {
    const { opcode, namespace = 0, iova = 0, bytes = 0, cdw10 = 0, cdw11 = 0, cdw12 = 0 } = command
    const entry = this.#submission
    const at = this.#tail * ENTRY.SIZE
    entry.write32(at + ENTRY.COMMAND, (id << 16) | opcode)
    entry.write32(at + ENTRY.NAMESPACE, namespace)
    writeWide(entry, at + ENTRY.PRP1, iova)
    writeWide(entry, at + ENTRY.PRP2, this.#secondPage(id, iova, bytes))
    entry.write32(at + ENTRY.CDW10, cdw10)
    entry.write32(at + ENTRY.CDW11, cdw11)
    entry.write32(at + ENTRY.CDW12, cdw12)
    this.#tail = this.#tail + 1 === this.depth ? 0 : this.#tail + 1
  }

  /** Where the second page of data lies, or, of more than two, the list of all but the first: chapter 4.3. */
  #secondPage(id: number, iova: number, bytes: number): number {
    const second = iova - (iova % PAGE) + PAGE
    const pages = Math.ceil((iova + bytes - second) / PAGE)
    if (pages <= 1) return pages === 1 ? second : 0
    for (let i = 0; i < pages; i++) writeWide(this.#lists, id * LIST + 8 * i, second + i * PAGE)
    return this.#listsIova + id * LIST
  }
}
