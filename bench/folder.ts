import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atExit } from '../host/cleanup.js'

/** A folder that goes when the run ends, however that ends. */
export class Folder implements Disposable {
  readonly path: string
  readonly #keep: () => void

  constructor() {
    this.path = mkdtempSync(join(tmpdir(), 'io-mapping-bench-'))
    this.#keep = atExit(() => this.#remove())
  }

  [Symbol.dispose](): void {
    this.#remove()
    this.#keep()
  }

  #remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}
