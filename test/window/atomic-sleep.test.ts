import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { runInNewContext } from 'node:vm'
import { IoMapping, type IoMem, memory, PAGE_SIZE } from 'io-mapping'
import { formatSize, hex } from '#io-mapping/system/numbers.js'
import { checkError, throwsCode } from '../support/errors.js'
import { Rig } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'
import { warningsOf } from '../support/warnings.js'

const SIZE = 4 * PAGE_SIZE
const NAME = `memory:${formatSize(SIZE)}`

inEachStrategy('ERR_IO_ATOMIC: atomic given what can wait', strategy => {
  const refused: [string, () => unknown][] = [
    ['an async function', async () => assert.fail('was called')],
    ['an async method', { async use() {} }.use],
    ['a bound async function', (async () => {}).bind(null)],
    [
      'a generator function',
      // biome-ignore lint/correctness/useYield: it is refused before it could yield
      function* () {
        assert.fail('was called')
      },
    ],
    [
      'an async generator function',
      async function* () {
        yield 1
      },
    ],
    ['an async function of another realm', runInNewContext('async () => {}') as () => unknown],
  ]
  for (const [what, use] of refused) {
    test(`${what}: refused, never called`, () => {
      using rig = new Rig(SIZE, strategy)
      rig.untouched(() => throwsCode('ERR_IO_ATOMIC', 'atomic: ', () => rig.mapping.atomic(0, use)))
    })
  }

  test('a function of another realm that does not wait is taken', () => {
    using rig = new Rig(SIZE, strategy)
    const use = runInNewContext('page => page.read8(0)') as (page: IoMem) => number
    assert.equal(rig.mapping.atomic(0, use), rig.bytes()[0])
  })

  const promises: [string, () => unknown][] = [
    ['a promise', () => Promise.resolve(1)],
    ['a pending promise', () => new Promise(() => {})],
    ['a promise of another realm', () => runInNewContext('Promise.resolve(1)')],
    // biome-ignore lint/suspicious/noThenProperty: what is tested
    ['a thenable', () => ({ then: () => {} })],
    // biome-ignore lint/suspicious/noThenProperty: what is tested
    ['a function that is a thenable', () => Object.assign(() => {}, { then: () => {} })],
  ]
  for (const [what, result] of promises) {
    test(`a function that returns ${what}: unmapped, then thrown`, () => {
      using mapping = IoMapping.createWc(memory(SIZE), strategy)
      const kept: IoMem[] = []
      throwsCode('ERR_IO_ATOMIC', 'atomic: ', () =>
        mapping.atomic(0, page => {
          kept.push(page)
          return result()
        }),
      )
      assert.equal(kept[0]?.mapped, false)
      assert.equal(mapping.stats.live, 0)
      throwsCode('ERR_IO_UNMAPPED', 'read8: ', () => kept[0]?.read8(0))
    })
  }

  test('a returned promise that rejects is no unhandled rejection', async () => {
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    const unhandled: unknown[] = []
    const note = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', note)
    throwsCode('ERR_IO_ATOMIC', 'atomic: ', () => mapping.atomic(0, () => Promise.reject(new Error('mine'))))
    throwsCode('ERR_IO_ATOMIC', 'atomic: ', () =>
      mapping.atomic(0, () => sleep(1).then(() => assert.fail('late'))),
    )
    await sleep(20)
    process.off('unhandledRejection', note)
    assert.deepEqual(unhandled, [])
  })

  test('the rest of a function that waits finds its page gone', async () => {
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    let rest: Promise<void> | undefined
    throwsCode('ERR_IO_ATOMIC', 'atomic: ', () =>
      mapping.atomic(0, page => {
        rest = (async () => {
          page.write8(0, 1)
          await undefined
          page.write8(0, 2)
        })()
        return rest
      }),
    )
    await assert.rejects(
      rest as Promise<void>,
      error => checkError(error, 'ERR_IO_UNMAPPED', 'write8: ') && true,
    )
    assert.equal(mapping.map(0).read8(0), 1)
  })
})

