import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { file, IoMapping, memory, PAGE_SIZE } from 'io-mapping'
import { throwsCode } from '../support/errors.js'
import { TempFolder } from '../support/files.js'
import { pattern } from '../support/rig.js'
import { fromBytes, needs64, WIDTHS } from '../support/widths.js'

const GIB = 2 ** 30
const skip = needs64('address space for apertures of more than 1 GiB')

/** Pages worth looking at in an aperture of `size` bytes: its ends, and both sides of every container's. */
const pages = (size: number): number[] => {
  const edges = Array.from({ length: Math.floor(size / (2 * GIB)) + 1 }, (_, i) => i * 2 * GIB)
  const sides = [...edges, GIB, size].flatMap(edge => [edge - PAGE_SIZE, edge])
  return [...new Set(sides)].filter(offset => offset >= 0 && offset + PAGE_SIZE <= size)
}

for (const size of [GIB / 4, 2 * GIB, 4 * GIB, 4 * GIB + PAGE_SIZE, 6 * GIB, 9 * GIB]) {
  const large = (name: string, body: () => void) => test(name, { skip: size < GIB ? false : skip }, body)

  describe(`an aperture of ${size} bytes`, () => {
    large('each page is itself: written through one mapping, read through another', () => {
      const aperture = memory(size)
      using writer = IoMapping.createWc(aperture)
      using reader = IoMapping.createWc(aperture)
      for (const [i, offset] of pages(size).entries()) {
        using page = writer.map(offset)
        page.write32(0, i + 1)
        page.write32(PAGE_SIZE - 4, ~i)
      }
      for (const [i, offset] of pages(size).entries()) {
        using page = reader.map(offset)
        assert.equal(page.read32(0), i + 1, `at ${offset}`)
        assert.equal(page.read32(PAGE_SIZE - 4), ~i >>> 0, `at ${offset}`)
        assert.equal(page.u32[0], i + 1)
        assert.equal(
          reader.atomic(offset, lent => lent.read32(0)),
          i + 1,
        )
      }
    })

    large('windows across every edge of a container', () => {
      const aperture = memory(size)
      using writer = IoMapping.createWc(aperture)
      using reader = IoMapping.createWc(aperture)
      const model = pattern(2 * PAGE_SIZE)
      for (let edge = 2 * GIB; edge + PAGE_SIZE <= size; edge += 2 * GIB) {
        using across = writer.map(edge - PAGE_SIZE, 2 * PAGE_SIZE)
        across.copyFrom(model)
        across.write64(PAGE_SIZE - 8, 0x1122334455667788n)
        using other = reader.map(edge - 100, 200)
        assert.equal(other.read64(92), 0x1122334455667788n)
        assert.equal(other.read8(100), model[PAGE_SIZE])
        assert.equal(other.u8[100], model[PAGE_SIZE])
        using aligned = reader.map(edge - 128, 256)
        for (const { bytes, view } of WIDTHS) {
          const value = fromBytes(model.subarray(PAGE_SIZE, PAGE_SIZE + bytes))
          assert.equal(BigInt(view(aligned)[128 / bytes] ?? -1), value)
        }
        assert.ok(Buffer.from(other.u8.subarray(100)).equals(model.subarray(PAGE_SIZE, PAGE_SIZE + 100)))
        other.u8[199] = 0x5a
        assert.equal(across.read8(PAGE_SIZE + 99), 0x5a)
        const copy = Buffer.alloc(100)
        other.copyTo(copy, { offset: 0, length: 92 })
        assert.ok(copy.subarray(0, 92).equals(model.subarray(PAGE_SIZE - 100, PAGE_SIZE - 8)))
      }
    })

    large('the longest windows, from every container', () => {
      const aperture = memory(size)
      using mapping = IoMapping.createWc(aperture)
      using control = IoMapping.createWc(aperture)
      const longest = Math.min(2 * GIB, size)
      const starts = [0, 8, (size - longest) / 2, size - longest, GIB, 3 * GIB, 5 * GIB]
      for (const start of starts.filter(each => each + longest <= size)) {
        using window = mapping.map(start, longest)
        window.write32(0, 0xaaaa5555)
        window.write32(longest - 4, 0x12345678)
        window.u32[longest / 8] = 0x77
        for (const { bytes, load, store, view } of WIDTHS) {
          assert.equal(view(window).length, longest / bytes)
          store(window, longest - 16, 0x5an)
          assert.equal(load(window, longest - 16), 0x5an)
          store(window, longest - 16, 0n)
        }
        using first = control.map(start, 4)
        using middle = control.map(start + longest / 2, 4)
        using last = control.map(start + longest - 4, 4)
        assert.equal(first.read32(0), 0xaaaa5555)
        assert.equal(middle.read32(0), 0x77)
        assert.equal(last.read32(0), 0x12345678)
        throwsCode('ERR_IO_RANGE', 'read8: ', () => window.read8(longest))
        throwsCode('ERR_IO_RANGE', 'write8: ', () => window.write8(-1, 0))
      }
    })

    large('nothing beyond its end or beyond 2 GiB', () => {
      using mapping = IoMapping.createWc(memory(size))
      throwsCode('ERR_IO_RANGE', 'map: ', () => mapping.map(size))
      throwsCode('ERR_IO_RANGE', 'map: ', () => mapping.map(size - PAGE_SIZE + 1))
      throwsCode('ERR_IO_RANGE', 'map: ', () => mapping.map(0, 2 * GIB + 1))
      throwsCode('ERR_IO_RANGE', 'map: ', () => mapping.map(size - 1, 2))
      assert.equal(mapping.stats.maps, 0)
    })

    large('free empties the views of all its containers', () => {
      const mapping = IoMapping.createWc(memory(size))
      const views = pages(size).map(offset => mapping.map(offset).u8)
      mapping.free()
      for (const view of views) assert.equal(view.length, 0)
    })
  })
}

