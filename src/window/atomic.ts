// The rules of atomic pages, per thread and across mappings: what the kernel's kmap_atomic slots are to a CPU.
import { IoMappingError } from '../system/errors.js'
import { soon, warn } from '../system/host.js'
import { type Frame, framesOf } from './stack-frames.js'

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
 *
 * A callback may end without `atomic` being told (a vm timeout runs no `finally`), and its place stays. That is found out only
 * where it matters: before something is refused, and when a page is mapped within a callback (some 10 µs then), the calls of `atomic`
 * that are under way are counted.
 */
class AtomicStack {
  private held: (AtomicPage | undefined)[] = new Array(ATOMIC_PAGES).fill(undefined)
  private depth = 0
  /** How deep it may get: as many places more as there are that nobody has any more. */
  private limit = MOST
  private watching = false
  /** The function that lends. */
  lender: Frame = { name: '', file: '' }

  /** Whether one more may be mapped. Throws ERR_IO_ATOMIC. */
  check(call: string): void {
    if (this.depth >= this.limit) this.makeRoom(call, framesOf(this.lender))
  }

  push(page: AtomicPage): void {
    if (this.depth > 0 && this.held[this.depth - 1] === undefined) this.forgetEnded()
    this.held[this.depth++] = page
  }

  /** Whether `page` was mapped last, of those that are held. */
  isLast(page: AtomicPage): boolean {
    return this.held[this.depth - 1] === page || this.isLastButEnded(page)
  }

  /** Takes off the last page, which is no longer mapped. */
  pop(page: AtomicPage): void {
    const top = this.depth - 1
    if (top < 0 || this.held[top] !== page) {
      this.dropUnmapped()
      return
    }
    this.held[top] = undefined
    this.depth = top
  }

  /** A place for a page that `atomic` lends. Throws ERR_IO_ATOMIC. */
  lend(call: string): number {
    if (this.depth >= this.limit) this.makeRoom(call, framesOf(this.lender) - 1) // this call itself has no place yet
    const place = this.depth
    this.depth = place + 1
    return place
  }

  /** Takes it off; false if pages that were mapped after it are still held: those stay. */
  takeBack(place: number): boolean {
    if (this.depth !== place + 1 || this.held[place] !== undefined) return this.takeBackFromMidst(place)
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
    soon(() => this.revokeHeld())
    this.watching = true // not before: `soon` may be cut short
  }

  /** What was lent after it has ended with it: a callback runs within the one that called it. */
  private takeBackFromMidst(place: number): boolean {
    this.keep((page, index) => index < place || page?.mapped === true)
    return this.depth <= place
  }

  /** The places below a page are of callbacks that run (see push): if none runs beside those, what lies above it has ended. */
  private isLastButEnded(page: AtomicPage): boolean {
    this.dropUnmapped()
    const at = this.entries().lastIndexOf(page)
    const above = this.entries().slice(at + 1)
    if (at < 0 || above.some(each => each !== undefined) || framesOf(this.lender) > this.places(at))
      return false
    this.keep((_, index) => index <= at)
    return true
  }

  /** Those below index `to`; there may be more places than `held` has elements. */
  private entries(to: number = this.depth): (AtomicPage | undefined)[] {
    return Array.from({ length: to }, (_, index) => this.held[index])
  }

  /** How many places there are without a page, below index `to`. */
  private places(to: number): number {
    return this.entries(to).filter(each => each === undefined).length
  }

  private forgetEnded(): void {
    let running = framesOf(this.lender)
    if (this.places(this.depth) > running) this.keep(page => page !== undefined || running-- > 0)
  }

  /** Counts the places of callbacks that have ended out, where `running` are not over. */
  private makeRoom(call: string, running: number): void {
    this.dropUnmapped()
    if (running === 0) this.keep(page => page !== undefined)
    else this.limit = MOST + Math.max(0, this.places(this.depth) - running)
    if (this.depth >= this.limit) this.refuseDepth(call)
  }

  private keep(filter: (page: AtomicPage | undefined, index: number) => boolean): void {
    const kept = this.entries().filter(filter)
    const depth = kept.length
    while (kept.length < MOST) kept.push(undefined)
    this.held = kept // only now: cut short before, nothing has changed
    this.depth = depth
    this.limit = MOST
  }

  private revokeHeld(): void {
    this.watching = false
    const late = this.entries()
      .filter(page => page?.mapped === true)
      .reverse() as AtomicPage[]
    this.keep(page => page === undefined) // what `atomic` has lent ends with its callback
    for (const page of late) page.revoke()
    for (const page of late) {
      warn(
        `${page.describe()} was still mapped when its turn of the event loop ended, and was revoked. ` +
          'Unmap it before the first await, or use map(), which may be held across one.',
        'ERR_IO_ATOMIC',
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
