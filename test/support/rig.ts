import assert from 'node:assert/strict'
import { type CreateOptions, IoMapping, memory } from 'io-mapping'

/** Bytes without a pattern that an offset by a page, or by a power of two, would hide. */
export const pattern = (size: number): Buffer => {
  const bytes = Buffer.alloc(size)
  for (let i = 0; i < size; i++) bytes[i] = (i * 167 + (i >> 8) * 13 + (i >> 16) * 101 + 7) & 0xff
  return bytes
}

/** A mapping under test, of memory filled with `pattern`, and a second mapping of the same memory to see it by. */
export class Rig implements Disposable {
  readonly mapping: IoMapping
  readonly #control: IoMapping

  /** @param start where on its first page it starts, in bytes */
  constructor(size: number, options: CreateOptions = {}, start = 0) {
    const aperture = memory(start + size).slice(start, size)
    this.#control = IoMapping.create(aperture)
    const window = this.#control.map(0, size)
    window.copyFrom(pattern(size))
    window.unmap()
    this.mapping =
      options.memoryType === undefined
        ? IoMapping.createWc(aperture, options)
        : IoMapping.create(aperture, options)
  }

  /** What the memory holds now. */
  bytes(): Buffer {
    const { size } = this.#control
    const bytes = Buffer.alloc(size)
    const window = this.#control.map(0, size)
    window.copyTo(bytes)
    window.unmap()
    return bytes
  }

  /** Checks that `misuse` leaves the memory and the mapping's counts as they are. */
  untouched(misuse: () => void): void {
    const { mapping } = this
    const before = { bytes: this.bytes(), stats: mapping.stats }
    misuse()
    assert.deepEqual(mapping.stats, before.stats, 'the counts are as before')
    assert.ok(this.bytes().equals(before.bytes), 'the memory is as before')
  }

  [Symbol.dispose](): void {
    this.mapping.free()
    this.#control.free()
  }
}
