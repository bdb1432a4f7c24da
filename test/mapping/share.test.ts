import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { IoMapping, memory, PAGE_SIZE } from 'io-mapping'
import { runModule } from '../support/child.js'
import { throwsCode } from '../support/errors.js'
import { Losable } from '../support/lost.js'
import { assertNothingLeft, resources } from '../support/resources.js'
import { pattern, Rig } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'
import { inWorker, lastMessageOf, messageOf, startWorker } from '../support/worker.js'

const SIZE = 8 * PAGE_SIZE

inEachStrategy('a mapping in several threads', strategy => {
  test('what one writes, the other reads; each counts its own', async () => {
    using rig = new Rig(SIZE, strategy, 3 * 16)
    const { mapping } = rig
    const page = mapping.map(PAGE_SIZE)
    page.write32(16, 0x12345678)
    const seen = await inWorker(
      `const mapping = io.IoMapping.attach(data)
      const page = mapping.map(io.PAGE_SIZE)
      const read = page.read32(16)
      page.write32(20, 0x9abcdef0)
      const { base, size, strategy, memoryType, stats } = mapping
      return { read, base, size, strategy, memoryType, maps: stats.maps, live: stats.live }`,
      mapping.share(),
    )
    const { base, size, strategy: name, memoryType } = mapping
    assert.deepEqual(seen, { read: 0x12345678, base, size, strategy: name, memoryType, maps: 1, live: 1 })
    assert.equal(page.read32(20), 0x9abcdef0)
    assert.equal(mapping.stats.maps, 1)
  })

  test('each has slots of its own', async () => {
    using rig = new Rig(SIZE, strategy)
    const held = [0, 1, 2, 3].map(i => rig.mapping.map(i * PAGE_SIZE))
    const live = await inWorker(
      `const mapping = io.IoMapping.attach(data)
      for (let i = 0; i < 4; i++) mapping.map((4 + i) * io.PAGE_SIZE).write8(0, i)
      return mapping.stats.live`,
      rig.mapping.share(),
    )
    assert.equal(live, 4)
    assert.ok(held.every(page => page.mapped))
  })

  test('free ends it for its thread alone; the last one closes it', async () => {
    const aperture = memory(SIZE) // its descriptor is its own
    const before = resources()
    const mapping = IoMapping.create(aperture, strategy)
    const worker = startWorker(
      `const mapping = io.IoMapping.attach(data)
      const page = mapping.map(0)
      tell('attached')
      await told()
      page.write32(0, 5)
      tell([page.read32(0), io.IoMapping.attach(data).map(0).read32(0)])
      await told()
      mapping.free()
      try { page.read32(0) } catch (error) { tell(error.code) }`,
      mapping.share(),
    )
    assert.equal(await messageOf(worker), 'attached')
    const shared = mapping.share()
    mapping.free()
    throwsCode('ERR_IO_FREED', 'share: ', () => mapping.share())
    worker.postMessage('go on')
    assert.deepEqual(await messageOf(worker), [5, 5])
    const again = IoMapping.attach(shared)
    assert.equal(again.map(0).read32(0), 5)
    again.free()
    worker.postMessage('free')
    assert.equal(await lastMessageOf(worker), 'ERR_IO_UNMAPPED')
    const { message } = throwsCode('ERR_IO_FREED', 'attach: ', () => IoMapping.attach(shared))
    assert.match(message, /freed in every thread/)
    assertNothingLeft(before)
  })

  test('a loss that one finds is every one’s', async () => {
    using losable = new Losable(strategy)
    const { mapping } = losable
    const page = mapping.map(0)
    const worker = startWorker(
      `const mapping = io.IoMapping.attach(data)
      const page = mapping.map(io.PAGE_SIZE)
      tell('mapped')
      await told()
      try { page.read8(0) } catch (error) { tell([error.code, mapping.faults]) }`,
      mapping.share(),
    )
    await messageOf(worker)
    losable.truncate()
    worker.postMessage('read')
    assert.deepEqual(await messageOf(worker), ['ERR_IO_FAULT', 1])
    throwsCode('ERR_IO_FAULT', 'write8: ', () => page.write8(0, 1))
    throwsCode('ERR_IO_FAULT', 'share: ', () => mapping.share())
  })

  test('what is lost can’t be attached, whichever came first', () => {
    using losable = new Losable(strategy)
    const { mapping } = losable
    const shared = mapping.share()
    const page = mapping.map(0)
    losable.truncate()
    throwsCode('ERR_IO_FAULT', 'read8: ', () => page.read8(0))
    throwsCode('ERR_IO_FAULT', 'attach: ', () => IoMapping.attach(shared))
  })

  test('a Worker that ends without free leaves nothing behind', async () => {
    const aperture = memory(SIZE) // its descriptor is its own
    const before = resources()
    const mapping = IoMapping.create(aperture, strategy)
    for (const end of ['process.exit()', 'return', 'for (;;);']) {
      const worker = startWorker(
        `const mapping = io.IoMapping.attach(data)
        const page = mapping.map(0)
        page.u8[0] = 1
        mapping.on('fault', () => {})
        tell('ready')
        ${end}`,
        mapping.share(),
      )
      await messageOf(worker)
      await worker.terminate()
    }
    const shared = mapping.share()
    mapping.free()
    throwsCode('ERR_IO_FREED', 'attach: ', () => IoMapping.attach(shared))
    assertNothingLeft(before)
  })
})

