import { constants } from 'node:fs'
import { closingUnless } from '../../system/closing-unless.js'
import { Descriptor } from '../../system/descriptor.js'

/** What is opened one behind the other: all of it, or nothing. */
export class Opening {
  readonly #opened: Descriptor[] = []

  /** `call`: what errors name. */
  open(path: string, call?: string): Descriptor {
    const descriptor = Descriptor.open(path, constants.O_RDWR, call)
    this.#opened.push(descriptor)
    return descriptor
  }

  /** The last one first. Again, it does nothing; cut short, it is completed by the next call. */
  close(): void {
    for (const each of [...this.#opened].reverse()) each.close()
  }

  /** What `make` makes; if it throws, all that it has opened is closed. */
  static whole<T>(make: (opening: Opening) => T): T {
    const opening = new Opening()
    return closingUnless(opening, () => make(opening))
  }
}
