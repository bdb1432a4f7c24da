// free() and unmap() that are cut short, by a vm timeout or at the stack's end: the next call does what is not done yet.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { runInNewContext } from 'node:vm'
import { Aperture, IoMapping, memory, PAGE_SIZE } from 'io-mapping'
import { Descriptor } from '#io-mapping/system/descriptor.js'
import { IS_32_BIT } from '#io-mapping/system/word-size.js'
import { throwsCode } from '../support/errors.js'
import { Losable } from '../support/lost.js'
import { resources } from '../support/resources.js'
import { atTheEnd, onTheWayBack } from '../support/stack-end.js'
import { inEachStrategy } from '../support/strategies.js'
import { needs64 } from '../support/widths.js'

// Each with slots takes 64 MiB of address space.
const COUNT = IS_32_BIT ? 20 : 100

// First, since calls that V8 has inlined by then are cut in fewer places.
inEachStrategy('again and again at the stack’s end', strategy => {
  test('unmap of windows with views: no pages are left but those that are kept for the next', () => {
    using mapping = IoMapping.create(memory(64 * PAGE_SIZE), strategy)
    const before = resources().mapped.length
    let cut = 0
    for (let round = 0; round < 40; round++) {
      const page = mapping.map(0)
      const { u32: view } = page
      cut += onTheWayBack(() => page.mapped && page.unmap())
      assert.equal(view.length, 0)
    }
    assert.ok(cut > 0, 'some were cut short')
    const left = resources().mapped.length - before
    assert.ok(left <= 9, `${left} pages; at most 8 wait for the next such window`)
  })

  test('an access that finds a loss: every later one throws, and the event comes', async () => {
    using losable = new Losable(strategy)
    const page = losable.mapping.map(0)
    const told: string[] = []
    losable.mapping.on('fault', ({ code }) => told.push(code))
    losable.truncate()
    const failed = onTheWayBack(() => page.read32(0))
    assert.ok(failed > 0, 'some were cut short')
    throwsCode('ERR_IO_FAULT', 'read32', () => page.read32(0))
    throwsCode('ERR_IO_FAULT', 'write32', () => page.write32(0, 1))
    assert.equal(losable.mapping.faults, 1)
    await setImmediate()
    assert.deepEqual(told, ['ERR_IO_FAULT'])
  })
})

inEachStrategy('at the stack’s end', strategy => {
  test('free: again, it completes', () => {
    const before = resources()
    const all = Array.from({ length: COUNT }, () => {
      const mapping = IoMapping.create(memory(16 * PAGE_SIZE), strategy)
      const page = mapping.map(0)
      page.write32(0, 7)
      return { mapping, page, view: page.u32 }
    })
    const errors = atTheEnd(
      all.map(
        ({ mapping }) =>
          () =>
            mapping.free(),
      ),
    )
    assert.ok(errors.some(Boolean), 'some were cut short')
    for (const error of errors.filter(Boolean)) assert.match(String(error), /call stack/)
    for (const { mapping, page, view } of all) {
      mapping.free()
      assert.equal(view.length, 0)
      assert.equal(page.mapped, false)
      throwsCode('ERR_IO_UNMAPPED', 'read32', () => page.read32(0))
      throwsCode('ERR_IO_FREED', 'map', () => mapping.map(0))
    }
    assert.deepEqual(resources().mapped, before.mapped)
  })

  test('unmap of an atomic page: again, it completes; and pages that are left are revoked', async () => {
    using mapping = IoMapping.create(memory(64 * PAGE_SIZE), strategy)
    let cut = 0
    for (let round = 0; round < 20; round++) {
      const page = mapping.mapAtomic(0)
      const { u8 } = page
      const errors = atTheEnd(new Array(20).fill(() => page.mapped && page.unmap()))
      if (errors.some(Boolean)) cut++
      if (page.mapped) page.unmap()
      assert.equal(u8.length, 0)
    }
    assert.ok(cut > 0, 'some were cut short')
    atTheEnd(new Array(60).fill(() => mapping.mapAtomic(0).unmap()))
    await setImmediate()
    const left = mapping.stats.live // a map that is cut short may keep its place
    const page = mapping.mapAtomic(0)
    const warned = new Promise<Error>(resolve => process.once('warning', resolve))
    await setImmediate()
    assert.equal(page.mapped, false)
    assert.match((await warned).message, /was revoked/)
    assert.equal(mapping.stats.live, left)
  })

  test('unmap: what says that it is unmapped has no views, and its place is free', () => {
    const all = Array.from({ length: COUNT }, () => {
      const mapping = IoMapping.create(memory(64 * PAGE_SIZE), strategy)
      const page = mapping.map(0)
      return { mapping, page, view: page.u32 }
    })
    const errors = atTheEnd(
      all.map(
        ({ page }) =>
          () =>
            page.unmap(),
      ),
    )
    assert.ok(errors.some(Boolean), 'some were cut short')
    for (const { mapping, page, view } of all) {
      if (page.mapped) page.unmap()
      assert.equal(view.length, 0)
      throwsCode('ERR_IO_UNMAPPED', 'unmap', () => page.unmap())
      assert.equal(mapping.stats.live, 0)
      mapping.map(0, 4 * PAGE_SIZE).unmap() // with four slots, all of them
      mapping.free()
    }
  })
})

