import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CreateOptions, IoMapping, memory, PAGE_SIZE } from 'io-mapping'
import { TempFolder } from './support/files.js'
import { Rig } from './support/rig.js'

describe('create and createWc', () => {
  for (const call of ['create', 'createWc'] as const) {
    test(`${call} tells what it mapped`, () => {
      const aperture = memory(3 * PAGE_SIZE)
      using mapping = IoMapping[call](aperture)
      assert.equal(mapping.base, aperture.base)
      assert.equal(mapping.size, 3 * PAGE_SIZE)
      assert.equal(mapping.strategy, 'permanent')
      assert.equal(mapping.memoryType, 'write-back')
      assert.deepEqual(mapping.stats, { maps: 0, live: 0, hits: 0, misses: 0, recycles: 0 })
    })

    test(`${call} takes an aperture's text form`, () => {
      using folder = new TempFolder()
      const path = folder.write('image', Buffer.from('hello'))
      using mapping = IoMapping[call](`file:${path}`)
      using window = mapping.map(0)
      assert.equal(mapping.size, 5)
      assert.equal(window.read8(4), 'o'.charCodeAt(0))
    })

    for (const strategy of ['auto', 'permanent'] as const) {
      test(`${call} with strategy ${strategy}`, () => {
        using mapping = IoMapping[call](memory(PAGE_SIZE), { strategy })
        assert.equal(mapping.strategy, 'permanent')
      })
    }
  }

  const memoryTypes: CreateOptions['memoryType'][] = [
    'write-back',
    'write-combining',
    ['uncached', 'write-back'],
    ['unknown', 'uncached', 'write-combining'],
  ]
  for (const memoryType of memoryTypes) {
    test(`memory can be had as ${memoryType}, since cached memory keeps the promises of write-combining`, () => {
      using mapping = IoMapping.create(memory(PAGE_SIZE), memoryType === undefined ? {} : { memoryType })
      assert.equal(mapping.memoryType, 'write-back')
    })
  }

  test('two mappings of one aperture have the same memory, and are freed each for itself', () => {
    const aperture = memory(PAGE_SIZE)
    const first = IoMapping.createWc(aperture)
    using second = IoMapping.createWc(aperture)
    first.map(0).write32(0, 42)
    first.free()
    assert.equal(second.map(0).read32(0), 42)
    using third = IoMapping.createWc(aperture)
    assert.equal(third.map(0).read32(0), 42)
  })

  test('memory starts as zeros', () => {
    using mapping = IoMapping.createWc('memory:64K')
    assert.ok(Buffer.from(mapping.map(0, 65536).u8).equals(Buffer.alloc(65536)))
  })
})

describe('map', () => {
  test('a page, if no length is given; of the last page, what there is', () => {
    using mapping = IoMapping.createWc(memory(2 * PAGE_SIZE + 12))
    assert.equal(mapping.map(0).length, PAGE_SIZE)
    assert.equal(mapping.map(PAGE_SIZE).length, PAGE_SIZE)
    assert.equal(mapping.map(100).length, PAGE_SIZE)
    assert.equal(mapping.map(2 * PAGE_SIZE).length, 12)
    assert.equal(mapping.map(2 * PAGE_SIZE, undefined).length, 12)
  })

  test('the whole of it, and its last byte', () => {
    using rig = new Rig(2 * PAGE_SIZE + 12)
    assert.equal(rig.mapping.map(0, 2 * PAGE_SIZE + 12).length, 2 * PAGE_SIZE + 12)
    const last = rig.mapping.map(2 * PAGE_SIZE + 11, 1)
    assert.equal(last.read8(0), rig.bytes().at(-1))
  })

  test('windows may be held in any number, across awaits, and unmapped in any order', async () => {
    using mapping = IoMapping.createWc(memory(64 * PAGE_SIZE))
    const windows = Array.from({ length: 64 }, (_, page) => mapping.map(page * PAGE_SIZE))
    await new Promise(setImmediate)
    for (const [i, window] of windows.entries()) window.write32(0, i)
    for (const [i, window] of [...windows.entries()].sort(([a], [b]) => ((a * 37) % 64) - ((b * 37) % 64))) {
      assert.equal(window.read32(0), i)
      window.unmap()
    }
    assert.deepEqual(mapping.stats, { maps: 64, live: 0, hits: 64, misses: 0, recycles: 0 })
  })
})

