import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { IoMapping, memory, PAGE_SIZE } from 'io-mapping'
import { formatSize, hex } from '#io-mapping/system/numbers.js'
import { pattern, Rig } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'
import { fromBytes, needs64, toBytes, WIDTHS } from '../support/widths.js'

inEachStrategy('each width', strategy => {
  for (const { bytes: width, read, write, load, store } of WIDTHS) {
    test(`${read} reads the processor's byte order, at the first and the last offset and between`, () => {
      using rig = new Rig(2 * PAGE_SIZE, strategy)
      const model = pattern(2 * PAGE_SIZE)
      using page = rig.mapping.map(PAGE_SIZE)
      for (const offset of [0, width, 8, 1024, PAGE_SIZE - 2 * width, PAGE_SIZE - width]) {
        const start = PAGE_SIZE + offset
        assert.equal(load(page, offset), fromBytes(model.subarray(start, start + width)), `at ${offset}`)
      }
    })

    test(`${write} writes its bytes and no others, at the first and the last offset and between`, () => {
      using rig = new Rig(2 * PAGE_SIZE, strategy)
      const model = pattern(2 * PAGE_SIZE)
      using page = rig.mapping.map(PAGE_SIZE)
      for (const offset of [0, width, 1024, PAGE_SIZE - width]) {
        const value = 0xf1e2d3c4b5a69788n & ((1n << BigInt(8 * width)) - 1n)
        store(page, offset, value)
        model.set(toBytes(value, width), PAGE_SIZE + offset)
        assert.ok(rig.bytes().equals(model), `at ${offset}`)
        assert.equal(load(page, offset), value)
      }
    })

    test(`${write} takes every value of its width, and two's complement`, () => {
      using mapping = IoMapping.createWc(memory(PAGE_SIZE), strategy)
      using page = mapping.map(0)
      const bits = BigInt(8 * width)
      const top = (1n << bits) - 1n
      const half = 1n << (bits - 1n)
      const cases: [bigint, bigint][] = [
        [0n, 0n],
        [1n, 1n],
        [half - 1n, half - 1n],
        [half, half],
        [top - 1n, top - 1n],
        [top, top],
        [-1n, top],
        [-2n, top - 1n],
        [-half + 1n, half + 1n],
        [-half, half],
      ]
      for (const [given, kept] of cases) {
        store(page, 0, top - kept)
        store(page, 0, given)
        assert.equal(load(page, 0), kept, `${given}`)
      }
    })

    test(`${read} and ${write} see what another mapping of the memory does`, () => {
      const aperture = memory(PAGE_SIZE)
      using one = IoMapping.createWc(aperture, strategy)
      using other = IoMapping.create(aperture, strategy)
      using left = one.map(0)
      using right = other.map(0)
      for (let value = 0n; value < 100n; value++) {
        store(left, 8, value)
        assert.equal(load(right, 8), value)
      }
    })
  }

  test('-0 is 0, as an offset and as a value', () => {
    using mapping = IoMapping.createWc(memory(PAGE_SIZE), strategy)
    using page = mapping.map(-0)
    page.write32(-0, 5)
    page.write16(-0, -0)
    assert.equal(
      page.read32(-0),
      fromBytes(Uint8Array.from([0, 0, ...toBytes(5n, 4).slice(2)])) === 0n ? 0 : 5,
    )
  })

  test('a 64-bit value is a bigint', { skip: needs64('64-bit access') }, () => {
    using mapping = IoMapping.createWc(memory(PAGE_SIZE), strategy)
    using page = mapping.map(0)
    assert.equal(page.read64(0), 0n)
    page.write64(8, 2n ** 63n + 1n)
    assert.equal(page.read64(8), 2n ** 63n + 1n)
  })
})

