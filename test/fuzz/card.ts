import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { PAGE_SIZE } from 'io-mapping'
import { TempFolder } from '../support/files.js'
import { pattern } from '../support/rig.js'

export const PAGES = 12
/** Of the card, in bytes: its last page is a part of one. */
export const SIZE = PAGES * PAGE_SIZE - 100

/** A file that plays a device, and what it should hold: a plain buffer. */
export class Card implements Disposable {
  readonly path: string
  readonly bytes: Buffer = pattern(SIZE)
  /** How many pages there are: an access to a later one is a fault. */
  pages = PAGES
  readonly #folder = new TempFolder()
  readonly #fd: number

  constructor() {
    this.path = this.#folder.write('card', this.bytes)
    this.#fd = openSync(this.path, 'r+')
  }

  /** Whether all of `[offset, offset + length)` is there. */
  has(offset: number, length: number): boolean {
    return length === 0 || offset + length <= this.pages * PAGE_SIZE
  }

  get isWhole(): boolean {
    return this.pages === PAGES
  }

  /** Another file, of so many bytes. */
  another(bytes: number): string {
    return this.#folder.write('another', new Uint8Array(bytes))
  }

  truncate(pages: number): void {
    this.pages = Math.min(this.pages, pages)
    ftruncateSync(this.#fd, Math.min(SIZE, this.pages * PAGE_SIZE))
  }

  /** Makes it whole again: zeros, where it was truncated. */
  restore(): void {
    this.bytes.fill(0, Math.min(SIZE, this.pages * PAGE_SIZE))
    this.pages = PAGES
    ftruncateSync(this.#fd, SIZE)
  }

  /** What the file holds. */
  read(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length)
    const there = readSync(this.#fd, bytes, 0, length, offset)
    return bytes.subarray(0, there)
  }

  /** Takes over what the file holds: after a copy that was cut short, which may have written any of it. */
  accept(offset: number, length: number): void {
    this.bytes.set(this.read(offset, Math.min(length, SIZE - offset)), offset)
  }

  /** What was written beside the model, by the model's leave. */
  write(offset: number, bytes: Uint8Array): void {
    writeSync(this.#fd, bytes, 0, bytes.length, offset)
    this.bytes.set(bytes, offset)
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd)
    this.#folder[Symbol.dispose]()
  }
}
