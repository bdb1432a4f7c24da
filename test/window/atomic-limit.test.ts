import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IoMapping, memory, PAGE_SIZE } from 'io-mapping'
import { ATOMIC_PAGES } from '#io-mapping/window/atomic.js'
import { throwsCode } from '../support/errors.js'
import { holding } from '../support/holding.js'
import { Rig } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'

const SIZE = 4 * PAGE_SIZE

inEachStrategy('ERR_IO_ATOMIC: more than 16', strategy => {
  test('the seventeenth, of one mapping', () => {
    using rig = new Rig(SIZE, strategy)
    holding(rig.mapping, ATOMIC_PAGES, pages => {
      rig.untouched(() => {
        const { message } = throwsCode('ERR_IO_ATOMIC', 'mapAtomic: ', () => rig.mapping.mapAtomic(0))
        assert.match(message, /16 atomic pages/)
        throwsCode('ERR_IO_ATOMIC', 'atomic: ', () => rig.mapping.atomic(0, () => assert.fail('was called')))
      })
      pages.pop()?.unmap()
      rig.mapping.mapAtomic(0).unmap()
    })
    assert.equal(rig.mapping.stats.live, 0)
  })

  test('the seventeenth, across mappings', () => {
    using rig = new Rig(SIZE, strategy)
    using other = IoMapping.createWc(memory(SIZE), strategy)
    holding(other, ATOMIC_PAGES, () =>
      rig.untouched(() => throwsCode('ERR_IO_ATOMIC', 'mapAtomic: ', () => rig.mapping.mapAtomic(0))),
    )
  })

  test('lent pages count too', () => {
    using rig = new Rig(SIZE, strategy)
    holding(rig.mapping, ATOMIC_PAGES - 1, () =>
      rig.mapping.atomic(0, () =>
        rig.untouched(() => throwsCode('ERR_IO_ATOMIC', 'mapAtomic: ', () => rig.mapping.mapAtomic(0))),
      ),
    )
  })

  test('map is not limited', () => {
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    holding(mapping, ATOMIC_PAGES, () => assert.equal(mapping.map(0).mapped, true))
  })

  test('pages of a freed mapping are no longer held', () => {
    const freed = IoMapping.createWc(memory(SIZE), strategy)
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    const first = mapping.mapAtomic(0)
    for (let i = 0; i < 10; i++) freed.mapAtomic(0)
    const last = mapping.mapAtomic(0)
    freed.free()
    holding(mapping, ATOMIC_PAGES - 2, () => {})
    last.unmap()
    first.unmap()
    assert.equal(mapping.stats.live, 0)
  })

  test('a refused range or a freed mapping holds nothing', () => {
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    for (let i = 0; i < 2 * ATOMIC_PAGES; i++) {
      throwsCode('ERR_IO_RANGE', 'mapAtomic: ', () => mapping.mapAtomic(SIZE))
      throwsCode('ERR_IO_RANGE', 'atomic: ', () => mapping.atomic(SIZE, () => {}))
    }
    holding(mapping, ATOMIC_PAGES, () => {})
  })
})
