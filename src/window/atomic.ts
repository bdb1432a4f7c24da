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

/** What lends a page to a callback, numbered. */
type Loan = number
const isLoan = (entry: AtomicPage | Loan): entry is Loan => typeof entry === 'number'
const isPage = (entry: AtomicPage | Loan): entry is AtomicPage => !isLoan(entry)
/** Numbers that V8 keeps without an object. */
const LOANS = 2 ** 30 - 1

/**
 * The atomic pages that a thread holds: last in, first out. Those that `atomic` lends end with their callback, so nothing
 * needs to find them: they are numbers, and V8 need not make the page.
 *
 * A callback may end without `atomic` being told (a vm timeout runs no `finally`), and its loan stays. That is found out only
 * where it matters: before something is refused, the calls of `atomic` that are under way are counted.
 */
class AtomicStack {
  private readonly held: (AtomicPage | Loan)[] = new Array(ATOMIC_PAGES).fill(0)
  private depth = 0
  private loans = 0
  private watching = false
  /** The function that lends. */
  lender: Frame = { name: '', file: '' }

  /** Whether one more may be mapped. Throws ERR_IO_ATOMIC. */
  check(call: string): void {
    if (this.depth >= MOST) this.makeRoom(call)
  }

  push(page: AtomicPage): void {
    this.held[this.depth++] = page
  }

  /** Takes `page` off if it was mapped last; else changes nothing, and returns false. */
  pop(page: AtomicPage): boolean {
    if (!this.isLast(page)) this.forgetEnded()
    if (!this.isLast(page)) return false
    this.depth--
    return true
  }

  /** Room for a page that `atomic` lends. Throws ERR_IO_ATOMIC. */
  lend(call: string): Loan {
    if (this.depth >= MOST) this.makeRoom(call)
    const loan = (this.loans + 1) & LOANS
    this.loans = loan
    this.held[this.depth++] = loan
    return loan
  }

  /** Takes it off; false if pages that were mapped after it are still held: those stay. */
  takeBack(loan: Loan): boolean {
    const top = this.depth - 1
    if (top < 0 || this.held[top] !== loan) return this.takeBackFromMidst(loan)
    this.depth = top
    return true
  }

  /** Forgets the pages that are no longer mapped, since their mapping was freed. */
  dropUnmapped(): void {
    this.keep(entry => isLoan(entry) || entry.mapped)
  }

  /** The error for unmapping `page` while another was mapped last. */
  refuseOrder(page: AtomicPage, call: string): IoMappingError {
    const last = this.entries().at(-1)
    return new IoMappingError(
      'ERR_IO_ATOMIC',
      `${call}: ${page.describe()} was not the last atomic page to be mapped: unmap ` +
        `${last === undefined || isLoan(last) ? 'the page that atomic() lent' : last.describe()} first (last in, first out)`,
    )
  }

  /** Sees to it that no page that is held now is held at the first microtask after this turn. */
  watchTurn(): void {
    if (this.watching) return
    this.watching = true
    soon(() => this.revokeHeld())
  }

  private entries(): (AtomicPage | Loan)[] {
    return this.held.slice(0, this.depth)
  }

  private isLast(page: AtomicPage): boolean {
    return this.depth > 0 && this.held[this.depth - 1] === page
  }

  /** What was lent after it has ended with it: a callback runs within the one that called it. */
  private takeBackFromMidst(loan: Loan): boolean {
    const place = this.entries().lastIndexOf(loan)
    this.keep((entry, index) => index < place || !isLoan(entry))
    return this.depth <= Math.max(place, 0)
  }

  /** Forgets the loans of callbacks that have ended untold. */
  private forgetEnded(): void {
    let running = framesOf(this.lender)
    this.keep(entry => !isLoan(entry) || running-- > 0)
  }

  private makeRoom(call: string): void {
    this.forgetEnded()
    if (this.depth >= MOST) this.refuseDepth(call)
  }

  private keep(filter: (entry: AtomicPage | Loan, index: number) => boolean): void {
    const kept = this.entries().filter(filter)
    this.held.fill(0) // no page is kept alive
    for (const [place, entry] of kept.entries()) this.held[place] = entry
    this.depth = kept.length
  }

  private revokeHeld(): void {
    this.watching = false
    const late = this.entries().filter(isPage).reverse()
    this.keep(isLoan) // what `atomic` has lent ends with its callback
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
