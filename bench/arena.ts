import { readFileSync } from 'node:fs'
import { Contestant } from './contestant.js'
import { BenchError } from './errors.js'
import type { ArenaSize } from './row.js'

const availableMemory = (): number =>
  Number(/^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'latin1'))?.[1]) * 1024

/** Memory that all contestants of a row open by its path, so that they touch the same pages. */
export class Arena implements Disposable {
  readonly path: string
  readonly #host: Contestant

  private constructor(host: Contestant, path: string) {
    this.#host = host
    this.path = path
  }

  /** `resident`: how many of its bytes are there from the start, the others when they are first touched. */
  static async make({ size, resident = size }: ArenaSize): Promise<Arena> {
    if (resident > availableMemory() * 0.8) {
      throw new BenchError(`${resident / 2 ** 20} MiB of memory are wanted, and that much is not free`)
    }
    const host = new Contestant('c')
    try {
      return new Arena(host, (await host.prepare('arena', { size, resident })).get('path') ?? '')
    } catch (error) {
      host[Symbol.dispose]()
      throw error
    }
  }

  [Symbol.dispose](): void {
    this.#host[Symbol.dispose]()
  }
}