inEachStrategy('ERR_IO_ATOMIC: a mapAtomic page that is left when its turn ends', strategy => {
  test('is revoked before the first microtask, and its next uses throw', async () => {
    using rig = new Rig(SIZE, strategy)
    const { mapping } = rig
    const given = await warningsOf(async () => {
      const page = mapping.mapAtomic(PAGE_SIZE)
      const view = page.u8
      await undefined
      assert.equal(page.mapped, false)
      assert.equal(view.length, 0)
      rig.untouched(() => {
        throwsCode('ERR_IO_ATOMIC', 'read32: ', () => page.read32(0))
        throwsCode('ERR_IO_ATOMIC', 'read32: ', () => page.read32(-1))
        throwsCode('ERR_IO_ATOMIC', 'write8: ', () => page.write8(0, 1))
        throwsCode('ERR_IO_ATOMIC', 'u8: ', () => page.u8)
        throwsCode('ERR_IO_ATOMIC', 'copyTo: ', () => page.copyTo(new Uint8Array(4)))
        throwsCode('ERR_IO_ATOMIC', 'copyFrom: ', () => page.copyFrom(new Uint8Array(4)))
        throwsCode('ERR_IO_ATOMIC', 'fill: ', () => page.fill(0))
        const { message } = throwsCode('ERR_IO_ATOMIC', 'unmap: ', () => page.unmap())
        assert.match(message, new RegExp(`${hex(PAGE_SIZE)} of ${NAME} .* first await`))
      })
      page[Symbol.dispose]()
      assert.equal(mapping.stats.live, 0)
    })
    assert.equal(given.length, 1)
  })

  test('a process warning names the page and the mapping', async () => {
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    const [warning, ...more] = await warningsOf(() => void mapping.mapAtomic(2 * PAGE_SIZE))
    assert.deepEqual(more, [])
    assert.equal(warning?.name, 'IoMappingWarning')
    assert.equal((warning as NodeJS.ErrnoException | undefined)?.code, 'ERR_IO_ATOMIC')
    assert.match(
      warning?.message ?? '',
      new RegExp(`page at ${hex(2 * PAGE_SIZE)} of ${NAME} was still mapped`),
    )
    assert.doesNotMatch(warning?.message ?? '', /\n/)
  })

  test('each of several, across mappings; those that were unmapped are left alone', async () => {
    using one = IoMapping.createWc(memory(SIZE), strategy)
    using other = IoMapping.createWc(memory(2 * SIZE), strategy)
    const pages: IoMem[] = []
    const given = await warningsOf(() => {
      pages.push(one.mapAtomic(0), other.mapAtomic(PAGE_SIZE))
      one.mapAtomic(0).unmap()
    })
    assert.deepEqual(
      pages.map(({ mapped }) => mapped),
      [false, false],
    )
    assert.equal(given.length, 2)
    assert.ok(given.some(({ message }) => message.includes(`0x0 of ${NAME}`)))
    assert.ok(
      given.some(({ message }) => message.includes(`${hex(PAGE_SIZE)} of memory:${formatSize(2 * SIZE)}`)),
    )
    assert.deepEqual([one.stats.live, other.stats.live], [0, 0])
  })

  test('no warning when the pages were unmapped, or their mapping freed', async () => {
    const mapping = IoMapping.createWc(memory(SIZE), strategy)
    using other = IoMapping.createWc(memory(SIZE), strategy)
    const given = await warningsOf(() => {
      other.mapAtomic(0).unmap()
      other.atomic(0, () => {})
      mapping.mapAtomic(0)
      mapping.mapAtomic(0)
      mapping.free()
    })
    assert.deepEqual(given, [])
  })

  test('in every later turn and microtask again', async () => {
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    const given = await warningsOf(async () => {
      for (let i = 0; i < 3; i++) {
        const page = mapping.mapAtomic(0)
        page.write8(0, i)
        await undefined
        assert.equal(page.mapped, false)
      }
      await new Promise<void>(resolve =>
        setTimeout(() => {
          const page = mapping.mapAtomic(0)
          queueMicrotask(() => {
            assert.equal(page.mapped, false)
            resolve()
          })
        }, 1),
      )
    })
    assert.equal(given.length, 4)
  })

  test('a callback that keeps no page itself, but left one mapped, has it revoked too', async () => {
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    const left: IoMem[] = []
    const given = await warningsOf(() => {
      throwsCode('ERR_IO_ATOMIC', 'atomic: ', () =>
        mapping.atomic(0, () => {
          left.push(mapping.mapAtomic(PAGE_SIZE))
        }),
      )
    })
    assert.equal(left[0]?.mapped, false)
    assert.equal(given.length, 1)
    throwsCode('ERR_IO_ATOMIC', 'read8: ', () => left[0]?.read8(0))
  })

  test('16 may be held again after a revocation', async () => {
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    const given = await warningsOf(() => {
      for (let i = 0; i < 16; i++) mapping.mapAtomic(0)
    })
    assert.equal(given.length, 16)
    const pages = Array.from({ length: 16 }, () => mapping.mapAtomic(0))
    for (const page of pages.reverse()) page.unmap()
  })
})
