// Buffers, views and memories that another realm has made: a vm context's are no instances of ours, and as good.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { IoMapping, memory, PAGE_SIZE } from 'io-mapping'
import { resources } from '../support/resources.js'
import { pattern } from '../support/rig.js'
import { needs64 } from '../support/widths.js'
import { inWorker } from '../support/worker.js'

const MADE = [
  'new ArrayBuffer(8)',
  'new SharedArrayBuffer(8)',
  'new Uint8Array(8)',
  'new Float64Array(1)',
  'new DataView(new ArrayBuffer(8))',
] as const

describe('what another realm has made', () => {
  for (const code of MADE) {
    test(`copyTo and copyFrom take its ${code}`, async () => {
      using mapping = IoMapping.create(memory(PAGE_SIZE))
      const page = mapping.map(0)
      const bytes = pattern(8)
      page.copyFrom(bytes)
      const target = runInNewContext(code)
      page.copyTo(target)
      const seen = ArrayBuffer.isView(target) ? target.buffer : target
      assert.ok(Buffer.from(seen).equals(bytes))
      page.fill(0)
      page.copyFrom(target)
      assert.deepEqual(Buffer.from(page.u8.slice(0, 8)), bytes)
      await mapping.writeAsync(8, target)
      assert.deepEqual(Buffer.from(page.u8.slice(8, 16)), bytes)
    })
  }

  test('a FIFO takes its arrays, by their elements', () => {
    using mapping = IoMapping.create(memory(PAGE_SIZE))
    const page = mapping.map(0)
    page.writeFifo(4, runInNewContext('new Uint16Array([1, 0xabcd])'))
    assert.equal(page.read32(4), 0xabcd)
    const target = runInNewContext('new Uint32Array(2)')
    page.readFifo(4, target)
    assert.deepEqual([...target], [0xabcd, 0xabcd])
    const code = 'class Mine extends Uint8Array {}; new Mine([7])'
    page.writeFifo(0, runInNewContext(code))
    assert.equal(page.read8(0), 7)
  })

  test('mapInto takes its memory', { skip: needs64('mapInto') }, () => {
    using mapping = IoMapping.create(memory(PAGE_SIZE))
    mapping.map(0).write32(0, 5)
    const theirs = runInNewContext('new WebAssembly.Memory({ initial: 1, maximum: 1 })')
    const window = mapping.mapInto(theirs, 0, 0, PAGE_SIZE)
    assert.equal(new Uint32Array(theirs.buffer)[0], 5)
    window.unmap()
    assert.equal(new Uint32Array(theirs.buffer)[0], 0)
  })

  test('its shared memory holds zeros when the Worker that has laid pages into it has ended', {
    skip: needs64('mapInto'),
  }, async () => {
    const before = resources()
    const buffer = (await inWorker(
      `const { runInNewContext } = require('node:vm')
      const memory = runInNewContext('new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })')
      const mapping = io.IoMapping.create(io.memory(io.PAGE_SIZE))
      mapping.map(0).write32(0, 5)
      mapping.mapInto(memory, 0, 0, io.PAGE_SIZE)
      if (new Uint32Array(memory.buffer)[0] !== 5) throw new Error('not laid')
      return memory.buffer`,
    )) as SharedArrayBuffer
    assert.equal(new Uint32Array(buffer)[0], 0)
    assert.deepEqual(resources().mapped, before.mapped)
  })
})
