import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'

/** The library that this file has: text that is evaluated would be given the one of the current folder. */
const LIBRARY = createRequire(import.meta.url).resolve('io-mapping')

/**
 * Starts a Worker that runs `body`, in which `io` is this library, `data` what it is given, `tell` posts a message, and
 * `told` waits for one.
 */
export const startWorker = (body: string, data?: unknown): Worker =>
  new Worker(
    `const { parentPort, workerData: data } = require('node:worker_threads')
    const { once } = require('node:events')
    const tell = value => parentPort.postMessage(value)
    const told = async () => (await once(parentPort, 'message'))[0]
    import(${JSON.stringify(LIBRARY)}).then(async io => { ${body} })`,
    { eval: true, workerData: data },
  )

/** The next message of a Worker. */
export const messageOf = (worker: Worker): Promise<unknown> =>
  new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))

/** The next message of a Worker, which is its last: resolves once the Worker has ended. */
export const lastMessageOf = async (worker: Worker): Promise<unknown> => {
  const ended = new Promise(resolve => worker.once('exit', resolve)) // both may come before any promise goes on
  const message = await messageOf(worker)
  await ended
  return message
}

/** Runs `body` in a Worker, as `startWorker`; resolves with what it returns, once the Worker has ended. */
export const inWorker = (body: string, data?: unknown): Promise<unknown> =>
  lastMessageOf(startWorker(`tell(await (async () => { ${body} })())`, data))
