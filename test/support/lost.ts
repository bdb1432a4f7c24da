import { truncateSync } from 'node:fs'
import { type CreateOptions, file, IoMapping, PAGE_SIZE } from 'io-mapping'
import { TempFolder } from './files.js'
import { pattern } from './rig.js'

/** A file that is mapped, and can be truncated under its mapping. */
export class Losable implements Disposable {
  readonly mapping: IoMapping
  readonly path: string
  readonly #folder = new TempFolder()

  constructor(options: CreateOptions = {}, size: number = 8 * PAGE_SIZE) {
    this.path = this.#folder.write('card', pattern(size))
    this.mapping = IoMapping.create(file(this.path), options)
  }

  /** From here on each access to a page of it is a SIGBUS. */
  truncate(): void {
    truncateSync(this.path, 0)
  }

  [Symbol.dispose](): void {
    this.mapping.free()
    this.#folder[Symbol.dispose]()
  }
}
