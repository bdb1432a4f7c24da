import { Writable } from 'node:stream'
import type { Machine } from './machine.js'

/** What the guest's serial port holds for its reader: of more, some may be lost. */
const PIECE = 4096

/**
 * The standard input of a command without a terminal. In the guest it is a pipe, since a terminal's end of file is that of one
 * read, and its lines are short; init (init.ts) fills it, a piece at a time: its length goes by the control line, and the next
 * follows when the guest has taken it.
 */
export class PipeInput extends Writable {
  readonly #machine: Pick<Machine, 'control' | 'terminal'>
  #goOn: (() => void) | undefined
  #isOver = false

  constructor(machine: Pick<Machine, 'control' | 'terminal'>) {
    super()
    this.#machine = machine
  }

  /** The guest has taken the last piece. */
  taken(): void {
    const goOn = this.#goOn
    this.#goOn = undefined
    goOn?.()
  }

  /** There is nothing more, or no one who would read it. */
  over(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#machine.control.write('0\n')
  }

  override _write(bytes: Buffer, encoding: BufferEncoding, done: () => void): void {
    if (bytes.length === 0 || this.#isOver) {
      done()
      return
    }
    const piece = bytes.subarray(0, PIECE)
    this.#goOn = () => this._write(bytes.subarray(PIECE), encoding, done)
    this.#machine.control.write(`${piece.length}\n`)
    this.#machine.terminal.write(piece)
  }

  override _final(done: () => void): void {
    this.over()
    done()
  }
}