describe('stats', () => {
  test('count every kind of map; live ones until they are unmapped', () => {
    using mapping = IoMapping.createWc(memory(4 * PAGE_SIZE))
    const first = mapping.map(0)
    const second = mapping.map(0, 10)
    assert.deepEqual([mapping.stats.maps, mapping.stats.live], [2, 2])
    mapping.atomic(0, () => assert.deepEqual([mapping.stats.maps, mapping.stats.live], [3, 3]))
    assert.deepEqual([mapping.stats.maps, mapping.stats.live], [3, 2])
    const atomic = mapping.mapAtomic(PAGE_SIZE)
    assert.deepEqual([mapping.stats.maps, mapping.stats.live], [4, 3])
    atomic.unmap()
    first.unmap()
    second.unmap()
    assert.deepEqual([mapping.stats.maps, mapping.stats.live], [4, 0])
  })

  test('a map of the permanent strategy is always a hit', () => {
    using mapping = IoMapping.createWc(memory(PAGE_SIZE))
    for (let i = 0; i < 1000; i++) mapping.map(0).unmap()
    assert.deepEqual(mapping.stats, { maps: 1000, live: 0, hits: 1000, misses: 0, recycles: 0 })
  })

  test('a window that was dropped stays live until free', () => {
    const mapping = IoMapping.createWc(memory(PAGE_SIZE))
    mapping.map(0)
    mapping.map(0)
    assert.equal(mapping.stats.live, 2)
    mapping.free()
    assert.deepEqual([mapping.stats.maps, mapping.stats.live], [2, 0])
  })

  test('are a picture of a moment', () => {
    using mapping = IoMapping.createWc(memory(PAGE_SIZE))
    const before = mapping.stats
    mapping.map(0)
    assert.equal(before.maps, 0)
  })
})

describe('flush and free', () => {
  test('flush can be called at any time', () => {
    const mapping = IoMapping.createWc(memory(PAGE_SIZE))
    mapping.map(0).write32(0, 1)
    mapping.flush()
    mapping.free()
    mapping.flush()
  })

  test('free and dispose may be called again', () => {
    const mapping = IoMapping.createWc(memory(PAGE_SIZE))
    mapping.free()
    mapping.free()
    mapping[Symbol.dispose]()
    mapping[Symbol.dispose]()
    assert.equal(mapping.stats.live, 0)
  })

  test('using frees at the end of the block, also when it throws', () => {
    const aperture = memory(PAGE_SIZE)
    let page: ReturnType<IoMapping['map']> | undefined
    assert.throws(() => {
      using mapping = IoMapping.createWc(aperture)
      page = mapping.map(0)
      throw new Error('mine')
    }, /^Error: mine$/)
    assert.equal(page?.mapped, false)
  })

  test('what a freed mapping was can still be asked', () => {
    const mapping = IoMapping.createWc(memory(PAGE_SIZE))
    const { base, size, strategy, memoryType } = mapping
    mapping.free()
    assert.deepEqual(
      { base, size, strategy, memoryType },
      {
        base: mapping.base,
        size: mapping.size,
        strategy: mapping.strategy,
        memoryType: mapping.memoryType,
      },
    )
  })

  test('free inside an atomic callback: the callback goes on, its page is gone', () => {
    const mapping = IoMapping.createWc(memory(PAGE_SIZE))
    const result = mapping.atomic(0, page => {
      mapping.free()
      return page.mapped
    })
    assert.equal(result, false)
    assert.equal(mapping.stats.live, 0)
  })
})
