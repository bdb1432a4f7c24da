import { native } from './native.js'

// For programs that wait in the event loop; one that runs on without a turn is served by native/descriptors.c.
const collected = new FinalizationRegistry<number>(fd => native.collectDescriptor(fd))

/** An open file descriptor with an owner: closed by `close`, or when this object is collected. */
export class Descriptor {
  readonly fd: number

  /** Takes over `fd`. */
  constructor(fd: number) {
    this.fd = fd
    native.ownDescriptor(this, fd)
    collected.register(this, fd, this)
  }

  close(): void {
    if (!collected.unregister(this)) return
    native.closeDescriptor(this.fd)
  }
}
