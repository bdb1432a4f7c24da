import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { file, IoMapping, memory, PAGE_SIZE } from 'io-mapping'
import { unlessEmulated } from '../support/emulated.js'
import { throwsCode } from '../support/errors.js'
import { TempFolder } from '../support/files.js'
import { withLayRefused } from '../support/patch.js'
import { mappedOf } from '../support/proc-maps.js'
import { processStat } from '../support/process-stat.js'
import { pattern } from '../support/rig.js'
import { needs64 } from '../support/widths.js'

const GIB = 2 ** 30
const SIZE = 16 * PAGE_SIZE
const strategy = 'per-call'

/** A file, and a mapping of it from its byte `offset` on. */
class Image implements Disposable {
  readonly #folder = new TempFolder()
  readonly path = this.#folder.write('image', pattern(SIZE))
  readonly mapping: IoMapping

  constructor({ offset = 0, writable = true } = {}) {
    this.mapping = IoMapping.createWc(file(this.path, { offset }), { strategy, writable })
  }

  /** What of it is mapped. */
  get mapped() {
    return mappedOf(this.path)
  }

  [Symbol.dispose](): void {
    this.mapping.free()
    this.#folder[Symbol.dispose]()
  }
}

describe('of the file, there is mapped', () => {
  test('nothing until map, the pages of the window until unmap, then nothing', () => {
    using image = new Image()
    assert.deepEqual(image.mapped, [])
    for (const [offset, length, from, pages] of [
      [0, PAGE_SIZE, 0, 1],
      [3 * PAGE_SIZE, PAGE_SIZE, 3, 1],
      [3 * PAGE_SIZE + 100, PAGE_SIZE, 3, 2],
      [4 * PAGE_SIZE - 1, 1, 3, 1],
      [4 * PAGE_SIZE - 1, 2, 3, 2],
      [PAGE_SIZE, 9 * PAGE_SIZE, 1, 9],
      [0, SIZE, 0, 16],
    ] as const) {
      const window = image.mapping.map(offset, length)
      const range = { access: 'rw-s', offset: from * PAGE_SIZE, length: pages * PAGE_SIZE }
      assert.deepEqual(image.mapped, [range], `${length} bytes at ${offset}`)
      window.unmap()
      assert.deepEqual(image.mapped, [])
    }
  })

  test('nothing after atomic, whether its callback returns or throws, nor after mapAtomic', () => {
    using image = new Image()
    image.mapping.atomic(PAGE_SIZE, () => assert.equal(image.mapped.length, 1))
    assert.deepEqual(image.mapped, [])
    assert.throws(() =>
      image.mapping.atomic(PAGE_SIZE, () => {
        throw new Error('mine')
      }),
    )
    assert.deepEqual(image.mapped, [])
    const page = image.mapping.mapAtomic(PAGE_SIZE)
    assert.equal(image.mapped.length, 1)
    page.unmap()
    assert.deepEqual(image.mapped, [])
  })

  test('nothing after free, of windows that are held and of their views', () => {
    using image = new Image()
    const windows = [0, 1, 5].map(page => image.mapping.map(page * PAGE_SIZE))
    const views = windows.map(({ u8 }) => u8)
    assert.equal(image.mapped.length, 6)
    image.mapping.free()
    assert.deepEqual(image.mapped, [])
    assert.deepEqual(
      views.map(({ length }) => length),
      [0, 0, 0],
    )
  })

  test('what may not be written, read-only, and its views’ own copies', () => {
    using image = new Image({ writable: false })
    const window = image.mapping.map(PAGE_SIZE)
    assert.deepEqual(
      image.mapped.map(({ access }) => access),
      ['r--s'],
    )
    assert.equal(window.u8[0], pattern(SIZE)[PAGE_SIZE])
    assert.deepEqual(image.mapped.map(({ access }) => access).sort(), ['r--s', 'rw-p'])
    window.unmap()
    assert.deepEqual(image.mapped, [])
  })

  test('a view’s pages besides, until its window is unmapped', () => {
    using image = new Image()
    const window = image.mapping.map(3 * PAGE_SIZE + 8, PAGE_SIZE)
    const { u8, u32 } = window
    const range = { access: 'rw-s', offset: 3 * PAGE_SIZE, length: 2 * PAGE_SIZE }
    assert.deepEqual(image.mapped, [range, range])
    window.unmap()
    assert.deepEqual([u8.length, u32.length, image.mapped.length], [0, 0, 0])
  })
})

