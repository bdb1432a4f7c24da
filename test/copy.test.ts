import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CopyOptions, IoMapping, type IoMem, memory, PAGE_SIZE } from 'io-mapping'
import { throwsCode } from './support/errors.js'
import { pattern, Rig } from './support/rig.js'
import { WIDTHS } from './support/widths.js'

const SIZE = 4 * PAGE_SIZE
const START = PAGE_SIZE + 8

describe('copies', () => {
  for (const width of [undefined, ...WIDTHS.map(({ bytes }) => bytes)]) {
    const options = (more: CopyOptions): CopyOptions => (width === undefined ? more : { ...more, width })
    const unit = width ?? 1

    test(`copyTo, width ${width}`, () => {
      using rig = new Rig(SIZE)
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
      using rig = new Rig(SIZE)
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
      using rig = new Rig(SIZE)
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
    using rig = new Rig(SIZE)
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
    using rig = new Rig(SIZE)
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
    using rig = new Rig(SIZE)
    using window = rig.mapping.map(PAGE_SIZE)
    rig.untouched(() => {
      window.copyTo(new Uint8Array(0))
      window.copyFrom(new Uint8Array(0), { offset: PAGE_SIZE })
      window.fill(1, { offset: PAGE_SIZE })
    })
  })

  test('memory of any alignment, at every width', () => {
    using rig = new Rig(SIZE)
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
      using rig = new Rig(SIZE)
      const model = pattern(SIZE)
      using window = rig.mapping.map(0, SIZE)
      const length = 3 * PAGE_SIZE
      window.copyFrom(window.u8.subarray(from, from + length), { offset: to })
      model.copyWithin(to, from, from + length)
      assert.ok(rig.bytes().equals(model), `from ${from} to ${to}`)
    }
  })
})

/** The three copies, as `misuse` runs them: with a target or source of 300 bytes. */
const COPIES: [string, (window: IoMem, options: CopyOptions) => void][] = [
  ['copyTo', (window, options) => window.copyTo(new Uint8Array(300), options)],
  ['copyFrom', (window, options) => window.copyFrom(new Uint8Array(300), options)],
  ['fill', (window, options) => window.fill(1, options)],
]

describe('copies refused', () => {
  for (const [call, copy] of COPIES) {
    const outside: CopyOptions[] = [
      { offset: 256, length: 1 },
      { offset: 255, length: 2 },
      { offset: 257 },
      { offset: 0, length: 257 },
      { offset: -1, length: 1 },
      { offset: -8, length: 8 },
      { offset: 0.5, length: 1 },
      { offset: Number.NaN, length: 1 },
      { offset: Number.POSITIVE_INFINITY, length: 1 },
      { offset: Number.NaN },
      { offset: 0.5 },
      { offset: -1 },
      { length: -1 },
      { length: 1.5 },
      { length: Number.NaN },
      { length: 301 },
      { length: 2 ** 32 },
      { length: 2 ** 53 },
      { offset: 2 ** 53 - 1, length: 1 },
      { offset: 2 ** 32, length: 1, width: 1 },
      { offset: 2 ** 53, length: 2 ** 53 },
    ]
    for (const options of outside) {
      test(`ERR_IO_RANGE: ${call} ${Object.entries(options).join(' ')}`, () => {
        using rig = new Rig(SIZE)
        using window = rig.mapping.map(START, 256)
        rig.untouched(() => {
          const { message } = throwsCode('ERR_IO_RANGE', `${call}: `, () => copy(window, options))
          assert.doesNotMatch(message, /NaN at most/)
        })
      })
    }

    test(`ERR_IO_ALIGN: ${call} where offset, length or the window's start is no multiple of the width`, () => {
      using rig = new Rig(SIZE)
      using window = rig.mapping.map(START, 256)
      using skewed = rig.mapping.map(PAGE_SIZE + 1, 256)
      rig.untouched(() => {
        for (const { bytes: width } of WIDTHS.slice(1)) {
          throwsCode('ERR_IO_ALIGN', `${call}: `, () => copy(window, { width, offset: 1, length: width }))
          throwsCode('ERR_IO_ALIGN', `${call}: `, () =>
            copy(window, { width, offset: width / 2, length: width }),
          )
          throwsCode('ERR_IO_ALIGN', `${call}: `, () => copy(window, { width, length: width + 1 }))
          throwsCode('ERR_IO_ALIGN', `${call}: `, () => copy(window, { width, length: width / 2 }))
          throwsCode('ERR_IO_ALIGN', `${call}: `, () => copy(skewed, { width, length: width }))
        }
      })
    })

    test(`ERR_IO_ARGUMENT: ${call} with another width`, () => {
      using rig = new Rig(SIZE)
      using window = rig.mapping.map(START, 256)
      rig.untouched(() => {
        for (const width of [3, 16, -1, 0.5, Number.NaN, '4', null, {}] as unknown as 4[]) {
          throwsCode('ERR_IO_ARGUMENT', `${call}: options.width `, () => copy(window, { width, length: 16 }))
        }
      })
    })
  }

  test('ERR_IO_RANGE: a target or source that is longer than the window', () => {
    using rig = new Rig(SIZE)
    using window = rig.mapping.map(START, 256)
    rig.untouched(() => {
      throwsCode('ERR_IO_RANGE', 'copyTo: ', () => window.copyTo(new Uint8Array(257)))
      throwsCode('ERR_IO_RANGE', 'copyFrom: ', () => window.copyFrom(new Uint8Array(257)))
      throwsCode('ERR_IO_RANGE', 'copyFrom: ', () => window.copyFrom(new Uint8Array(256), { offset: 1 }))
    })
  })

  test('ERR_IO_ARGUMENT: a target, source or byte that is none', () => {
    using rig = new Rig(SIZE)
    using window = rig.mapping.map(START, 256)
    rig.untouched(() => {
      for (const wrong of [undefined, null, 5, 'text', {}, [1, 2, 3]] as unknown as Uint8Array[]) {
        throwsCode('ERR_IO_ARGUMENT', 'copyTo: target ', () => window.copyTo(wrong))
        throwsCode('ERR_IO_ARGUMENT', 'copyFrom: source ', () => window.copyFrom(wrong))
      }
      for (const wrong of [-1, 256, 0.5, Number.NaN, undefined, null, '1', 1n] as unknown as number[]) {
        throwsCode('ERR_IO_ARGUMENT', 'fill: ', () => window.fill(wrong))
      }
    })
  })
})

test('nothing of the user’s runs between a copy’s check and the copy', () => {
  using other = IoMapping.createWc(memory(SIZE))
  const mapping = IoMapping.createWc(memory(SIZE))
  const page = mapping.map(0)
  class Freeing extends Uint8Array {
    override get buffer(): ArrayBuffer {
      mapping.free()
      return super.buffer as ArrayBuffer
    }
  }
  page.copyFrom(new Freeing([1, 2, 3, 4])) // its getter is never asked
  assert.equal(page.mapped, true)
  assert.equal(page.read8(3), 4)
  const freeing = {
    get length() {
      mapping.free()
      return 4
    },
  }
  throwsCode('ERR_IO_UNMAPPED', 'copyFrom: ', () => page.copyFrom(new Uint8Array(4).fill(9), freeing))
  assert.equal(
    other.atomic(0, each => each.read32(0)),
    0,
  )
})
