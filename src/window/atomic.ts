// The rules of atomic pages, per thread and across mappings: what the kernel's kmap_atomic slots are to a CPU.
import { IoMappingError } from '../system/errors.js'

/** The most that may be held at once, as in the kernel: a CPU has as many kmap_atomic slots. */
export const ATOMIC_PAGES = 16
// A copy, since V8 reads what a module exports as it does an import: see IoMem.
const MOST = ATOMIC_PAGES

/** An atomic page, as this file sees one. */
export interface AtomicPage {
  readonly mapped: boolean
  /** How messages call it. */
  describe(): string
  /** Ends its use: it was still mapped when its turn ended. */
  revoke(): void
}

/**
 * The atomic pages that a thread holds: last in, first out. Those that `atomic` lends end with their callback, so nothing
 * needs to find them: they are places without a page, which V8 then need not make.
 */
class AtomicStack {
  private readonly held: (AtomicPage | undefined)[] = new Array(ATOMIC_PAGES).fill(undefined)
  private depth = 0
  private watching = false

  /** Whether one more may be mapped. Throws ERR_IO_ATOMIC. */
  check(call: string): void {
    if (this.depth >= MOST) this.refuseDepth(call)
  }

  push(page: AtomicPage): void {
    this.held[this.depth++] = page
  }

  /** Takes `page` off if it was mapped last; else changes nothing, and returns false. */
  pop(page: AtomicPage): boolean {
    const top = this.depth - 1
    if (top < 0 || this.held[top] !== page) return false
    this.held[top] = undefined
    this.depth = top
    return true
  }

  /** A place for a page that `atomic` lends. Throws ERR_IO_ATOMIC. */
  lend(call: string): number {
    const place = this.depth
    if (place >= MOST) this.refuseDepth(call)
    this.depth = place + 1
    return place
  }

  /** Takes it off; false if pages that were mapped after it are still held: those stay. */
  takeBack(place: number): boolean {
    if (this.depth !== place + 1 || this.held[place] !== undefined) return this.takeBackLast()
    this.depth = place
    return true
  }

  /** Forgets the pages that are no longer mapped, since their mapping was freed. */
  dropUnmapped(): void {
    this.keep(page => page === undefined || page.mapped)
  }

  /** The error for unmapping `page` while another was mapped last. */
  refuseOrder(page: AtomicPage, call: string): IoMappingError {
    return new IoMappingError(
      'ERR_IO_ATOMIC',
      `${call}: ${page.describe()} was not the last atomic page to be mapped: unmap ` +
        `${this.held[this.depth - 1]?.describe() ?? 'the page that atomic() lent'} first (last in, first out)`,
    )
  }

  /** Sees to it that no page that is held now is held at the first microtask after this turn. */
  watchTurn(): void {
    if (this.watching) return
    this.watching = true
    queueMicrotask(() => this.revokeHeld())
  }

  private takeBackLast(): boolean {
    const last = this.held.lastIndexOf(undefined, this.depth - 1)
    const inOrder = last === this.depth - 1
    this.keep((_, index) => index !== last)
    return inOrder
  }

  private keep(filter: (page: AtomicPage | undefined, index: number) => boolean): void {
    const kept = this.held.slice(0, this.depth).filter(filter)
    this.held.fill(undefined)
    this.depth = 0
    for (const page of kept) this.held[this.depth++] = page
  }

  private revokeHeld(): void {
    this.watching = false
    const late = this.held
      .slice(0, this.depth)
      .filter(page => page !== undefined)
      .reverse()
    this.keep(page => page === undefined) // what `atomic` has lent ends with its callback
    for (const page of late) page.revoke()
    for (const page of late) {
      process.emitWarning(
        `${page.describe()} was still mapped when its turn of the event loop ended, and was revoked. ` +
          'Unmap it before the first await, or use map(), which may be held across one.',
        { type: 'IoMappingWarning', code: 'ERR_IO_ATOMIC' },
      )
    }
  }

  private refuseDepth(call: string): never {
    throw new IoMappingError(
      'ERR_IO_ATOMIC',
      `${call}: this thread holds ${ATOMIC_PAGES} atomic pages, the most there may be; unmap one first, or use map()`,
    )
  }
}

/** This thread's. */
export const atomicStack = new AtomicStack()
