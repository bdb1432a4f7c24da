// Windows in WebAssembly memories: copies that overlap, thousands of them, the system's limit.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { IoMapping, memory, PAGE_SIZE } from 'io-mapping'
import { runModule } from '../support/child.js'
import { throwsCode } from '../support/errors.js'
import { pattern } from '../support/rig.js'
import { needs64 } from '../support/widths.js'

const SIZE = 8 * PAGE_SIZE
/** How many of WebAssembly's pages hold so many bytes. */
const wasmPages = (bytes: number) => Math.ceil(bytes / 65536)
const skip = needs64('memory that stays where it is as it grows')

describe('a window in a memory', () => {
  test('tells what it is, and nobody can change that', { skip }, () => {
    using mapping = IoMapping.create(memory(SIZE))
    const into = new WebAssembly.Memory({ initial: 2 })
    const window = mapping.mapInto(into, 0, 0, PAGE_SIZE)
    for (const name of ['address', 'offset', 'length', 'memory', 'mapped'])
      assert.throws(() => Object.assign(window, { [name]: 1 }), TypeError)
    window.unmap()
    assert.ok(Buffer.from(into.buffer).equals(Buffer.alloc(into.buffer.byteLength)))
  })

  test('copies between it and the pages that lie in it are right, whichever way they overlap', {
    skip,
  }, async () => {
    using mapping = IoMapping.create(memory(SIZE))
    const page = mapping.map(0, SIZE)
    const initial = wasmPages(2 * SIZE)
    const other = new WebAssembly.Memory({ initial })
    const shared = new WebAssembly.Memory({ initial, maximum: initial, shared: true })
    for (const into of [other, shared]) {
      mapping.mapInto(into, 0, 0, SIZE)
      if (into === other) other.grow(1) // its buffer is another one from here on
      for (const [from, to] of [
        [0, 100],
        [100, 0],
      ] as const) {
        const length = 3 * PAGE_SIZE
        const model = pattern(SIZE)
        page.copyFrom(model)
        page.copyTo(new Uint8Array(into.buffer, to, length), { offset: from, length })
        model.copyWithin(to, from, from + length)
        assert.ok(Buffer.from(page.u8).equals(model), `copyTo, ${from} to ${to}`)
        page.copyFrom(new Uint8Array(into.buffer, from, length), { offset: to, length })
        model.copyWithin(to, from, from + length)
        assert.ok(Buffer.from(page.u8).equals(model), `copyFrom, ${from} to ${to}`)
      }
    }
  })

  test('thousands of them in one memory; unmapped, the process has as many mappings as before', {
    skip,
  }, () => {
    const size = 3000 * PAGE_SIZE
    using mapping = IoMapping.create(memory(size))
    const initial = wasmPages(2 * size)
    const into = new WebAssembly.Memory({ initial, maximum: initial })
    const count = () => readFileSync('/proc/self/maps', 'latin1').split('\n').length
    const before = count()
    const windows = Array.from({ length: 3000 }, (_, i) =>
      mapping.mapInto(into, 2 * i * PAGE_SIZE, i * PAGE_SIZE, PAGE_SIZE),
    )
    assert.ok(count() - before >= 3000)
    throwsCode('ERR_IO_RANGE', 'mapInto', () => mapping.mapInto(into, 100 * PAGE_SIZE, 0, PAGE_SIZE))
    for (const window of windows) window.unmap()
    assert.ok(count() - before < 100, `${before}, then ${count()}`)
  })

  test('at the system’s limit on mappings, unmapping takes the pages out all the same', {
    skip,
  }, async () => {
    const { stdout, stderr } = await runModule(`
      import * as io from 'io-mapping'
      const { IoMapping, PAGE_SIZE } = io
      const mapping = IoMapping.create(io.memory(1000 * PAGE_SIZE))
      const initial = Math.min(Math.max(32768, PAGE_SIZE), 65535) // of such a page, 32768 windows and as many gaps
      const memory = new WebAssembly.Memory({ initial, maximum: initial })
      mapping.map(0, mapping.size).fill(7)
      const windows = []
      let full
      try {
        for (let i = 0; ; i++) windows.push(mapping.mapInto(memory, 2 * i * PAGE_SIZE, i % 1000 * PAGE_SIZE, PAGE_SIZE))
      } catch (error) { full = error }
      const bytes = new Uint8Array(memory.buffer)
      let wrong = 0
      for (const window of windows) {
        if (bytes[window.address] !== 7) wrong++
        window.unmap()
        if (window.mapped || bytes[window.address] !== 0) wrong++
      }
      console.log(full.code, windows.length > 10000, wrong)`)
    assert.equal(stdout, 'ERR_IO_ADDRESS_SPACE true 0\n', stderr)
  })
})
