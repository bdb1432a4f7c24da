import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

const READ = `
  const { memory, go } = require('node:worker_threads').workerData
  const bytes = new Uint8Array(memory)
  for (;;) {
    Atomics.wait(go, 0, 0)
    while (Atomics.load(go, 0) === 1) for (let i = 0; i < 4096; i++) Atomics.load(bytes, i)
  }`

/** A thread that reads the first page of a memory again and again, while it is told to. */
export class Reader {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
  readonly #go = new Int32Array(new SharedArrayBuffer(4))
  readonly #worker: Worker

  private constructor() {
    const workerData = { memory: this.memory.buffer, go: this.#go }
    this.#worker = new Worker(READ, { eval: true, workerData })
  }

  static async begin(): Promise<Reader> {
    const reader = new Reader()
    await once(reader.#worker, 'online')
    return reader
  }

  start(): void {
    Atomics.store(this.#go, 0, 1)
    Atomics.notify(this.#go, 0)
  }

  stop(): void {
    Atomics.store(this.#go, 0, 0)
  }

  async terminate(): Promise<void> {
    this.stop()
    await this.#worker.terminate()
  }
}
