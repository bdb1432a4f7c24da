// A Worker that uses a mapping of its own, or the main thread's, in a loop, while that is taken away.
import { once } from 'node:events'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { type CreateOptions, IoMapping, type SharedMapping } from 'io-mapping'
import { ASKED } from './actor.js'
import { goOn, USES, type Use } from './uses.js'

/** What it is to do, and what came of it. */
export interface Task {
  readonly use: string
  readonly from: { readonly aperture: string; readonly options: CreateOptions } | SharedMapping
}

export interface Outcome {
  /** What an access threw, if one has. */
  readonly code: string | undefined
  readonly message: string
  readonly steps: number
  readonly faults: number
  /** The code that the `fault` event had. */
  readonly event: string | undefined
}

interface Data {
  /** The actor's: a loop goes on until [0] is not ASKED, or an access throws. */
  readonly actor: Int32Array
  /** [0]: 1 once its loop runs. */
  readonly running: Int32Array
}

export class Peer {
  readonly #running = new Int32Array(new SharedArrayBuffer(4))
  /** Resolves when its thread is there. */
  readonly ready: Promise<unknown>
  readonly #worker: Worker

  constructor(actor: Int32Array) {
    const data: Data = { actor, running: this.#running }
    this.#worker = new Worker(new URL(import.meta.url), { workerData: data })
    this.ready = once(this.#worker, 'message').finally(() => this.#worker.unref())
  }

  /** Returns when its loop runs; the result comes when the actor has acted, which must be armed. */
  start(task: Task): Promise<Outcome> {
    Atomics.store(this.#running, 0, 0)
    this.#worker.ref()
    const result = once(this.#worker, 'message').finally(() => this.#worker.unref())
    this.#worker.postMessage(task)
    if (Atomics.wait(this.#running, 0, 0, 60_000) === 'timed-out') throw new Error('the peer hangs')
    return result.then(([outcome]) => outcome)
  }
}

const open = (from: Task['from']): IoMapping =>
  'aperture' in from ? IoMapping.create(from.aperture, from.options) : IoMapping.attach(from)

const run = async ({ use, from }: Task, { actor, running }: Data): Promise<Outcome> => {
  using mapping = open(from)
  let event: string | undefined
  mapping.once('fault', error => {
    event = error.code
  })
  const begun = () => {
    Atomics.store(running, 0, 1)
    Atomics.notify(running, 0)
  }
  const isOver = () => Atomics.load(actor, 0) !== ASKED
  const { steps, thrown } = goOn(USES[use] as Use, mapping, begun, isOver)
  const { code, message = '' } = (thrown ?? {}) as { code?: string; message?: string }
  for (let i = 0; i < 100 && code === 'ERR_IO_FAULT' && !event; i++)
    await new Promise(resolve => setTimeout(resolve, 1))
  return { code, message, steps, faults: mapping.faults, event }
}

const serve = (data: Data): void => {
  parentPort?.on('message', async (task: Task) => {
    try {
      parentPort?.postMessage(await run(task, data))
    } finally {
      Atomics.store(data.running, 0, 1) // should it have failed, nobody waits for it any more
      Atomics.notify(data.running, 0)
    }
  })
  parentPort?.postMessage('ready')
}

if (!isMainThread && workerData?.running) serve(workerData)
