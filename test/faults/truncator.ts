// A Worker that truncates the file of a mapping at some moment, while the main thread is in a loop of accesses.
import { truncateSync, writeFileSync } from 'node:fs'
import { isMainThread, Worker, workerData } from 'node:worker_threads'

const IDLE = 0
const ASKED = 1
const ENDED = 2
/** More than the loops need to be optimised, on a slow machine. In milliseconds. */
const LONGEST = 4

interface Data {
  readonly state: SharedArrayBuffer
  readonly path: string
}

/** Truncates a file, when told, after a few milliseconds. */
export class Truncator implements Disposable {
  readonly #state = new Int32Array(new SharedArrayBuffer(4))
  readonly #path: string

  constructor(path: string) {
    this.#path = path
    const data: Data = { state: this.#state.buffer as SharedArrayBuffer, path }
    new Worker(new URL(import.meta.url), { workerData: data }).unref()
  }

  /** Makes it a file of `size` zeros again. */
  restore(size: number): void {
    writeFileSync(this.#path, Buffer.alloc(size))
  }

  /** Has it truncated soon. */
  arm(): void {
    this.#set(ASKED)
  }

  /** Waits until it was truncated. */
  wait(): void {
    Atomics.wait(this.#state, 0, ASKED)
  }

  [Symbol.dispose](): void {
    this.#set(ENDED)
  }

  #set(state: number): void {
    Atomics.store(this.#state, 0, state)
    Atomics.notify(this.#state, 0)
  }
}

const serve = ({ state: buffer, path }: Data): void => {
  const state = new Int32Array(buffer)
  const never = new Int32Array(new SharedArrayBuffer(4))
  for (;;) {
    Atomics.wait(state, 0, IDLE)
    if (Atomics.load(state, 0) === ENDED) return
    Atomics.wait(never, 0, 0, Math.random() * LONGEST)
    truncateSync(path, 0)
    Atomics.store(state, 0, IDLE)
    Atomics.notify(state, 0)
  }
}

if (!isMainThread) serve(workerData)
