import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IoMapping, type IoMem, memory, PAGE_SIZE } from 'io-mapping'
import { io_mapping_unmap, io_mapping_unmap_atomic, io_mapping_unmap_local } from 'io-mapping/kernel'
import { throwsCode } from '../support/errors.js'
import { Rig } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'
import { USES } from '../support/uses.js'

const SIZE = 4 * PAGE_SIZE

const checkStale = (mem: IoMem, why: RegExp): void => {
  assert.equal(mem.mapped, false)
  for (const { call, run } of USES) {
    assert.match(throwsCode('ERR_IO_UNMAPPED', `${call}: `, () => run(mem)).message, why)
  }
  throwsCode('ERR_IO_UNMAPPED', 'read8: ', () => mem.read8(PAGE_SIZE))
  throwsCode('ERR_IO_UNMAPPED', 'read32: ', () => mem.read32(1))
  throwsCode('ERR_IO_UNMAPPED', 'write8: ', () => mem.write8(0, 256))
}

const checkUnmappers = (mem: IoMem): void => {
  throwsCode('ERR_IO_UNMAPPED', 'unmap: ', () => mem.unmap())
  throwsCode('ERR_IO_UNMAPPED', 'io_mapping_unmap: ', () => io_mapping_unmap(mem))
  throwsCode('ERR_IO_UNMAPPED', 'io_mapping_unmap_local: ', () => io_mapping_unmap_local(mem))
  throwsCode('ERR_IO_UNMAPPED', 'io_mapping_unmap_atomic: ', () => io_mapping_unmap_atomic(mem))
}

inEachStrategy('ERR_IO_UNMAPPED: a handle used', strategy => {
  test('after unmap', () => {
    using rig = new Rig(SIZE, strategy)
    const page = rig.mapping.map(PAGE_SIZE)
    page.unmap()
    rig.untouched(() => checkStale(page, /it was unmapped/))
  })

  test('after unmap of an atomic page', () => {
    using rig = new Rig(SIZE, strategy)
    const page = rig.mapping.mapAtomic(PAGE_SIZE)
    page.unmap()
    rig.untouched(() => checkStale(page, /it was unmapped/))
  })

  test('after its callback', () => {
    using rig = new Rig(SIZE, strategy)
    const page = rig.mapping.atomic(PAGE_SIZE, lent => [lent])[0] as IoMem
    rig.untouched(() => checkStale(page, /callback .* has returned/))
  })

  test('after its callback threw', () => {
    using rig = new Rig(SIZE, strategy)
    const kept: IoMem[] = []
    assert.throws(() =>
      rig.mapping.atomic(PAGE_SIZE, lent => {
        kept.push(lent)
        throw new Error('mine')
      }),
    )
    rig.untouched(() => checkStale(kept[0] as IoMem, /callback .* has returned/))
  })

  test('after free: each kind', () => {
    using rig = new Rig(SIZE, strategy)
    const { mapping } = rig
    const page = mapping.map(0)
    const atomic = mapping.mapAtomic(0)
    mapping.free()
    rig.untouched(() => {
      checkStale(page, /its mapping was freed\. Create a new one$/)
      checkStale(atomic, /its mapping was freed/)
    })
  })

  test('after free inside its callback', () => {
    using rig = new Rig(SIZE, strategy)
    rig.mapping.atomic(0, page => {
      rig.mapping.free()
      rig.untouched(() => checkStale(page, /its mapping was freed/))
    })
  })

  test('while another window has the same page', () => {
    using rig = new Rig(SIZE, strategy)
    const stale = rig.mapping.map(0)
    stale.unmap()
    using fresh = rig.mapping.map(0)
    rig.untouched(() => checkStale(stale, /it was unmapped/))
    assert.equal(fresh.read8(0), rig.bytes()[0])
  })

  test('after its address space has become another mapping', () => {
    const freed = IoMapping.createWc(memory(SIZE), strategy)
    const page = freed.map(0)
    const view = page.u8
    freed.free()
    using rig = new Rig(SIZE, strategy)
    rig.untouched(() => checkStale(page, /its mapping was freed/))
    assert.equal(view.length, 0)
  })

  test('the message says which window', () => {
    using mapping = IoMapping.createWc(memory(0x4000), strategy)
    const window = mapping.map(0x1234, 16)
    window.unmap()
    const { message } = throwsCode('ERR_IO_UNMAPPED', 'read8: ', () => window.read8(0))
    assert.match(message, /the window at 0x1234 of memory:16K is no longer mapped/)
  })
})

inEachStrategy('ERR_IO_UNMAPPED: unmapping twice', strategy => {
  test('what map and mapAtomic mapped', () => {
    using rig = new Rig(SIZE, strategy)
    const page = rig.mapping.map(0)
    const atomic = rig.mapping.mapAtomic(0)
    atomic.unmap()
    page.unmap()
    rig.untouched(() => {
      checkUnmappers(page)
      checkUnmappers(atomic)
    })
  })

  test('after free', () => {
    using rig = new Rig(SIZE, strategy)
    const page = rig.mapping.map(0)
    const atomic = rig.mapping.mapAtomic(0)
    rig.mapping.free()
    rig.untouched(() => {
      checkUnmappers(page)
      checkUnmappers(atomic)
    })
  })

  test('after the callback', () => {
    using rig = new Rig(SIZE, strategy)
    const page = rig.mapping.atomic(0, lent => [lent])[0] as IoMem
    rig.untouched(() => checkUnmappers(page))
  })
})

inEachStrategy('ERR_IO_UNMAPPED: unmapping with the wrong call', strategy => {
  test('a page that atomic lent is not the callback’s to unmap', () => {
    using rig = new Rig(SIZE, strategy)
    rig.mapping.atomic(0, page => {
      rig.untouched(() => {
        checkUnmappers(page)
        assert.match(
          throwsCode('ERR_IO_UNMAPPED', 'unmap: ', () => page.unmap()).message,
          /atomic\(\) itself/,
        )
      })
      assert.equal(page.mapped, true)
      assert.equal(page.read8(0), rig.bytes()[0])
    })
    assert.equal(rig.mapping.stats.live, 0)
  })

  const kinds = {
    map: (mapping: IoMapping) => mapping.map(0),
    mapAtomic: (mapping: IoMapping) => mapping.mapAtomic(0),
  }
  const right = { map: 'io_mapping_unmap', mapAtomic: 'io_mapping_unmap_atomic' } as const
  const calls = { io_mapping_unmap, io_mapping_unmap_local, io_mapping_unmap_atomic }
  for (const kind of ['map', 'mapAtomic'] as const) {
    for (const call of Object.keys(calls) as (keyof typeof calls)[]) {
      if (call === right[kind]) continue
      test(`what ${kind} mapped, with ${call}`, () => {
        using rig = new Rig(SIZE, strategy)
        const page = kinds[kind](rig.mapping)
        rig.untouched(() => {
          const { message } = throwsCode('ERR_IO_UNMAPPED', `${call}: `, () => calls[call](page))
          assert.match(message, new RegExp(`${right[kind]}$`))
        })
        assert.equal(page.mapped, true)
        calls[right[kind]](page)
        assert.equal(page.mapped, false)
      })
    }
  }
})

inEachStrategy('a handle', strategy => {
  test('none of a window’s fields can be set', () => {
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    using page = mapping.map(0) as { mapped: boolean; u8: Uint8Array } & Disposable
    assert.throws(() => (page.mapped = true), TypeError)
    assert.throws(() => (page.u8 = new Uint8Array(4)), TypeError)
  })
})
