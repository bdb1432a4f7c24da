import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** What ends with it is the addon's to end. */
const bodyOf = (text: string): string => `
  const { parentPort } = require('node:worker_threads')
  const run = async () => {
    ${text}
  }
  run().then(() => parentPort.postMessage({})).catch(({ name, message, code }) => parentPort.postMessage({ name, message, code }))`

/** Runs `text` in a Worker of its own. Throws what the Worker threw. */
export const inWorker = async (text: string): Promise<void> => {
  const worker = new Worker(bodyOf(text), { eval: true })
  const ended = once(worker, 'exit')
  const [{ name, message, code }] = (await once(worker, 'message')) as [NodeJS.ErrnoException]
  await ended
  if (name !== undefined) throw Object.assign(new Error(message), { name, code })
}
