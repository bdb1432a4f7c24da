import { block, registers } from 'io-mapping/registers'
import { SimulatedDevice } from 'io-mapping/testing'
import {
  ADMIN,
  COMPLETION,
  CONTROLLER,
  DOORBELLS,
  doorbells,
  ENTRY,
  IDENTIFY,
  IO,
  PAGE,
} from './registers.js'

const BLOCK = 512

/** All of BAR 0. */
const BAR = registers({ CONTROLLER: block(0, CONTROLLER), DOORBELLS: block(DOORBELLS, doorbells(4)) })

/** What a controller does otherwise than well; by default nothing. */
export interface Behaviour {
  /** Commands that it does not answer, until they are aborted. */
  hangs?: (opcode: number, queue: number) => boolean
  /** Whether it aborts what hangs, and events that are asked for. */
  aborts?: boolean
  /** The status that a command ends with. */
  status?: (opcode: number, queue: number) => number
  /** It never follows ENABLE. */
  neverReady?: boolean
}

interface Queue {
  readonly submission: number
  readonly completion: number
  readonly depth: number
  head: number
  tail: number
  phase: number
}

interface Entry {
  readonly queue: number
  readonly id: number
  readonly opcode: number
  readonly view: DataView
}

/** A status, and what the command answers. */
type Answer = [status: number, result?: number]

const STATUS = {
  invalidOpcode: 0x01,
  invalidField: 0x02,
  aborted: 0x07,
  outOfRange: 0x80,
  success: 0,
} as const

/** By the types of events, the page of the log that is about them: errors, health. */
const LOG_PAGES: readonly number[] = [1, 2]

/** A controller without QEMU, and a namespace in `medium`. */
export class SimulatedNvme {
  readonly device = new SimulatedDevice(BAR, { name: 'nvme', size: 0x2000, interrupts: { msix: 1 } })
  readonly behaviour: Behaviour = { aborts: true }
  /** The opcodes of what it was asked, of the admin queue. */
  readonly asked: number[] = []
  readonly #medium: Uint8Array
  readonly #queues: (Queue | undefined)[] = []
  /** What was not answered: what hangs, and events that are asked for. */
  readonly #held = new Map<string, Entry>()
  /** The types of events that it has told of, and whose page of the log nobody has read since. */
  readonly #unread = new Set<number>()
  #isGone = false

  constructor(medium: Uint8Array) {
    this.#medium = medium
    const { CAP, CAP_UPPER, CONFIGURATION, STATUS } = this.device.state.CONTROLLER
    CAP.write({ MAX_QUEUE_ENTRIES: 63, CONTIGUOUS_QUEUES: true, TIMEOUT: 0 })
    CAP_UPPER.write({ DOORBELL_STRIDE: 0, NVM_COMMANDS: true, MIN_PAGE_SIZE: 0, MAX_PAGE_SIZE: 0 })
    this.device.onWrite(CONFIGURATION, () => {
      const { ENABLE, SHUTDOWN } = CONFIGURATION.read()
      if (SHUTDOWN === 'NORMAL') STATUS.SHUTDOWN.write('COMPLETE')
      if (ENABLE === STATUS.READY.read() || this.behaviour.neverReady) return
      this.#reset(ENABLE)
      setImmediate(() => STATUS.READY.write(ENABLE))
    })
    for (const [number, { TAIL }] of this.device.state.DOORBELLS.QUEUES.entries())
      this.device.onWrite(TAIL, () => setImmediate(() => this.#work(number, TAIL.read())))
  }

  /** Takes it out: it answers nothing any more. */
  unplug(): void {
    this.#isGone = true
    this.device.inject({ effect: 'unplugged', times: Number.POSITIVE_INFINITY })
  }

  /** Something happens that it tells of, if it was asked to, and what it told of that type before has been read. */
  event(type: number, info: number): void {
    const [entry] = this.#eventRequests()
    if (!entry || this.#unread.has(type)) return
    this.#unread.add(type)
    this.#complete(entry, STATUS.success, ((LOG_PAGES[type] ?? 0) << 16) | (info << 8) | type)
  }

  /** How many events it may still tell of. */
  get eventRequests(): number {
    return this.#eventRequests().length
  }

  #eventRequests(): Entry[] {
    const all = [...this.#held.values()]
    return all.filter(each => each.queue === 0 && each.opcode === ADMIN.ASYNC_EVENT_REQUEST)
  }

  #reset(isOn: boolean): void {
    const { ADMIN_QUEUES, ADMIN_SUBMISSION, ADMIN_COMPLETION } = this.device.state.CONTROLLER
    this.#held.clear()
    this.#unread.clear()
    this.#queues.length = 0
    if (isOn)
      this.#queues[0] = queueOf(
        ADMIN_SUBMISSION.read(),
        ADMIN_COMPLETION.read(),
        ADMIN_QUEUES.SUBMISSION.read() + 1,
      )
  }

  /** Takes what is new in a submission queue. */
  #work(number: number, tail: number): void {
    const queue = this.#queues[number]
    if (!queue || this.#isGone) return
    while (queue.head !== tail) {
      const entry = this.#fetch(number, queue)
      queue.head = (queue.head + 1) % queue.depth
      if (number === 0) this.asked.push(entry.opcode)
      const isHeld = number === 0 && entry.opcode === ADMIN.ASYNC_EVENT_REQUEST
      if (isHeld || this.behaviour.hangs?.(entry.opcode, number))
        this.#held.set(`${number} ${entry.id}`, entry)
      else this.#answer(entry)
    }
  }

  #fetch(number: number, { submission, head }: Queue): Entry {
    const bytes = this.device.reach('read', submission + head * ENTRY.SIZE, ENTRY.SIZE).slice()
    const view = new DataView(bytes.buffer)
    const command = view.getUint32(ENTRY.COMMAND, true)
    return { queue: number, id: command >>> 16, opcode: command & 0xff, view }
  }

