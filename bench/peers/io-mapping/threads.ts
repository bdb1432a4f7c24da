// The same maps in one thread or several at once, each with a mapping of its own.
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { type Case, Given, type Outcome } from '../serve.js'
import { mappingOf } from './aperture.js'

const PAGE = 4096

/** A thread says so when it is ready, and when it has run. */
const answer = (worker: Worker): Promise<void> =>
  new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', () => {
      worker.off('error', reject)
      resolve()
    })
  })

const threads: Case = async given => {
  const file = fileURLToPath(import.meta.url)
  const workers = Array.from(
    { length: given.number('threads') },
    () => new Worker(file, { workerData: given.words }),
  )
  await Promise.all(workers.map(answer))
  return async (n): Promise<Outcome> => {
    const start = process.hrtime.bigint()
    const done = Promise.all(workers.map(answer))
    for (const worker of workers) worker.postMessage(n)
    await done
    return { ns: Number(process.hrtime.bigint() - start), threads: workers.length }
  }
}

if (!isMainThread) {
  const given = new Given(workerData as string[])
  const mapping = mappingOf(given)
  const pages = given.pages()
  const mask = pages.length - 1
  const loop = (n: number) => {
    for (let i = 0; i < n; i++) {
      const page = mapping.map((pages[i & mask] as number) * PAGE)
      page.write32(0, i)
      page.unmap()
    }
  }
  parentPort?.on('message', (n: number) => {
    loop(n)
    parentPort?.postMessage('done')
  })
  parentPort?.postMessage('done')
}

export const threadCases: Readonly<Record<string, Case>> = { threads }
