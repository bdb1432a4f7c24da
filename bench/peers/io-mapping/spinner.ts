// A thread that keeps the other core busy on demand, in the same address space.
import { fileURLToPath } from 'node:url'
import { isMainThread, Worker, workerData } from 'node:worker_threads'

const RESTING = 0
const CALLED = 1
const SPINNING = 2

export class Spinner {
  readonly #state: Int32Array

  private constructor(state: Int32Array) {
    this.#state = state
  }

  static async start(): Promise<Spinner> {
    const state = new Int32Array(new SharedArrayBuffer(4))
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: state })
    worker.unref()
    await new Promise((resolve, reject) => worker.once('online', resolve).once('error', reject))
    return new Spinner(state)
  }

  /** Returns once the other thread spins. */
  spin(): void {
    Atomics.store(this.#state, 0, CALLED)
    Atomics.notify(this.#state, 0)
    while (Atomics.load(this.#state, 0) !== SPINNING);
  }

  rest(): void {
    Atomics.store(this.#state, 0, RESTING)
  }
}

if (!isMainThread) {
  const state = workerData as Int32Array
  for (;;) {
    Atomics.wait(state, 0, RESTING)
    Atomics.store(state, 0, SPINNING)
    while (Atomics.load(state, 0) === SPINNING);
  }
}
