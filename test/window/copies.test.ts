import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CopyOptions, PAGE_SIZE } from 'io-mapping'
import { pattern, Rig } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'
import { WIDTHS } from '../support/widths.js'

const SIZE = 4 * PAGE_SIZE
const START = PAGE_SIZE + 8

inEachStrategy('copies', strategy => {
  for (const width of [undefined, ...WIDTHS.map(({ bytes }) => bytes)]) {
    const options = (more: CopyOptions): CopyOptions => (width === undefined ? more : { ...more, width })
    const unit = width ?? 1

    test(`copyTo, width ${width}`, () => {
      using rig = new Rig(SIZE, strategy)
      const model = pattern(SIZE)
      using window = rig.mapping.map(START, 256)
      for (const [offset, count] of [
        [0, 1],
        [0, 256],
        [unit, 5 * unit],
        [256 - unit, unit],
        [16, 0],
      ] as const) {
        const length = count === 1 ? unit : count
        const target = Buffer.alloc(300, 0xcc)
        window.copyTo(target, options({ offset, length }))
        const expected = Buffer.alloc(300, 0xcc)
        model.copy(expected, 0, START + offset, START + offset + length)
        assert.ok(target.equals(expected), `${length} bytes at ${offset}`)
      }
    })

    test(`copyFrom, width ${width}`, () => {
      using rig = new Rig(SIZE, strategy)
      const model = pattern(SIZE)
      const source = Buffer.from(pattern(1000).subarray(500, 800))
      using window = rig.mapping.map(START, 256)
      for (const [offset, count] of [
        [0, unit],
        [64, 64],
        [unit, 5 * unit],
        [256 - unit, unit],
        [16, 0],
      ] as const) {
        window.copyFrom(source, options({ offset, length: count }))
        source.copy(model, START + offset, 0, count)
        assert.ok(rig.bytes().equals(model), `${count} bytes at ${offset}`)
      }
    })

    test(`fill, width ${width}`, () => {
      using rig = new Rig(SIZE, strategy)
      const model = pattern(SIZE)
      using window = rig.mapping.map(START, 256)
      window.fill(0xab, options({ offset: 8 * unit, length: 3 * unit }))
      model.fill(0xab, START + 8 * unit, START + 11 * unit)
      assert.ok(rig.bytes().equals(model))
      window.fill(0xcd, options({ offset: 128 }))
      model.fill(0xcd, START + 128, START + 256)
      assert.ok(rig.bytes().equals(model))
      window.fill(0, options({}))
      model.fill(0, START, START + 256)
      assert.ok(rig.bytes().equals(model))
    })
  }

  test('a length, if none is given, is the target’s or the source’s', () => {
    using rig = new Rig(SIZE, strategy)
    const model = pattern(SIZE)
    using window = rig.mapping.map(0)
    const target = Buffer.alloc(10)
    window.copyTo(target)
    assert.ok(target.equals(model.subarray(0, 10)))
    window.copyFrom(Buffer.from([1, 2, 3]))
    model.set([1, 2, 3])
    assert.ok(rig.bytes().equals(model))
  })

  test('any bytes: typed arrays, parts of them, DataView, ArrayBuffer, SharedArrayBuffer', () => {
    using rig = new Rig(SIZE, strategy)
    const model = pattern(SIZE)
    using window = rig.mapping.map(0)
    const buffer = new ArrayBuffer(64)
    const kinds: [ArrayBufferView | ArrayBufferLike, () => Uint8Array][] = [
      [new Uint16Array(buffer, 2, 4), () => new Uint8Array(buffer, 2, 8)],
      [new Float64Array(buffer, 8, 2), () => new Uint8Array(buffer, 8, 16)],
      [new DataView(buffer, 5, 7), () => new Uint8Array(buffer, 5, 7)],
      [Buffer.from(buffer, 3, 9), () => new Uint8Array(buffer, 3, 9)],
      [buffer, () => new Uint8Array(buffer)],
    ]
    for (const [target, bytes] of kinds) {
      new Uint8Array(buffer).fill(0)
      window.copyTo(target, { offset: 100 })
      assert.deepEqual([...bytes()], [...model.subarray(100, 100 + target.byteLength)])
      assert.equal(
        Buffer.from(buffer).filter(byte => byte !== 0).length,
        bytes().filter(byte => byte !== 0).length,
      )
      window.copyFrom(target, { offset: 2000 })
      model.set(bytes(), 2000)
      assert.ok(rig.bytes().equals(model))
    }
    const shared = new SharedArrayBuffer(32)
    window.copyTo(shared)
    assert.ok(Buffer.from(new Uint8Array(shared)).equals(model.subarray(0, 32)))
  })

  test('of no bytes, at the end too', () => {
    using rig = new Rig(SIZE, strategy)
    using window = rig.mapping.map(PAGE_SIZE)
    rig.untouched(() => {
      window.copyTo(new Uint8Array(0))
      window.copyFrom(new Uint8Array(0), { offset: PAGE_SIZE })
      window.fill(1, { offset: PAGE_SIZE })
    })
  })

  test('memory of any alignment, at every width', () => {
    using rig = new Rig(SIZE, strategy)
    const model = pattern(SIZE)
    using window = rig.mapping.map(PAGE_SIZE)
    for (const { bytes: width } of WIDTHS) {
      for (let skew = 0; skew < 8; skew++) {
        const target = Buffer.alloc(100).subarray(skew, skew + 64)
        window.copyTo(target, { width, length: 64 })
        assert.ok(target.equals(model.subarray(PAGE_SIZE, PAGE_SIZE + 64)))
      }
    }
  })

  test('within one mapping: from a view of it, overlapping', () => {
    for (const [from, to] of [
      [0, 100],
      [100, 0],
      [0, 1],
      [1, 0],
    ] as const) {
      using rig = new Rig(SIZE, strategy)
      const model = pattern(SIZE)
      using window = rig.mapping.map(0, SIZE)
      const length = 3 * PAGE_SIZE
      window.copyFrom(window.u8.subarray(from, from + length), { offset: to })
      model.copyWithin(to, from, from + length)
      assert.ok(rig.bytes().equals(model), `from ${from} to ${to}`)
    }
  })
})
