import { spokenSize } from './sizes.js'

const TERMINAL_MS = 100
const LOG_MS = 5000
const SOON_MS = 500

/** How far a long copy is, on stderr: one line that changes on a terminal, else a line every five seconds. */
export class Progress {
  readonly #verb: string
  readonly #total: number
  readonly #start = performance.now()
  #next = SOON_MS
  #shown = false

  /** `total` in bytes. */
  constructor(verb: string, total: number) {
    this.#verb = verb
    this.#total = total
    if (!process.stderr.isTTY) this.#next = LOG_MS
  }

  /** `done` bytes are copied. */
  update(done: number): void {
    const elapsed = performance.now() - this.#start
    if (elapsed < this.#next) return
    this.#next = elapsed + (process.stderr.isTTY ? TERMINAL_MS : LOG_MS)
    this.#shown = true
    const percent = Math.floor((100 * done) / this.#total)
    const speed = spokenSize(done / (elapsed / 1000))
    const text = `${this.#verb} ${spokenSize(done)} of ${spokenSize(this.#total)}, ${percent} %, ${speed}/s`
    process.stderr.write(process.stderr.isTTY ? `\r${text}\x1b[K` : `${text}\n`)
  }

  /** Takes the changing line away. */
  end(): void {
    if (this.#shown && process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  }
}
