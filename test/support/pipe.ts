import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, read, writeSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { TempFolder } from './files.js'

/** A pipe: a read of it waits in Node's thread pool until something is written. */
export class Pipe implements Disposable {
  readonly #folder = new TempFolder()
  readonly #fd: number

  constructor() {
    const path = `${this.#folder.path}/fifo`
    execFileSync('mkfifo', [path])
    this.#fd = openSync(path, constants.O_RDWR)
  }

  /** Begins to read into `view`, and comes to wait. What it resolves with is a function that waits for the number of bytes. */
  async read(view: Uint8Array): Promise<() => Promise<number>> {
    const done = new Promise<number>((resolve, reject) =>
      read(this.#fd, view, 0, view.length, null, (error, count) => (error ? reject(error) : resolve(count))),
    )
    for (let i = 0; i < 3; i++) await setImmediate()
    return () => done
  }

  write(bytes: Uint8Array): void {
    writeSync(this.#fd, bytes)
  }

  [Symbol.dispose](): void {
    this.write(new Uint8Array(8)) // for a read that a failed test has left: it would keep the process
    closeSync(this.#fd)
    this.#folder[Symbol.dispose]()
  }
}
