import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { SharedMapping } from 'io-mapping'

/** What the Worker is asked for. */
export interface Order {
  readonly shared: SharedMapping
  readonly offset: number
  /** Written there; null: nothing is. */
  readonly value: number | null
  /** Whether it stays attached, with its window and views. */
  readonly keep: boolean
}

/** A code, or the value that was read. */
export type Answer = { readonly code: string } | { readonly value: number }

const SERVE = `
  const { parentPort } = require('node:worker_threads')
  import('io-mapping').then(({ IoMapping }) => {
    const kept = []
    const serve = ({ shared, offset, value, keep }) => {
      let mapping
      try {
        mapping = IoMapping.attach(shared)
        const page = mapping.map(offset, 4)
        if (value !== null) page.write32(0, value)
        const answer = { value: page.read32(0) }
        if (keep) kept.push([mapping, page, page.u8])
        return answer
      } catch (error) {
        if (error.name !== 'IoMappingError') throw error
        return { code: error.code }
      } finally {
        if (!keep) mapping?.free()
        if (kept.length > 8) kept.shift()[0].free()
      }
    }
    parentPort.on('message', order => parentPort.postMessage(serve(order)))
    parentPort.postMessage('ready')
  })`

/** A Worker that attaches mappings, and is terminated now and then. */
export class Helper {
  #worker: Worker | undefined

  async ask(order: Order): Promise<Answer> {
    this.#worker ??= await begin()
    this.#worker.postMessage(order)
    const [answer] = await once(this.#worker, 'message')
    return answer
  }

  /** Ends it, with all that it has attached. */
  async terminate(): Promise<void> {
    await this.#worker?.terminate()
    this.#worker = undefined
  }
}

const begin = async (): Promise<Worker> => {
  const worker = new Worker(SERVE, { eval: true })
  await once(worker, 'message')
  return worker
}