inEachStrategy('windows', strategy => {
  test('a window may start and end anywhere', () => {
    using rig = new Rig(4 * PAGE_SIZE, strategy)
    const model = pattern(4 * PAGE_SIZE)
    for (const offset of [0, 1, 2, 3, 5, 100, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, 2 * PAGE_SIZE - 3]) {
      for (const length of [1, 2, 3, 7, 100, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, 2 * PAGE_SIZE]) {
        using window = rig.mapping.map(offset, length)
        assert.equal(window.offset, offset)
        assert.equal(window.length, length)
        assert.equal(window.read8(0), model[offset])
        assert.equal(window.read8(length - 1), model[offset + length - 1])
        const copy = Buffer.alloc(length)
        window.copyTo(copy)
        assert.ok(copy.equals(model.subarray(offset, offset + length)), `${length} bytes at ${offset}`)
      }
    }
  })

  test('what is aligned on the bus is aligned in a window, wherever the window starts', () => {
    using rig = new Rig(2 * PAGE_SIZE, strategy)
    const model = pattern(2 * PAGE_SIZE)
    for (const { bytes: width, load } of WIDTHS) {
      for (let start = 1; start < 9; start++) {
        using window = rig.mapping.map(start, 64)
        const first = (width - (start % width)) % width
        for (let offset = first; offset <= 64 - width; offset += width) {
          const at = start + offset
          assert.equal(load(window, offset), fromBytes(model.subarray(at, at + width)))
        }
      }
    }
  })

  test('windows overlap as the memory does', () => {
    using mapping = IoMapping.createWc(memory(4 * PAGE_SIZE), strategy)
    using all = mapping.map(0, 4 * PAGE_SIZE)
    using middle = mapping.map(PAGE_SIZE, 2 * PAGE_SIZE)
    using same = mapping.map(PAGE_SIZE)
    middle.write32(8, 0xabcdef)
    assert.equal(all.read32(PAGE_SIZE + 8), 0xabcdef)
    assert.equal(same.read32(8), 0xabcdef)
  })

  test('a fresh IoMem for each map', () => {
    using mapping = IoMapping.createWc(memory(PAGE_SIZE), strategy)
    const first = mapping.map(0)
    first.unmap()
    const second = mapping.map(0)
    assert.notEqual(first, second)
    assert.equal(first.mapped, false)
    assert.equal(second.mapped, true)
  })

  test('whole of an aperture smaller than a page', () => {
    for (const size of [1, 2, 3, 4, 7, 8, 100, PAGE_SIZE - 1]) {
      using rig = new Rig(size, strategy)
      using window = rig.mapping.map(0)
      assert.equal(window.length, size)
      window.write8(size - 1, 0x5a)
      assert.equal(rig.bytes()[size - 1], 0x5a)
    }
  })
})

inEachStrategy('mapped', strategy => {
  test('is true until unmap, dispose or free', () => {
    const mapping = IoMapping.createWc(memory(PAGE_SIZE), strategy)
    const [one, two, three] = [mapping.map(0), mapping.map(0), mapping.map(0)] as const
    const mapped = () => [one.mapped, two.mapped, three.mapped]
    assert.deepEqual(mapped(), [true, true, true])
    one.unmap()
    assert.deepEqual(mapped(), [false, true, true])
    two[Symbol.dispose]()
    assert.deepEqual(mapped(), [false, false, true])
    mapping.free()
    assert.deepEqual(mapped(), [false, false, false])
  })

  test('using unmaps at the end of the block, also when it throws; what is unmapped already is left alone', () => {
    using mapping = IoMapping.createWc(memory(PAGE_SIZE), strategy)
    const kept = []
    {
      using page = mapping.map(0)
      using early = mapping.map(0)
      early.unmap()
      kept.push(page, early)
      assert.equal(mapping.stats.live, 1)
    }
    assert.throws(() => {
      using page = mapping.map(0)
      kept.push(page)
      throw new Error('mine')
    }, /^Error: mine$/)
    for (const page of kept) {
      assert.equal(page.mapped, false)
      page[Symbol.dispose]()
    }
    assert.equal(mapping.stats.live, 0)
  })

  test('dispose after free does nothing', () => {
    const mapping = IoMapping.createWc(memory(PAGE_SIZE), strategy)
    const page = mapping.map(0)
    const atomic = mapping.mapAtomic(0)
    mapping.free()
    page[Symbol.dispose]()
    atomic[Symbol.dispose]()
    assert.equal(mapping.stats.live, 0)
  })
})

inEachStrategy('a window', strategy => {
  test('console.log of a window shows where it is, and reads nothing of the device', () => {
    using mapping = IoMapping.createWc(memory(4 * PAGE_SIZE), strategy)
    const page = mapping.map(PAGE_SIZE, 16)
    page.fill(0x77)
    for (const options of [{}, { depth: 10 }, { customInspect: false, depth: 10 }]) {
      const text = inspect(page, options)
      assert.doesNotMatch(text, /119,\s+119/)
    }
    const where = `${hex(PAGE_SIZE)} of memory:${formatSize(4 * PAGE_SIZE)}`
    assert.ok(inspect(page).includes(`0x10 bytes at ${where}`))
    page.unmap()
    assert.match(inspect(page), /unmapped/)
  })
})