describe('a mapping in several threads', () => {
  test('a mapping that is not writable, is not there either', async () => {
    using mapping = IoMapping.create(memory(SIZE), { writable: false })
    const code = await inWorker(
      `try { io.IoMapping.attach(data).map(0).write8(0, 1) } catch (error) { return error.code }`,
      mapping.share(),
    )
    assert.equal(code, 'ERR_IO_READ_ONLY')
  })

  test('in the same thread', () => {
    using rig = new Rig(SIZE)
    using again = IoMapping.attach(structuredClone(rig.mapping.share()))
    assert.equal(again.map(0).read8(9), pattern(10)[9])
  })

  test('what share() did not give is refused', () => {
    using mapping = IoMapping.create(memory(SIZE))
    const { id, pid } = mapping.share()
    const bad = [
      undefined,
      null,
      5,
      'x',
      {},
      { id },
      { id: -1, pid },
      { id: 0.5, pid },
      { id: '1', pid },
      { id, pid: pid + 1 },
      { id, pid, buffer: {} },
      { id, pid, buffer: new SharedArrayBuffer(65536) },
    ]
    for (const each of bad) throwsCode('ERR_IO_ARGUMENT', 'attach: ', () => IoMapping.attach(each as never))
    throwsCode('ERR_IO_FREED', 'attach: ', () => IoMapping.attach({ id: 4_000_000_000, pid }))
    using shared = IoMapping.create(memory(SIZE), { shared: true })
    const message = shared.share()
    for (const buffer of [undefined, null, new ArrayBuffer(SIZE)])
      throwsCode('ERR_IO_ARGUMENT', "attach: the shared mapping's buffer is ", () =>
        IoMapping.attach({ ...message, buffer } as never),
      )
    IoMapping.attach({ id, pid }).free()
  })

  test('16 atomic pages are held per thread: a Worker has its own', async () => {
    using mapping = IoMapping.createWc(memory(PAGE_SIZE))
    for (let i = 0; i < 16; i++) mapping.mapAtomic(0)
    const held = await inWorker(
      `const mapping = io.IoMapping.attach(data)
      for (let i = 0; i < 16; i++) mapping.mapAtomic(0)
      try { mapping.mapAtomic(0) } catch (error) { return error.code }`,
      mapping.share(),
    )
    assert.equal(held, 'ERR_IO_ATOMIC')
  })
})

test('descriptors of mappings that were freed do not run out, nor those of apertures that no one has', async () => {
  const { code, stdout, stderr } = await runModule(
    `import { readdirSync } from 'node:fs'
    import { IoMapping, memory } from 'io-mapping'
    const count = () => readdirSync('/proc/self/fd').length
    const round = aperture => {
      const mapping = IoMapping.create(aperture)
      const attached = IoMapping.attach(mapping.share())
      mapping.on('fault', () => {})
      mapping.free()
      attached.free()
    }
    round('memory:4K')
    await new Promise(resolve => setTimeout(resolve, 10)) // the event's pipe
    const before = count()
    for (let i = 0; i < 500; i++) IoMapping.create('memory:4K').free()
    console.log(count() - before)
    for (let i = 0; i < 500; i++) round('memory:4K')
    for (let i = 0; i < 500; i++) round(memory(4096))`,
    { ulimit: '-n 128' },
  )
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: '0\n', stderr: '' })
})
