import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CreateOptions, file, IoMapping, memory, PAGE_SIZE } from 'io-mapping'
import { TempFolder } from '../support/files.js'
import { mappedOf } from '../support/proc-maps.js'
import { Rig } from '../support/rig.js'
import { inEachStrategy, type StrategyName, sweepCalls } from '../support/strategies.js'

const SIZE = 4 * PAGE_SIZE

inEachStrategy('create and createWc', strategy => {
  for (const call of ['create', 'createWc'] as const) {
    test(`${call} tells what it mapped`, () => {
      const aperture = memory(3 * PAGE_SIZE)
      using mapping = IoMapping[call](aperture, strategy)
      assert.equal(mapping.base, aperture.base)
      assert.equal(mapping.size, 3 * PAGE_SIZE)
      assert.equal(mapping.strategy, strategy.strategy)
      assert.equal(mapping.memoryType, 'write-back')
      assert.deepEqual(mapping.stats, { maps: 0, live: 0, hits: 0, misses: 0, recycles: 0 })
    })

    test(`${call} takes an aperture's text form`, () => {
      using folder = new TempFolder()
      const path = folder.write('image', Buffer.from('hello'))
      using mapping = IoMapping[call](`file:${path}`, strategy)
      using window = mapping.map(0)
      assert.equal(mapping.size, 5)
      assert.equal(window.read8(4), 'o'.charCodeAt(0))
    })
  }

  const memoryTypes: NonNullable<CreateOptions['memoryType']>[] = [
    'write-back',
    'write-combining',
    ['uncached', 'write-back'],
    ['unknown', 'uncached', 'write-combining'],
  ]
  for (const memoryType of memoryTypes) {
    test(`memory can be had as ${memoryType}, since cached memory keeps the promises of write-combining`, () => {
      using mapping = IoMapping.create(memory(PAGE_SIZE), { ...strategy, memoryType })
      assert.equal(mapping.memoryType, 'write-back')
    })
  }

  test('two mappings of one aperture have the same memory, and are freed each for itself', () => {
    const aperture = memory(PAGE_SIZE)
    const first = IoMapping.createWc(aperture, strategy)
    using second = IoMapping.createWc(aperture, strategy)
    first.map(0).write32(0, 42)
    first.free()
    assert.equal(second.map(0).read32(0), 42)
    using third = IoMapping.createWc(aperture, strategy)
    assert.equal(third.map(0).read32(0), 42)
  })

  for (const size of [1, PAGE_SIZE, SIZE - 100]) {
    test(`map without arguments is all of a mapping: ${size} bytes`, () => {
      using mapping = IoMapping.create(memory(size), strategy)
      using window = mapping.map()
      assert.deepEqual([window.offset, window.length, mapping.stats.live], [0, size, 1])
      window.write8(size - 1, 7)
      assert.equal(mapping.map(size - 1, 1).read8(0), 7)
      assert.equal(mapping.map(0).length, Math.min(size, PAGE_SIZE), 'with an offset it is a page')
    })
  }

  test('memory starts as zeros', () => {
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    assert.ok(Buffer.from(mapping.map(0, SIZE).u8).equals(Buffer.alloc(SIZE)))
  })
})

/** How many windows the next test holds, of a page each; and how many of their maps are misses, if not all or none. */
const HELD: Record<StrategyName, { pages: number; misses: number }> = {
  permanent: { pages: 64, misses: 0 },
  slots: { pages: 64, misses: sweepCalls(64) },
  'four slots': { pages: 4, misses: 4 },
  'per-call': { pages: 64, misses: 64 },
}

inEachStrategy('map', (strategy, name) => {
  test('a page, if no length is given; of the last page, what there is', () => {
    using mapping = IoMapping.createWc(memory(2 * PAGE_SIZE + 12), strategy)
    assert.equal(mapping.map(0).length, PAGE_SIZE)
    assert.equal(mapping.map(PAGE_SIZE).length, PAGE_SIZE)
    assert.equal(mapping.map(100).length, PAGE_SIZE)
    assert.equal(mapping.map(2 * PAGE_SIZE).length, 12)
    assert.equal(mapping.map(2 * PAGE_SIZE, undefined).length, 12)
  })

  test('the whole of it, and its last byte', () => {
    using rig = new Rig(2 * PAGE_SIZE + 12, strategy)
    assert.equal(rig.mapping.map(0, 2 * PAGE_SIZE + 12).length, 2 * PAGE_SIZE + 12)
    const last = rig.mapping.map(2 * PAGE_SIZE + 11, 1)
    assert.equal(last.read8(0), rig.bytes().at(-1))
  })

  test('windows may be held across awaits, in any number if the strategy has room, and unmapped in any order', async () => {
    const { pages, misses } = HELD[name]
    using mapping = IoMapping.createWc(memory(pages * PAGE_SIZE), strategy)
    const windows = Array.from({ length: pages }, (_, page) => mapping.map(page * PAGE_SIZE))
    await new Promise(setImmediate)
    for (const [i, window] of windows.entries()) window.write32(0, i)
    const shuffled = [...windows.entries()].sort(([a], [b]) => ((a * 37) % 64) - ((b * 37) % 64))
    for (const [i, window] of shuffled) {
      assert.equal(window.read32(0), i)
      window.unmap()
    }
    assert.deepEqual(mapping.stats, { maps: pages, live: 0, hits: pages - misses, misses, recycles: 0 })
  })
})

