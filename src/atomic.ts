// The rules of atomic pages, per thread and across mappings: what the kernel's kmap_atomic slots are to a CPU.
import { IoMappingError } from './errors.js'

/** The most that may be held at once, as in the kernel: KM_TYPE_NR slots a CPU, one a nesting level. */
export const ATOMIC_PAGES = 16

/** An atomic page, as this file sees one. */
export interface AtomicPage {
  readonly mapped: boolean
  /** How messages call it. */
  describe(): string
  /** Ends its use: it was still mapped when its turn ended. */
  revoke(): void
}

const held: AtomicPage[] = []
let watching = false

/** Whether one more may be mapped. Throws ERR_IO_ATOMIC. */
export const checkAtomicDepth = (call: string): void => {
  if (held.length < ATOMIC_PAGES) return
  throw new IoMappingError(
    'ERR_IO_ATOMIC',
    `${call}: this thread holds ${ATOMIC_PAGES} atomic pages, the most there may be; unmap one first, or use map()`,
  )
}

export const holdAtomic = (page: AtomicPage): void => {
  held.push(page)
}

/** Checks that `page` was mapped last. Throws ERR_IO_ATOMIC; then nothing has changed. */
export const releaseAtomic = (page: AtomicPage, call: string): void => {
  const last = held.at(-1)
  if (last === page) {
    held.pop()
    return
  }
  throw new IoMappingError(
    'ERR_IO_ATOMIC',
    `${call}: ${page.describe()} was not the last atomic page to be mapped: unmap ${last?.describe()} first ` +
      '(last in, first out)',
  )
}

/** Takes `page` off, in order or not; false if a page that was mapped after it is still held. */
export const takeBackAtomic = (page: AtomicPage): boolean => {
  if (held.at(-1) === page) {
    held.pop()
    return true
  }
  held.splice(held.indexOf(page), 1)
  return false
}

/** Forgets the pages whose mapping was freed. */
export const dropUnmapped = (): void => {
  for (let i = held.length - 1; i >= 0; i--) if (!held[i]?.mapped) held.splice(i, 1)
}

/** Sees to it that no page that is held now is held at the first microtask after this turn. */
export const watchTurn = (): void => {
  if (watching) return
  watching = true
  queueMicrotask(revokeHeld)
}

const revokeHeld = (): void => {
  watching = false
  for (const page of held.splice(0).reverse()) {
    const what = page.describe()
    page.revoke()
    process.emitWarning(
      `${what} was still mapped atomically when its turn of the event loop ended, and was revoked. ` +
        'Unmap it before the first await, or use map(), which may be held across one.',
      { type: 'IoMappingWarning', code: 'ERR_IO_ATOMIC' },
    )
  }
}
