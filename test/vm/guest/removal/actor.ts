// A Worker that takes a device away, or gives it to a driver, at a moment when the main thread is in a loop of accesses.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readSync, writeFileSync, writeSync } from 'node:fs'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

const IDLE = 0
export const ASKED = 1
const FAILED = 2
const PATIENCE = 60_000

/** What it can do. Host: a line for the host, which answers by a line when it is done. */
export type Act =
  | { readonly write: string; readonly text: string }
  | { readonly run: readonly [string, ...string[]] }
  | { readonly host: string }

export class Actor {
  /** [0]: IDLE once it has acted. For Workers, which end their loops by it. */
  readonly state: Int32Array = new Int32Array(new SharedArrayBuffer(4))
  /** Resolves when its thread is there. */
  readonly ready: Promise<unknown>
  readonly #worker: Worker

  constructor() {
    this.#worker = new Worker(new URL(import.meta.url), { workerData: this.state })
    this.ready = once(this.#worker, 'message').finally(() => this.#worker.unref())
  }

  /** From here on it has not acted yet: for loops that begin before it is asked. */
  arm(): void {
    Atomics.store(this.state, 0, ASKED)
  }

  /** Has it act after a random part of `longest` milliseconds. */
  soon(act: Act, longest = 20): void {
    this.arm()
    this.#worker.postMessage({ act, delay: Math.random() * longest })
  }

  /** Whether it has acted. */
  get isDone(): boolean {
    return Atomics.load(this.state, 0) !== ASKED
  }

  /** Waits until it has acted. Throws if it could not. */
  wait(): void {
    const timedOut = Atomics.wait(this.state, 0, ASKED, PATIENCE) === 'timed-out'
    if (timedOut || Atomics.load(this.state, 0) === FAILED)
      throw new Error(timedOut ? 'the actor hangs' : 'the actor failed; its error is on standard error')
  }

  now(act: Act): void {
    this.soon(act, 0)
    this.wait()
  }
}

/** Sleeps, without the event loop. */
export const pause = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

const perform = (act: Act): void => {
  if ('write' in act) writeFileSync(act.write, act.text)
  else if ('run' in act) execFileSync(act.run[0], act.run.slice(1))
  else {
    writeSync(1, `${act.host}\n`)
    readSync(0, Buffer.alloc(100)) // the host's answer; no one else reads there
  }
}

const serve = (state: Int32Array): void => {
  parentPort?.on('message', ({ act, delay }: { act: Act; delay: number }) => {
    let outcome = IDLE
    try {
      pause(delay)
      perform(act)
    } catch (error) {
      writeSync(2, `${JSON.stringify(act)}: ${error}\n`)
      outcome = FAILED
    }
    Atomics.store(state, 0, outcome)
    Atomics.notify(state, 0)
  })
  parentPort?.postMessage('ready')
}

if (!isMainThread && workerData instanceof Int32Array) serve(workerData)
