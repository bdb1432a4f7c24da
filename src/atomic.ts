// The rules of atomic pages, per thread and across mappings: what the kernel's kmap_atomic slots are to a CPU.
import { IoMappingError } from './errors.js'

/** The most that may be held at once, as in the kernel: a CPU has as many kmap_atomic slots. */
export const ATOMIC_PAGES = 16

/** An atomic page, as this file sees one. */
export interface AtomicPage {
  readonly mapped: boolean
  /** How messages call it. */
  describe(): string
  /** Ends its use: it was still mapped when its turn ended. */
  revoke(): void
}

// A stack of fixed size: pushing and popping are two stores each.
const held: (AtomicPage | undefined)[] = new Array(ATOMIC_PAGES).fill(undefined)
let depth = 0
let watching = false

/** Whether one more may be mapped. Throws ERR_IO_ATOMIC. */
export const checkAtomicDepth = (call: string): void => {
  if (depth < ATOMIC_PAGES) return
  throw new IoMappingError(
    'ERR_IO_ATOMIC',
    `${call}: this thread holds ${ATOMIC_PAGES} atomic pages, the most there may be; unmap one first, or use map()`,
  )
}

export const holdAtomic = (page: AtomicPage): void => {
  held[depth++] = page
}

/** Takes `page` off if it was mapped last; else changes nothing, and returns false. */
export const releaseAtomic = (page: AtomicPage): boolean => {
  if (held[depth - 1] !== page) return false
  held[--depth] = undefined
  return true
}

/** The error for unmapping `page` while another was mapped last. */
export const refuseOrder = (page: AtomicPage, call: string): IoMappingError =>
  new IoMappingError(
    'ERR_IO_ATOMIC',
    `${call}: ${page.describe()} was not the last atomic page to be mapped: unmap ${held[depth - 1]?.describe()} ` +
      'first (last in, first out)',
  )

/** Forgets the pages that are no longer mapped: their mapping was freed, or they ended out of order. */
export const dropUnmapped = (): void => {
  const kept = held.slice(0, depth).filter(page => page?.mapped)
  held.fill(undefined)
  depth = 0
  for (const page of kept) held[depth++] = page
}

/** Sees to it that no page that is held now is held at the first microtask after this turn. */
export const watchTurn = (): void => {
  if (watching) return
  watching = true
  queueMicrotask(revokeHeld)
}

const revokeHeld = (): void => {
  watching = false
  const late = held.slice(0, depth).reverse()
  held.fill(undefined)
  depth = 0
  for (const page of late) page?.revoke()
  for (const page of late) {
    process.emitWarning(
      `${page?.describe()} was still mapped when its turn of the event loop ended, and was revoked. ` +
        'Unmap it before the first await, or use map(), which may be held across one.',
      { type: 'IoMappingWarning', code: 'ERR_IO_ATOMIC' },
    )
  }
}
