import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IoMapping, type IoMem, memory, PAGE_SIZE } from 'io-mapping'
import { formatSize, hex } from '#io-mapping/system/numbers.js'
import { ATOMIC_PAGES } from '#io-mapping/window/atomic.js'
import { throwsCode } from '../support/errors.js'
import { holding } from '../support/holding.js'
import { pattern, Rig } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'

const SIZE = 4 * PAGE_SIZE
const NAME = `memory:${formatSize(SIZE)}`

inEachStrategy('atomic', strategy => {
  test('lends one page, and returns what the callback returns', () => {
    using rig = new Rig(SIZE, strategy)
    const model = pattern(SIZE)
    const result = rig.mapping.atomic(PAGE_SIZE, page => {
      assert.equal(page.offset, PAGE_SIZE)
      assert.equal(page.length, PAGE_SIZE)
      assert.equal(page.mapped, true)
      page.write8(7, 0x77)
      return page.read8(8)
    })
    model[PAGE_SIZE + 7] = 0x77
    assert.equal(result, model[PAGE_SIZE + 8])
    assert.ok(rig.bytes().equals(model))
    assert.equal(rig.mapping.stats.live, 0)
  })

  test('takes any offset, as map does', () => {
    using rig = new Rig(SIZE, strategy)
    assert.equal(
      rig.mapping.atomic(5, page => page.read8(0)),
      pattern(6)[5],
    )
  })

  test('an exception in the callback unmaps the page, and passes', () => {
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    const kept: IoMem[] = []
    const mine = new Error('mine')
    const boom = () =>
      mapping.atomic(0, page => {
        kept.push(page)
        throw mine
      })
    assert.throws(boom, error => error === mine)
    assert.equal(kept[0]?.mapped, false)
    assert.equal(mapping.stats.live, 0)
    assert.equal(
      mapping.atomic(0, page => page.read8(0)),
      0,
    )
  })

  test('nests, on one mapping and across mappings', () => {
    using outer = IoMapping.createWc(memory(SIZE), strategy)
    using inner = IoMapping.createWc(memory(SIZE), strategy)
    const sum = outer.atomic(0, first =>
      inner.atomic(PAGE_SIZE, second =>
        outer.atomic(2 * PAGE_SIZE, third => {
          first.write8(0, 1)
          second.write8(0, 2)
          third.write8(0, 4)
          return first.read8(0) + second.read8(0) + third.read8(0)
        }),
      ),
    )
    assert.equal(sum, 7)
    assert.deepEqual([outer.stats.live, inner.stats.live], [0, 0])
  })

  test('has map and mapAtomic within it, and within mapAtomic', () => {
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    const before = mapping.mapAtomic(0)
    const held = mapping.atomic(0, () => {
      const within = mapping.mapAtomic(PAGE_SIZE)
      within.write8(0, 9)
      within.unmap()
      return mapping.map(PAGE_SIZE)
    })
    assert.equal(held.read8(0), 9)
    before.unmap()
  })

  test('a recursion that returns 16 deep works', () => {
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    const deep = (levels: number): number =>
      levels === 0 ? 0 : mapping.atomic(0, page => page.read8(0) + 1 + deep(levels - 1))
    assert.equal(deep(ATOMIC_PAGES), 16)
    assert.equal(deep(ATOMIC_PAGES), 16)
  })

  test('returns undefined, null, objects and functions as they are', () => {
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    for (const value of [undefined, null, 0, '', {}, () => 'x', [1]]) {
      assert.equal(
        mapping.atomic(0, () => value),
        value,
      )
    }
  })
})

inEachStrategy('mapAtomic', strategy => {
  test('maps a page until it is unmapped, by unmap or by using', () => {
    using rig = new Rig(SIZE, strategy)
    const page = rig.mapping.mapAtomic(PAGE_SIZE)
    assert.equal(page.length, PAGE_SIZE)
    page.write8(3, 0x33)
    page.unmap()
    {
      using again = rig.mapping.mapAtomic(PAGE_SIZE)
      assert.equal(again.read8(3), 0x33)
    }
    assert.deepEqual([rig.mapping.stats.maps, rig.mapping.stats.live], [2, 0])
  })

  test('many, one after another, in one turn', () => {
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    for (let i = 0; i < 1000; i++) mapping.mapAtomic(0).unmap()
    assert.equal(mapping.stats.live, 0)
  })
})

inEachStrategy('ERR_IO_ATOMIC: last in, first out', strategy => {
  test('another order is refused, and leaves all pages mapped', () => {
    using rig = new Rig(SIZE, strategy)
    using other = IoMapping.createWc(memory(SIZE), strategy)
    const first = rig.mapping.mapAtomic(0)
    const second = other.mapAtomic(0)
    const third = rig.mapping.mapAtomic(PAGE_SIZE)
    rig.untouched(() => {
      const { message } = throwsCode('ERR_IO_ATOMIC', 'unmap: ', () => first.unmap())
      assert.match(
        message,
        new RegExp(`page at 0x0 of ${NAME} .* page at ${hex(PAGE_SIZE)} of ${NAME} first`),
      )
      throwsCode('ERR_IO_ATOMIC', 'unmap: ', () => second.unmap())
      throwsCode('ERR_IO_ATOMIC', 'unmap: ', () => first[Symbol.dispose]())
    })
    assert.deepEqual([first.mapped, second.mapped, third.mapped], [true, true, true])
    third.unmap()
    throwsCode('ERR_IO_ATOMIC', 'unmap: ', () => first.unmap())
    second.unmap()
    first.unmap()
    assert.deepEqual([rig.mapping.stats.live, other.stats.live], [0, 0])
  })

  test('a page mapped before the callback, unmapped within it', () => {
    using rig = new Rig(SIZE, strategy)
    const before = rig.mapping.mapAtomic(0)
    rig.mapping.atomic(0, () => {
      rig.untouched(() => throwsCode('ERR_IO_ATOMIC', 'unmap: ', () => before.unmap()))
    })
    assert.equal(before.mapped, true)
    before.unmap()
  })

  test('a callback that leaves a mapAtomic page mapped: its own page is unmapped, that one can still be', () => {
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    const left: IoMem[] = []
    throwsCode('ERR_IO_ATOMIC', 'atomic: ', () =>
      mapping.atomic(0, page => {
        left.push(page, mapping.mapAtomic(PAGE_SIZE))
      }),
    )
    const [lent, page] = left
    assert.deepEqual([lent?.mapped, page?.mapped], [false, true])
    page?.unmap()
    assert.equal(mapping.stats.live, 0)
    holding(mapping, ATOMIC_PAGES, () => {})
  })

  test('a callback that throws while it holds a mapAtomic page: its own error passes', () => {
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    const left: IoMem[] = []
    assert.throws(
      () =>
        mapping.atomic(0, () => {
          left.push(mapping.mapAtomic(PAGE_SIZE))
          throw new Error('mine')
        }),
      /^Error: mine$/,
    )
    assert.equal(left[0]?.mapped, true)
    left[0]?.unmap()
    assert.equal(mapping.stats.live, 0)
  })
})
