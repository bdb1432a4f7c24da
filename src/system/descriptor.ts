import { constants } from 'node:os'
import { native } from './native.js'
import { systemError } from './system-error.js'

// Told that a garbage collection has been. One registration at a time, not one for each descriptor: those of a loop
// that never returns to the event loop would pile up.
const afterCollection = new FinalizationRegistry<undefined>(() => {
  watching = false
  if (sweep() > 0) watch()
})
let watching = false

/** How many are left. No one called, so no one can be told of an error: the next collection is another chance. */
const sweep = (): number => {
  try {
    return native.sweepDescriptors()
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

const watch = (): void => {
  if (watching) return
  afterCollection.register({}, undefined)
  watching = true
}

/** An open file descriptor with an owner: closed by `close`, or when this object is collected. */
export class Descriptor {
  readonly fd: number

  /** Opens the file at `path`; `flags` are those of open(2). Throws a SystemError, which names `call`. */
  static open(path: string, flags: number, call = 'open'): Descriptor {
    return new Descriptor(call, owner => native.open(owner, path, flags))
  }

  /** Makes `size` bytes of memory that can neither shrink nor grow: a sealed memfd. Throws a SystemError. */
  static memory(size: number): Descriptor {
    return new Descriptor('memfd_create', owner => native.createMemory(owner, size))
  }

  /** Makes an eventfd, which counts what comes, and has nothing yet. Throws a SystemError. */
  static count(): Descriptor {
    return new Descriptor('eventfd', owner => native.createCount(owner))
  }

  /** Another one of what is open under `fd`, which is somebody else's to close. Throws a SystemError. */
  static duplicate(fd: number): Descriptor {
    return new Descriptor('fcntl', owner => native.duplicate(owner, fd))
  }

  /** Of what `make` makes in one step, so that no call that is cut short leaves a descriptor which nobody owns. Throws a SystemError. */
  constructor(syscall: string, make: (owner: Descriptor) => number) {
    watch()
    this.fd = descriptorFrom(syscall, () => make(this))
  }

  /** Again, it does nothing: the number may be another's by then, and the addon knows whose it is. */
  close(): void {
    native.closeDescriptor(this, this.fd)
  }
}

/**
 * What `make` answers: a number, or -errno. With no descriptors left it is asked again, once the collector has closed those
 * that no one has any more. Throws a SystemError.
 */
export const descriptorFrom = (syscall: string, make: () => number): number => {
  let fd = make()
  if (fd === -constants.errno.EMFILE) {
    native.pressDescriptors()
    fd = make()
  }
  if (fd < 0) throw systemError(-fd, syscall)
  return fd
}
