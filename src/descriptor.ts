import { native } from './native.js'

// Told that a garbage collection has been. One registration at a time, not one for each descriptor: those of a loop
// that never returns to the event loop would pile up.
const afterCollection = new FinalizationRegistry<undefined>(() => {
  watching = false
  if (native.sweepDescriptors() > 0) watch()
})
let watching = false

const watch = (): void => {
  if (watching) return
  watching = true
  afterCollection.register({}, undefined)
}

/** An open file descriptor with an owner: closed by `close`, or when this object is collected. */
export class Descriptor {
  readonly fd: number
  #open = true

  /** Takes over `fd`. */
  constructor(fd: number) {
    this.fd = fd
    native.ownDescriptor(this, fd)
    watch()
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    native.closeDescriptor(this.fd)
  }
}