inEachStrategy('the end of an aperture', strategy => {
  test('no pages beyond it are mapped, which a device would refuse', () => {
    using folder = new TempFolder()
    const path = folder.write('image', Buffer.alloc(20 * PAGE_SIZE + 12))
    using mapping = IoMapping.createWc(file(path), strategy)
    for (let offset = 0; offset < mapping.size; offset += PAGE_SIZE) {
      using window = mapping.map(offset)
      assert.equal(window.u8.length, window.length)
      const ends = mappedOf(path).map(({ offset, length }) => offset + length)
      assert.ok(ends.length > 0 && Math.max(...ends) <= 21 * PAGE_SIZE, `${ends}`)
    }
  })
})

/** Misses of 1000 maps of one page; misses and recycles of three rounds through eight pages. */
const COUNTED: Record<StrategyName, { same: number; rounds: { misses: number; recycles: number } }> = {
  permanent: { same: 0, rounds: { misses: 0, recycles: 0 } },
  slots: { same: 1, rounds: { misses: sweepCalls(8), recycles: 0 } },
  'four slots': { same: 1, rounds: { misses: 24, recycles: 20 } },
  'per-call': { same: 1000, rounds: { misses: 24, recycles: 0 } },
}

inEachStrategy('stats', (strategy, name) => {
  test('count every kind of map; live ones until they are unmapped', () => {
    using mapping = IoMapping.createWc(memory(4 * PAGE_SIZE), strategy)
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

  test('one page, again and again', () => {
    using mapping = IoMapping.createWc(memory(PAGE_SIZE), strategy)
    for (let i = 0; i < 1000; i++) mapping.map(0).unmap()
    const misses = COUNTED[name].same
    assert.deepEqual(mapping.stats, { maps: 1000, live: 0, hits: 1000 - misses, misses, recycles: 0 })
  })

  test('eight pages, in rounds', () => {
    using mapping = IoMapping.createWc(memory(8 * PAGE_SIZE), strategy)
    for (let i = 0; i < 24; i++) mapping.atomic((i % 8) * PAGE_SIZE, page => page.read8(0))
    const { misses, recycles } = COUNTED[name].rounds
    assert.deepEqual(mapping.stats, { maps: 24, live: 0, hits: 24 - misses, misses, recycles })
  })

  test('stay what they were after free, but for live', () => {
    const mapping = IoMapping.createWc(memory(8 * PAGE_SIZE), strategy)
    for (let i = 0; i < 8; i++) mapping.map(i * PAGE_SIZE).unmap()
    mapping.map(0)
    const before = mapping.stats
    mapping.free()
    assert.deepEqual(mapping.stats, { ...before, live: 0 })
  })

  test('a window that was dropped stays live until free', () => {
    const mapping = IoMapping.createWc(memory(PAGE_SIZE), strategy)
    mapping.map(0)
    mapping.map(0)
    assert.equal(mapping.stats.live, 2)
    mapping.free()
    assert.deepEqual([mapping.stats.maps, mapping.stats.live], [2, 0])
  })

  test('are a picture of a moment', () => {
    using mapping = IoMapping.createWc(memory(PAGE_SIZE), strategy)
    const before = mapping.stats
    mapping.map(0)
    assert.equal(before.maps, 0)
  })
})

inEachStrategy('flush and free', strategy => {
  test('flush can be called at any time', () => {
    const mapping = IoMapping.createWc(memory(PAGE_SIZE), strategy)
    mapping.map(0).write32(0, 1)
    mapping.flush()
    mapping.free()
    mapping.flush()
  })

  test('free and dispose may be called again', () => {
    const mapping = IoMapping.createWc(memory(PAGE_SIZE), strategy)
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
      using mapping = IoMapping.createWc(aperture, strategy)
      page = mapping.map(0)
      throw new Error('mine')
    }, /^Error: mine$/)
    assert.equal(page?.mapped, false)
  })

  test('what a freed mapping was can still be asked', () => {
    const mapping = IoMapping.createWc(memory(PAGE_SIZE), strategy)
    const told = ({ base, size, strategy, memoryType }: IoMapping) => ({ base, size, strategy, memoryType })
    const before = told(mapping)
    mapping.free()
    assert.deepEqual(told(mapping), before)
  })

  test('free inside an atomic callback: the callback goes on, its page is gone', () => {
    const mapping = IoMapping.createWc(memory(PAGE_SIZE), strategy)
    const result = mapping.atomic(0, page => {
      mapping.free()
      return page.mapped
    })
    assert.equal(result, false)
    assert.equal(mapping.stats.live, 0)
  })
})
