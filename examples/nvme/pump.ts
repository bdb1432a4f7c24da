import type { Interrupt } from 'io-mapping'
import type { NvmeError } from './errors.js'
import type { QueuePair } from './queue.js'
import type { Command } from './registers.js'

/** In milliseconds: how long it polls on end; how long without a turn of the event loop. */
const SPIN = 1
const TURN = 10
/** So many polls cost less than one look at the clock. */
const POLLS = 50

/** Tells the controller of requests, and ends them when it has answered: by interrupts, or by polling. */
export class Pump {
  readonly #queues: readonly QueuePair[]
  /** By which the controller tells; without one, it is polled. */
  #interrupt: Interrupt | undefined
  #isDue = false
  #turned = 0

  constructor(queues: readonly QueuePair[]) {
    this.#queues = queues
  }

  /** Has the controller tell by an interrupt, until that ends. */
  async listen(interrupt: Interrupt): Promise<void> {
    this.#interrupt = interrupt
    for await (const _ of interrupt) this.poll()
  }

  /** Has a command carried out. @returns the controller's answer */
  run(queue: QueuePair, command: Command): Promise<number> {
    if (!this.#isDue) process.nextTick(this.#turn) // once all that runs now has made its requests
    this.#isDue = true
    return queue.submit(command)
  }

  /** @returns how many requests have ended */
  poll(): number {
    let count = 0
    for (const queue of this.#queues) count += queue.poll()
    return count
  }

  /** Ends all requests, and those that come, with this error. */
  stop(error: NvmeError): void {
    this.#interrupt?.close()
    for (const queue of this.#queues) queue.fail(error)
  }

  readonly #turn = (): void => {
    const start = performance.now()
    let count = this.poll()
    while (count === 0 && this.#isPolling && performance.now() - start < SPIN)
      for (let i = 0; i < POLLS && count === 0; i++) count = this.poll()
    this.#isDue = this.#isPolling
    if (!this.#isDue) return
    if (count > 0 && start - this.#turned < TURN) process.nextTick(this.#turn)
    else {
      this.#turned = start
      setImmediate(this.#turn)
    }
  }

  /** Whether there is something to poll for. */
  get #isPolling(): boolean {
    return this.#interrupt === undefined && this.#queues.some(queue => queue.active > 0)
  }
}