  #answer(entry: Entry): void {
    const status = this.behaviour.status?.(entry.opcode, entry.queue)
    const [done, result] = status ? [status] : entry.queue === 0 ? this.#admin(entry) : this.#io(entry)
    this.#complete(entry, done, result)
  }

  #admin({ view, opcode }: Entry): Answer {
    const iova = Number(view.getBigUint64(ENTRY.PRP1, true))
    const cdw10 = view.getUint32(ENTRY.CDW10, true)
    const [low, high] = [cdw10 & 0xffff, cdw10 >>> 16]
    if (opcode === ADMIN.ABORT) return [STATUS.success, this.#abort(`${low} ${high}`) ? 0 : 1]
    if (opcode === ADMIN.GET_LOG_PAGE) {
      const type = LOG_PAGES.indexOf(low & 0xff)
      if (type < 0) return [STATUS.invalidField]
      this.#unread.delete(type)
      this.device.reach('write', iova, 4 * (high + 1)).fill(0)
    } else if (opcode === ADMIN.IDENTIFY) this.device.reach('write', iova, PAGE).set(this.#identity(cdw10))
    else if (opcode === ADMIN.CREATE_COMPLETION_QUEUE) this.#queues[low] = queueOf(0, iova, high + 1)
    else if (opcode === ADMIN.CREATE_SUBMISSION_QUEUE)
      this.#queues[low] = queueOf(iova, this.#queues[low]?.completion ?? 0, high + 1)
    else if (opcode === ADMIN.DELETE_SUBMISSION_QUEUE) this.#queues[low] = undefined
    else if (opcode !== ADMIN.DELETE_COMPLETION_QUEUE && opcode !== ADMIN.SET_FEATURES)
      return [STATUS.invalidOpcode]
    return [STATUS.success]
  }

  /** Whether it did. */
  #abort(key: string): boolean {
    const found = this.behaviour.aborts ? this.#held.get(key) : undefined
    if (found) this.#complete(found, STATUS.aborted)
    return found !== undefined
  }

  #io({ view, opcode }: Entry): Answer {
    const first = Number(view.getBigUint64(ENTRY.CDW10, true)) * BLOCK
    const bytes = (view.getUint32(ENTRY.CDW12, true) + 1) * BLOCK
    if (opcode === IO.FLUSH) return [STATUS.success]
    if (first + bytes > this.#medium.length) return [STATUS.outOfRange]
    let at = first
    for (const { iova, length } of this.#pages(view, bytes)) {
      const part = this.#medium.subarray(at, at + length)
      if (opcode === IO.READ) this.device.reach('write', iova, length).set(part)
      else part.set(this.device.reach('read', iova, length))
      at += length
    }
    return [STATUS.success]
  }

  /** The data's pages, by PRPs: chapter 4.3. */
  *#pages(view: DataView, bytes: number): Iterable<{ iova: number; length: number }> {
    const first = Number(view.getBigUint64(ENTRY.PRP1, true))
    const second = Number(view.getBigUint64(ENTRY.PRP2, true))
    const length = Math.min(bytes, PAGE - (first % PAGE))
    yield { iova: first, length }
    const pages = Math.ceil((bytes - length) / PAGE)
    const list = pages > 1 ? this.device.reach('read', second, 8 * pages).slice() : undefined
    for (let i = 0; i < pages; i++) {
      const iova = list ? Number(new DataView(list.buffer).getBigUint64(8 * i, true)) : second
      yield { iova, length: Math.min(PAGE, bytes - length - i * PAGE) }
    }
  }

  #complete(entry: Entry, status: number = STATUS.success, result = 0): void {
    this.#held.delete(`${entry.queue} ${entry.id}`)
    const queue = this.#queues[entry.queue]
    if (!queue) return
    const bytes = this.device.reach('write', queue.completion + queue.tail * COMPLETION.SIZE, COMPLETION.SIZE)
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    view.setUint32(COMPLETION.RESULT, result, true)
    view.setUint32(COMPLETION.LAST, (status << 17) | (queue.phase << 16) | entry.id, true)
    queue.tail = (queue.tail + 1) % queue.depth
    if (queue.tail === 0) queue.phase ^= 1
    this.device.raise('msix')
  }

  /** What Identify tells of the controller, or of its namespace. */
  #identity(what: number): Uint8Array {
    const bytes = Buffer.alloc(PAGE)
    if (what === IDENTIFY.NAMESPACE) {
      if (this.#medium.length === 0) return bytes // not active
      bytes.writeUInt32LE(this.#medium.length / BLOCK, 0)
      bytes.writeUInt32LE(Math.log2(BLOCK) << 16, 128)
      return bytes
    }
    bytes.write('SIMULATED'.padEnd(20), 4, 'latin1')
    bytes.write('Simulated controller'.padEnd(40), 24, 'latin1')
    bytes.write('1.0'.padEnd(8), 64, 'latin1')
    bytes.writeUInt8(5, 77) // 128 KiB
    bytes.writeUInt8(3, 259)
    bytes.writeUInt32LE(1, 516)
    return bytes
  }
}

const queueOf = (submission: number, completion: number, depth: number): Queue => ({
  ...{ submission, completion, depth },
  ...{ head: 0, tail: 0, phase: 1 },
})
