import type { Width } from './widths.js'

const LINE = 16
const ARRAYS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array } as const

/**
 * Memory as text, like xxd's: the offset, the values in columns of one width, the bytes as ASCII. A line that is equal
 * to the one before it is left out, `*` stands for a run of such lines; the last line is always there.
 */
export class HexDump {
  readonly #width: Width['bytes']
  readonly #end: number
  readonly #digits: number
  readonly #previous = new Uint8Array(LINE)
  #started = false
  #folding = false

  /** `end` is the offset at which the dump ends. */
  constructor(width: Width['bytes'], end: number) {
    this.#width = width
    this.#end = end
    this.#digits = Math.max(8, end.toString(16).length)
  }

  /** The text of the next bytes, which lie at `offset`. All but the last must be whole lines, 16 bytes each. */
  text(offset: number, bytes: Uint8Array): string {
    let text = ''
    for (let at = 0; at < bytes.length; at += LINE) {
      const last = offset + at + LINE >= this.#end
      if (this.#started && !last && this.#repeats(bytes, at)) {
        if (!this.#folding) text += '*\n'
        this.#folding = true
        continue
      }
      const line = bytes.subarray(at, at + LINE)
      text += this.#line(offset + at, line)
      this.#previous.set(line)
      this.#started = true
      this.#folding = false
    }
    return text
  }

  #repeats(bytes: Uint8Array, at: number): boolean {
    for (let i = 0; i < LINE; i++) if (bytes[at + i] !== this.#previous[i]) return false
    return true
  }

  #line(offset: number, line: Uint8Array): string {
    const address = offset.toString(16).padStart(this.#digits, '0')
    const values: Iterable<number | bigint> = new ARRAYS[this.#width](line.slice().buffer)
    const columns = Array.from(values, each => each.toString(16).padStart(this.#width * 2, '0')).join(' ')
    const room = (LINE / this.#width) * (this.#width * 2 + 1) - 1
    return `${address}: ${columns.padEnd(room)}  ${printable(line)}\n`
  }
}

const printable = (bytes: Uint8Array): string =>
  String.fromCharCode(...bytes.map(each => (each >= 0x20 && each < 0x7f ? each : 0x2e)))
