import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** Loads the library, leaves a mapping behind, and ends: what ends with it is the addon's to end. */
const BODY = `
  const { parentPort } = require('node:worker_threads')
  import('io-mapping').then(({ IoMapping }) => {
    globalThis.kept = IoMapping.createWc('memory:64K')
    kept.map(0).write8(0, 1)
    parentPort.postMessage({})
  }).catch(({ name, message, code }) => parentPort.postMessage({ name, message, code }))`

/** Throws what the Worker threw. */
export const inWorker = async (): Promise<void> => {
  const worker = new Worker(BODY, { eval: true })
  const ended = once(worker, 'exit')
  const [{ name, message, code }] = (await once(worker, 'message')) as [NodeJS.ErrnoException]
  await ended
  if (name !== undefined) throw Object.assign(new Error(message), { name, code })
}
