// What opens an aperture gives a file descriptor: a program's own stays the program's, one of this library's kinds has an owner.
import { Descriptor } from '../system/descriptor.js'
import { badArgument } from '../system/errors.js'
import { isByteCount } from '../system/numbers.js'
import type { Areas } from './areas.js'

/** A mapping, to what closes its device. */
export interface Mapped {
  /** Ends what is asynchronous. Never fails. */
  letGo(): void
  /** Whoever closes the device must end it first. Never fails. */
  free(): void
}

/** What an aperture of a program's own opens. */
export interface Opened {
  /**
   * A file descriptor, open for reading, and for writing if that was asked for. It stays the program's: a mapping has a
   * duplicate of it, so this one may be closed as soon as the mapping is made, and is never closed by it.
   */
  readonly fd: number
  /** Where in the file the aperture starts, in bytes. */
  readonly offset: number
  /** True if it can be mapped from there alone, whatever part of it is wanted, as UIO's maps can. Default false. */
  readonly whole?: boolean
  /** Called once, when `fd` was duplicated or could not be: to close it, if it was opened for this mapping alone. */
  close?(): void
}

/** The same of this library's kinds: a descriptor that has an owner already, and is the mapping's. */
export interface OpenedOwn {
  readonly descriptor: Pick<Descriptor, 'fd' | 'close'>
  /** Where in it the aperture starts, in bytes. */
  readonly offset: number
  /** True if the aperture keeps the descriptor for itself: a mapping doesn't close it, unless no one else has the aperture. */
  readonly keep?: boolean
  /** As of a program's own. */
  readonly whole?: boolean
  /** What of it can be mapped. Default: all. */
  readonly areas?: Areas | undefined
  /** Told of the mapping that is made of it. */
  mapped?(mapping: Mapped): void
}

/** The greatest number that a file descriptor may have: C's INT_MAX. */
const FD_MAX = 2 ** 31 - 1

/** What was opened, by a descriptor that has an owner. Throws ERR_IO_ARGUMENT, or a SystemError if it is not open. */
export const owned = (name: string, opened: Opened | OpenedOwn): OpenedOwn => {
  if (opened instanceof Promise) opened.catch(() => {}) // it is refused; its own failure is nobody's
  if (typeof opened !== 'object' || opened === null || 'then' in opened)
    throw badArgument(`${name}: what open() returned`, opened, 'an object, { fd, offset }, without a wait')
  if ('descriptor' in opened) return opened
  const { fd, offset } = opened
  try {
    if (!(isByteCount(fd) && fd <= FD_MAX))
      throw badArgument(
        `${name}: the fd that open() returned`,
        fd,
        'that of an open file: a whole number, 0 or more',
      )
    if (!isByteCount(offset))
      throw badArgument(
        `${name}: the offset that open() returned`,
        offset,
        'a whole number of bytes, 0 or more',
      )
    return { descriptor: Descriptor.duplicate(fd), offset, whole: opened.whole === true }
  } finally {
    opened.close?.()
  }
}