describe('an aperture that does not start on a page', () => {
  for (const offset of [1, 100, PAGE_SIZE - 1, PAGE_SIZE + 8, 3 * PAGE_SIZE]) {
    test(`a file from its byte ${offset} on`, () => {
      using folder = new TempFolder()
      const model = pattern(5 * PAGE_SIZE)
      const aperture = file(folder.write('image', model), { offset })
      using mapping = IoMapping.createWc(aperture)
      assert.equal(mapping.size, 5 * PAGE_SIZE - offset)
      assert.equal(mapping.base % PAGE_SIZE, offset % PAGE_SIZE)
      using window = mapping.map(0, mapping.size)
      const copy = Buffer.alloc(mapping.size)
      window.copyTo(copy)
      assert.ok(copy.equals(model.subarray(offset)))
      assert.equal(window.u8[mapping.size - 1], model.at(-1))
      throwsCode('ERR_IO_RANGE', 'read8: ', () => window.read8(mapping.size))
      throwsCode('ERR_IO_RANGE', 'read8: ', () => window.read8(-1))
    })
  }

  test('alignment is of the bus address, not of the offset', () => {
    using folder = new TempFolder()
    using mapping = IoMapping.createWc(file(folder.write('image', pattern(PAGE_SIZE)), { offset: 2 }))
    using window = mapping.map(0, 64)
    throwsCode('ERR_IO_ALIGN', 'read32: ', () => window.read32(0))
    throwsCode('ERR_IO_ALIGN', 'u32: ', () => window.u32)
    throwsCode('ERR_IO_ALIGN', 'copyTo: ', () => window.copyTo(new Uint8Array(4), { width: 4 }))
    assert.equal(BigInt(window.read32(2)), fromBytes(pattern(8).subarray(4)))
    using aligned = mapping.map(2, 60)
    assert.equal(aligned.read32(0), window.read32(2))
    assert.equal(aligned.u32[0], window.read32(2))
  })

  test('across the edges of its containers', { skip }, () => {
    const aperture = memory(6 * GIB)
    using whole = IoMapping.createWc(aperture)
    using part = IoMapping.createWc(aperture.slice(100, 6 * GIB - 100))
    for (const edge of [2 * GIB, 4 * GIB, 6 * GIB - 200]) {
      using written = whole.map(edge - 100, 200)
      written.copyFrom(pattern(200))
      using seen = part.map(edge - 200, 200)
      const copy = Buffer.alloc(200)
      seen.copyTo(copy)
      assert.ok(copy.equals(pattern(200)), `at ${edge}`)
      assert.ok(Buffer.from(seen.u8).equals(pattern(200)), `views at ${edge}`)
    }
    using long = part.map(2 * GIB - 101, 2 * GIB)
    long.write8(2 * GIB - 1, 0x5a)
    assert.equal(whole.map(4 * GIB - 2, 1).read8(0), 0x5a)
  })
})
