import { startsLow, type Width } from '../typed/widths.js'

const LINE = 16
const DIGITS = Buffer.from('0123456789abcdef')
const [NEWLINE, SPACE, COLON, DOT] = Buffer.from('\n :.') as unknown as [number, number, number, number]

/**
 * Memory as text, like xxd's: the offset, the values in columns of one width, the bytes as ASCII. A line that is equal
 * to the one before it is left out, `*` stands for a run of such lines; the last line is always there.
 */
export class HexDump {
  readonly #width: Width['bytes']
  /** Whether a value's first byte in memory is its last digit. */
  readonly #turns: boolean
  readonly #end: number
  readonly #offsetDigits: number
  readonly #lineLength: number
  readonly #previous = new Uint32Array(LINE / 4)
  #started = false
  #folding = false

  /** `end` is the offset at which the dump ends. */
  constructor({ bytes: width, swaps }: Pick<Width, 'bytes' | 'swaps'>, end: number) {
    this.#width = width
    this.#turns = startsLow({ swaps })
    this.#end = end
    this.#offsetDigits = Math.max(8, end.toString(16).length)
    this.#lineLength = this.#offsetDigits + 2 + (LINE / width) * (width * 2 + 1) + 1 + LINE + 1
  }

  /**
   * The text of the next bytes, which lie at `offset`. All but the last must be whole lines, 16 bytes each, and start at
   * a multiple of 4 in their buffer.
   */
  text(offset: number, bytes: Uint8Array): Buffer {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2)
    const text = Buffer.allocUnsafe(Math.ceil(bytes.length / LINE) * this.#lineLength)
    let length = 0
    for (let at = 0; at < bytes.length; at += LINE) {
      const last = offset + at + LINE >= this.#end
      if (this.#started && !last && this.#repeats(words, at / 4)) {
        if (!this.#folding) length = text.write('*\n', length) + length
        this.#folding = true
        continue
      }
      length = this.#line(text, length, offset + at, bytes.subarray(at, at + LINE))
      this.#previous.set(words.subarray(at / 4, at / 4 + LINE / 4))
      this.#started = true
      this.#folding = false
    }
    return text.subarray(0, length)
  }

  #repeats(words: Uint32Array, at: number): boolean {
    for (let i = 0; i < LINE / 4; i++) if (words[at + i] !== this.#previous[i]) return false
    return true
  }

  /** Writes a line into `text` at `start`; returns where it ends. */
  #line(text: Buffer, start: number, offset: number, bytes: Uint8Array): number {
    const width = this.#width
    const columns = start + this.#offsetDigits + 2
    const ascii = start + this.#lineLength - LINE - 1
    text.fill(SPACE, start, ascii)
    text.write(offset.toString(16).padStart(this.#offsetDigits, '0'), start, 'latin1')
    text[columns - 2] = COLON
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number
      const column = Math.floor(i / width)
      const place = this.#turns ? width - 1 - (i % width) : i % width
      const at = columns + column * (width * 2 + 1) + place * 2
      text[at] = DIGITS[byte >>> 4] as number
      text[at + 1] = DIGITS[byte & 0xf] as number
      text[ascii + i] = byte >= 0x20 && byte < 0x7f ? byte : DOT
    }
    text[ascii + bytes.length] = NEWLINE
    return ascii + bytes.length + 1
  }
}
