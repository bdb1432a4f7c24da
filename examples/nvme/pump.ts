import type { Interrupt } from 'io-mapping'
import type { NvmeError } from './errors.js'
import type { Command, QueuePair } from './queue.js'

/** In milliseconds: how long it polls on end; how long without a turn of the event loop; from one look at the whole to the next. */
const SPIN = 1
const TURN = 10
const LOOK = 100
/** So many polls cost less than one look at the clock. */
const POLLS = 50

/** Whom it tells. */
export interface Watcher {
  readonly isAlive: boolean
  /** A request has taken too long; `again`: that much longer after it was told of. */
  late(queue: QueuePair, command: Command, again: boolean): void
  /** The controller does not work any more, or is not there. */
  dead(): void
}

/** Tells the controller of requests, and ends them when it has answered: by polling, or by interrupts. */
export class Pump {
  readonly #queues: readonly QueuePair[]
  readonly #watcher: Watcher
  readonly #interrupt: Interrupt | undefined
  readonly #timer: NodeJS.Timeout
  #isDue = false
  #isStopped = false
  #turned = 0
  readonly #turn = () => this.#go()

  /**
   * @param interrupt by which the controller tells; without one, it is polled
   * @param timeout how long a request may take, in milliseconds
   */
  constructor(queues: readonly QueuePair[], watcher: Watcher, timeout: number, interrupt?: Interrupt) {
    this.#queues = queues
    this.#watcher = watcher
    this.#interrupt = interrupt
    this.#timer = setInterval(() => this.#look(timeout / LOOK), LOOK).unref()
    if (interrupt) this.#listen(interrupt)
  }

  /** Has a command carried out. @returns the controller's answer */
  run(queue: QueuePair, command: Command): Promise<number> {
    const answer = queue.submit(command)
    this.#start()
    return answer
  }

  /** Waits until a queue has no requests but those for events. */
  async drain(queue: QueuePair): Promise<void> {
    while (queue.active > 0 && !this.#isStopped) await new Promise(resolve => setImmediate(resolve))
  }

  /** Ends all requests, and those that come, with this error. */
  stop(error: NvmeError): void {
    this.#isStopped = true
    clearInterval(this.#timer)
    this.#interrupt?.close()
    for (const queue of this.#queues) queue.fail(error)
  }

  /** Once all that runs now has made its requests: the controller is told of them together. */
  #start(): void {
    if (this.#isDue) return
    this.#isDue = true
    process.nextTick(this.#turn)
  }

  #go(): void {
    this.#isDue = false
    if (this.#isStopped) return
    for (const queue of this.#queues) queue.ring()
    if (this.#interrupt || !this.#spin()) return
    const now = performance.now()
    this.#isDue = true
    if (now - this.#turned < TURN) process.nextTick(this.#turn)
    else {
      this.#turned = now
      setImmediate(this.#turn)
    }
  }

  /** Polls until there is something, for a while; whether there is more to come. */
  #spin(): boolean {
    const end = performance.now() + SPIN
    do {
      for (let i = 0; i < POLLS; i++) if (this.#poll() > 0) return this.#isAwaited
      if (!this.#isAwaited) return false
    } while (performance.now() < end)
    this.#turned = 0 // the event loop first
    return true
  }

  #poll(): number {
    let count = 0
    for (const queue of this.#queues) count += queue.poll()
    return count
  }

  get #isAwaited(): boolean {
    return this.#queues.some(queue => queue.active > 0)
  }

  async #listen(interrupt: Interrupt): Promise<void> {
    for await (const _ of interrupt) this.#poll()
  }

  /** Now and then: whether it is there, what takes too long, and what nobody waits for. */
  #look(ticks: number): void {
    if (!this.#watcher.isAlive) {
      this.#watcher.dead()
      return
    }
    this.#poll()
    for (const queue of this.#queues)
      for (const { command, again } of queue.tick(ticks)) this.#watcher.late(queue, command, again)
  }
}
