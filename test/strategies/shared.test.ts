import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { IoMapping, type IoMem, memory, PAGE_SIZE } from 'io-mapping'
import { runModule } from '../support/child.js'
import { FakeDevice } from '../support/device.js'
import { throwsCode } from '../support/errors.js'
import { Losable } from '../support/lost.js'
import { assertNothingLeft, resources } from '../support/resources.js'
import { pattern, Rig } from '../support/rig.js'
import { needs64 } from '../support/widths.js'
import { inWorker, messageOf, startWorker } from '../support/worker.js'

const SIZE = 8 * PAGE_SIZE
const shared = { shared: true } as const

/** What Atomics.wait takes. */
const words = ({ u32 }: IoMem) => new Int32Array(u32.buffer, u32.byteOffset, u32.length)

describe('shared: true', () => {
  test('windows and their views lie in one SharedArrayBuffer', () => {
    using rig = new Rig(SIZE, shared, 16)
    const { mapping } = rig
    assert.equal(mapping.strategy, 'permanent')
    assert.ok(mapping.buffer instanceof SharedArrayBuffer)
    const page = mapping.map(PAGE_SIZE)
    const { u8 } = page
    assert.equal(u8.buffer, mapping.buffer)
    assert.equal(mapping.map(0).u32.buffer, mapping.buffer)
    assert.deepEqual(Buffer.from(u8), pattern(2 * PAGE_SIZE).subarray(PAGE_SIZE))
    page.write32(0, 7)
    assert.equal(page.u32[0], 7)
    assert.deepEqual(mapping.stats, { maps: 2, live: 2, hits: 2, misses: 0, recycles: 0 })
    page.unmap()
    throwsCode('ERR_IO_UNMAPPED', 'read8: ', () => page.read8(0))
    assert.equal(u8[0], 7, 'a view can’t be detached')
    mapping.free()
    assert.equal(u8[0], 0)
    u8[0] = 1
    assert.equal(rig.bytes()[PAGE_SIZE], 7, 'nor does it reach the memory once that is freed')
  })

  test('without it there is none', () => {
    using mapping = IoMapping.create(memory(SIZE))
    assert.equal(mapping.buffer, undefined)
  })

  test('Atomics.wait and notify across Workers', async () => {
    using mapping = IoMapping.create(memory(SIZE), shared)
    const page = mapping.map(PAGE_SIZE)
    const worker = startWorker(
      `const { u32 } = io.IoMapping.attach(data).map(io.PAGE_SIZE)
      const words = new Int32Array(u32.buffer, u32.byteOffset, u32.length)
      tell('waiting')
      const ended = Atomics.wait(words, 3, 0, 60000)
      tell([ended, Atomics.load(words, 3)])`,
      mapping.share(),
    )
    await messageOf(worker)
    Atomics.store(words(page), 3, 42)
    const answer = messageOf(worker)
    const notifying = setInterval(() => Atomics.notify(words(page), 3), 1) // it may not have come to wait yet
    const [ended, value] = (await answer) as [string, number]
    clearInterval(notifying)
    assert.ok(ended === 'ok' || ended === 'not-equal', ended)
    assert.equal(value, 42)
  })

  test('Workers count together', async () => {
    using mapping = IoMapping.create(memory(SIZE), shared)
    const count = `const { u32 } = io.IoMapping.attach(data).map(0)
      for (let i = 0; i < 20000; i++) Atomics.add(u32, 1, 1)`
    await Promise.all([0, 1, 2].map(() => inWorker(count, mapping.share())))
    assert.equal(mapping.map(0).read32(4), 60_000)
  })

  test('free in one thread leaves the others theirs; in the last, views are zeros in all', async () => {
    const aperture = memory(SIZE) // its descriptor is its own
    const before = resources()
    const mapping = IoMapping.create(aperture, shared)
    mapping.map(0).write32(0, 9)
    const view = mapping.map(0).u32
    const worker = startWorker(
      `const mapping = io.IoMapping.attach(data)
      const page = mapping.map(0)
      tell('attached')
      await told()
      tell(page.read32(0))
      await told()
      mapping.free()
      tell('freed')`,
      mapping.share(),
    )
    await messageOf(worker)
    mapping.free()
    worker.postMessage('read')
    assert.equal(await messageOf(worker), 9)
    assert.equal(view[0], 9)
    const exit = once(worker, 'exit')
    worker.postMessage('free')
    assert.equal(await messageOf(worker), 'freed')
    assert.equal(view[0], 0)
    await exit
    assertNothingLeft(before)
  })

  test('its buffer keeps it, when it is dropped', async () => {
    const { stdout, stderr } = await runModule(
      `import { setImmediate } from 'node:timers/promises'
      import { IoMapping, memory } from 'io-mapping'
      const aperture = memory(65536)
      const make = () => {
        const mapping = IoMapping.create(aperture, { shared: true })
        mapping.map(0).write32(4, 7)
        return mapping.buffer
      }
      let buffer = make()
      let view = IoMapping.create(aperture, { shared: true }).map(0).u32
      for (let i = 0; i < 5; i++) {
        globalThis.gc()
        await setImmediate()
      }
      console.log(new Uint32Array(buffer)[1], view[1])
      new Uint32Array(buffer)[2] = 9
      console.log(IoMapping.create(aperture).map(0).read32(8))`,
      { flags: ['--expose-gc'] },
    )
    assert.deepEqual({ stdout, stderr }, { stdout: '7 7\n9\n', stderr: '' })
  })

  test('the last thread that has it ends without free', async () => {
    const mapping = IoMapping.create(memory(SIZE), shared)
    mapping.map(0).write32(0, 9)
    const view = mapping.map(0).u32
    const worker = startWorker(
      `const mapping = io.IoMapping.attach(data)
      tell('attached')
      setInterval(() => {}, 1000)`,
      mapping.share(),
    )
    await messageOf(worker)
    mapping.free()
    assert.equal(view[0], 9)
    await worker.terminate()
    assert.equal(view[0], 0)
  })

  test('memory that goes away, and a store to what is read-only', async () => {
    using losable = new Losable(shared)
    const page = losable.mapping.map(0)
    const view = page.u8
    losable.truncate()
    const seen = await inWorker(
      `const mapping = io.IoMapping.attach(data)
      try { mapping.map(0).read8(0) } catch (error) { return [error.code, mapping.faults] }`,
      losable.mapping.share(),
    )
    assert.deepEqual(seen, ['ERR_IO_FAULT', 1])
    assert.equal(view[5], 0xff)
    throwsCode('ERR_IO_FAULT', 'read8: ', () => page.read8(0))
    for (const memoryType of ['write-back', 'uncached'] as const) {
      using device = new FakeDevice(SIZE, [memoryType])
      using mapping = IoMapping.create(device.aperture, { ...shared, memoryType, writable: false })
      mapping.map(0).u8[0] = 1
      throwsCode('ERR_IO_FAULT', 'read8: ', () => mapping.map(0).read8(0))
    }
  })

  test('transfers, and copies within itself', async () => {
    using rig = new Rig(SIZE, shared)
    const { mapping } = rig
    assert.ok(pattern(SIZE).equals(await mapping.readAsync(0, SIZE)))
    mapping.map(0, SIZE).copyTo(new Uint8Array(mapping.buffer as SharedArrayBuffer, 8, 2 * PAGE_SIZE))
    assert.ok(
      rig
        .bytes()
        .subarray(8, 8 + 2 * PAGE_SIZE)
        .equals(pattern(2 * PAGE_SIZE)),
    )
  })

  test('more than 4 GiB, other strategies, and slots are refused', () => {
    const { message } = throwsCode('ERR_IO_ADDRESS_SPACE', 'An aperture of ', () =>
      IoMapping.create(memory(4 * 1024 ** 3 + 1), shared),
    )
    assert.match(message, /4G at most.*slice.*share\(\)/)
    for (const options of [
      { strategy: 'slots' },
      { strategy: 'per-call' },
      { slotBytes: 65536 },
      { shared: 1 },
    ]) {
      throwsCode('ERR_IO_ARGUMENT', 'create: ', () =>
        IoMapping.create(memory(SIZE), { ...shared, ...options } as never),
      )
    }
  })

  test('4 GiB', { skip: needs64('a buffer of 4 GiB') }, () => {
    using mapping = IoMapping.create(memory(4 * 1024 ** 3), shared)
    assert.equal(mapping.buffer?.byteLength, 4 * 1024 ** 3)
    mapping.map(4 * 1024 ** 3 - PAGE_SIZE).write32(PAGE_SIZE - 4, 5)
    assert.equal(mapping.map(4 * 1024 ** 3 - 4, 4).read32(0), 5)
  })
})