describe('free that a vm timeout cuts short', () => {
  test('again, it completes', { skip: needs64('an aperture of many containers') }, () => {
    const aperture = memory(64 * 2 ** 30)
    let cut = 0
    for (let round = 0; round < 200 && cut < 20; round++) {
      const mapping = IoMapping.create(aperture, { strategy: 'permanent' })
      const page = mapping.map(60 * 2 ** 30)
      const views = [0, 20, 40, 62].map(gib => mapping.map(gib * 2 ** 30).u8)
      try {
        runInNewContext('mapping.free()', { mapping }, { timeout: 1 })
      } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, 'ERR_SCRIPT_EXECUTION_TIMEOUT')
        cut++
      }
      mapping.free()
      for (const view of views) assert.equal(view.length, 0)
      throwsCode('ERR_IO_UNMAPPED', 'read32', () => page.read32(0))
    }
  })
})

/** An aperture whose `close` is this. */
const ofUser = (close: () => void): { aperture: Aperture; descriptor: Descriptor } => {
  const descriptor = Descriptor.memory(PAGE_SIZE)
  const aperture = new Aperture({
    name: 'stubborn',
    size: PAGE_SIZE,
    memoryTypes: ['write-back'],
    open: () => ({ descriptor: { fd: descriptor.fd, close } as unknown as Descriptor, offset: 0 }),
  })
  return { aperture, descriptor }
}

describe('free', () => {
  test('completes without globals that a program has replaced', () => {
    const mapping = IoMapping.create(memory(PAGE_SIZE))
    const page = mapping.map(0)
    const view = page.u8
    const { performance, queueMicrotask } = globalThis
    Object.assign(globalThis, { performance: undefined, queueMicrotask: undefined })
    try {
      mapping.free()
    } finally {
      Object.assign(globalThis, { performance, queueMicrotask })
    }
    assert.equal(view.length, 0)
    assert.equal(page.mapped, false)
  })

  const thrown = {
    'an Error': [new Error('it is stuck'), /stubborn was freed.*it is stuck/],
    'what has no text': [Object.create(null), /stubborn was freed.*an object/],
    'a symbol': [Symbol('stuck'), /stubborn was freed.*Symbol\(stuck\)/],
  } as const
  for (const [what, [error, message]] of Object.entries(thrown)) {
    test(`completes where the close of a user’s aperture throws ${what}: a warning tells`, async () => {
      const before = resources()
      const { aperture, descriptor } = ofUser(() => {
        throw error
      })
      const mapping = IoMapping.create(aperture)
      const shared = mapping.share()
      const view = mapping.map(0).u8
      const warned = new Promise<Error>(resolve => process.once('warning', resolve))
      mapping.free()
      assert.match((await warned).message, message)
      assert.equal(view.length, 0)
      throwsCode('ERR_IO_FREED', 'attach', () => IoMapping.attach(shared))
      descriptor.close()
      await setImmediate()
      assert.deepEqual(resources().mapped, before.mapped)
    })
  }

  test('is called once where the close of a user’s aperture frees the mapping', () => {
    let calls = 0
    const { aperture, descriptor } = ofUser(() => {
      calls++
      mapping.free()
      descriptor.close()
    })
    const mapping = IoMapping.create(aperture)
    mapping.free()
    mapping.free()
    assert.equal(calls, 1)
  })
})