describe('windows', () => {
  for (const offset of [0, 100, PAGE_SIZE - 1, 2 * PAGE_SIZE + 8]) {
    test(`of any offset and length, of a file from its byte ${offset} on`, () => {
      using image = new Image({ offset })
      const model = pattern(SIZE).subarray(offset)
      const windows = fc.tuple(fc.nat({ max: model.length - 1 }), fc.integer({ min: 1, max: SIZE }))
      fc.assert(
        fc.property(windows, ([start, most]) => {
          const expected = model.subarray(start, start + most)
          using window = image.mapping.map(start, expected.length)
          const copy = Buffer.alloc(expected.length)
          window.copyTo(copy)
          assert.ok(copy.equals(expected))
          assert.ok(Buffer.from(window.u8).equals(expected))
          throwsCode('ERR_IO_RANGE', 'read8: ', () => window.read8(expected.length))
          throwsCode('ERR_IO_RANGE', 'read8: ', () => window.read8(-1))
        }),
      )
      assert.deepEqual(image.mapped, [])
    })
  }

  test('many at once: each has its own place, and goes without the others', () => {
    const count = 300
    const aperture = memory(count * PAGE_SIZE)
    using mapping = IoMapping.createWc(aperture, { strategy })
    using control = IoMapping.createWc(aperture, { strategy: 'permanent' })
    const windows = Array.from({ length: count }, (_, page) => mapping.map(page * PAGE_SIZE))
    for (const [page, window] of windows.entries()) window.write32(0, page + 1)
    const held = new Set(windows.entries())
    for (const entry of [...held].sort(([a], [b]) => ((a * 37) % count) - ((b * 37) % count))) {
      const [page, window] = entry
      assert.equal(window.read32(0), page + 1)
      window.unmap()
      held.delete(entry)
      throwsCode('ERR_IO_UNMAPPED', 'read32: ', () => window.read32(0))
    }
    for (let page = 0; page < count; page++) assert.equal(control.map(page * PAGE_SIZE).read32(0), page + 1)
    assert.deepEqual(mapping.stats, { maps: count, live: 0, hits: 0, misses: count, recycles: 0 })
  })

  test('two of one page are two mappings of it', () => {
    using image = new Image()
    const [one, other] = [image.mapping.map(0), image.mapping.map(0)]
    assert.equal(image.mapped.length, 2)
    one.write32(4, 0x12345678)
    assert.equal(other.read32(4), 0x12345678)
    one.unmap()
    assert.equal(other.read32(4), 0x12345678)
  })

  const skip = needs64('address space for windows of 2 GiB')
  test('of 2 GiB, anywhere in an aperture larger than any container', { skip }, () => {
    const aperture = memory(9 * GIB)
    using mapping = IoMapping.createWc(aperture, { strategy })
    using control = IoMapping.createWc(aperture, { strategy: 'permanent' })
    for (const start of [0, 100 * 8, GIB + PAGE_SIZE - 8, 3 * GIB, 7 * GIB]) {
      using window = mapping.map(start, 2 * GIB)
      const ends = [0, GIB - 8, 2 * GIB - 8]
      for (const [i, offset] of ends.entries()) window.write32(offset, (start % 999983) + i)
      window.u32[GIB / 4] = 0x77
      for (const [i, offset] of ends.entries()) {
        assert.equal(control.map(start + offset, 4).read32(0), (start % 999983) + i)
        assert.equal(window.u32[offset / 4], (start % 999983) + i)
      }
      assert.equal(control.map(start + GIB, 4).read32(0), 0x77)
    }
  })
})

test('views stay while other windows of the page come and go', () => {
  using image = new Image()
  using lasting = image.mapping.map(PAGE_SIZE)
  const { u8 } = lasting
  for (let i = 0; i < 100; i++) {
    const other = image.mapping.map(PAGE_SIZE)
    const view = other.u8
    view[0] = i
    assert.equal(u8[0], i)
    other.unmap()
    assert.deepEqual([view.length, u8.length], [0, PAGE_SIZE])
  }
  assert.equal(lasting.read8(0), 99)
})

describe('when the system refuses', () => {
  test('a map is no map', () => {
    using image = new Image()
    const { stats } = image.mapping
    withLayRefused('ENOMEM', 1, () => {
      throwsCode('ERR_IO_ADDRESS_SPACE', 'file:', () => image.mapping.map(0))
    })
    withLayRefused('EACCES', 1, () => {
      throwsCode('ERR_IO_ACCESS', 'file:', () => image.mapping.atomic(0, () => assert.fail('was called')))
    })
    assert.deepEqual([image.mapping.stats, image.mapped], [stats, []])
    assert.equal(image.mapping.map(0).read8(0), pattern(1)[0])
  })

  test('a hundred maps take no address space', () => {
    using image = new Image()
    image.mapping.map(0).unmap()
    const before = processStat()
    for (let i = 0; i < 100; i++) {
      withLayRefused('ENOMEM', 1, () => {
        throwsCode('ERR_IO_ADDRESS_SPACE', 'file:', () => image.mapping.map(0))
      })
    }
    const after = processStat()
    assert.ok(after.address - before.address < 1024, `${before.address} MiB, then ${after.address}`)
  })

  test('a view is no view, and its window stays', () => {
    using image = new Image()
    using window = image.mapping.map(0)
    withLayRefused('ENOMEM', 1, () => throwsCode('ERR_IO_ADDRESS_SPACE', 'file:', () => window.u8))
    assert.equal(window.read8(0), pattern(1)[0])
    assert.equal(window.u8[0], pattern(1)[0])
  })
})

test('10,000 maps later, the process has no more mappings, address space and descriptors than before', {
  skip: unlessEmulated('its /proc/self/stat is not quite its own'),
}, () => {
  using image = new Image()
  const rounds = (count: number) => {
    for (let i = 0; i < count; i++) {
      using window = image.mapping.map((i * 37) % PAGE_SIZE, PAGE_SIZE * (1 + (i % 15)))
      if (i % 10 === 0) window.u8[0] = i
      else window.write8(0, i % 256)
    }
  }
  rounds(200)
  const before = processStat()
  rounds(10_000)
  const after = processStat()
  assert.equal(after.descriptors, before.descriptors)
  assert.ok(after.mappings - before.mappings < 40, `${before.mappings} mappings, then ${after.mappings}`)
  assert.ok(after.address - before.address < 1024, `${before.address} MiB, then ${after.address}`)
})
