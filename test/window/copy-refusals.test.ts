import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CopyOptions, IoMapping, type IoMem, memory, PAGE_SIZE } from 'io-mapping'
import { checkError, throwsCode } from '../support/errors.js'
import { Rig } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'
import { WIDTHS } from '../support/widths.js'

const SIZE = 4 * PAGE_SIZE
const START = PAGE_SIZE + 8

/** The three copies, as `misuse` runs them: with a target or source of 300 bytes. */
const COPIES: [string, (window: IoMem, options: CopyOptions) => void][] = [
  ['copyTo', (window, options) => window.copyTo(new Uint8Array(300), options)],
  ['copyFrom', (window, options) => window.copyFrom(new Uint8Array(300), options)],
  ['fill', (window, options) => window.fill(1, options)],
]

inEachStrategy('copies refused', strategy => {
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
        using rig = new Rig(SIZE, strategy)
        using window = rig.mapping.map(START, 256)
        rig.untouched(() => {
          const { message } = throwsCode('ERR_IO_RANGE', `${call}: `, () => copy(window, options))
          assert.doesNotMatch(message, /NaN at most/)
        })
      })
    }

    test(`ERR_IO_ALIGN: ${call} where offset, length or the window's start is no multiple of the width`, () => {
      using rig = new Rig(SIZE, strategy)
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
      using rig = new Rig(SIZE, strategy)
      using window = rig.mapping.map(START, 256)
      rig.untouched(() => {
        for (const width of [0, 3, 16, -1, 0.5, Number.NaN, '4', null, {}] as unknown as 4[]) {
          throwsCode('ERR_IO_ARGUMENT', `${call}: options.width `, () => copy(window, { width, length: 16 }))
        }
        throwsCode('ERR_IO_ARGUMENT', `${call}: options `, () => copy(window, [] as CopyOptions))
      })
    })
  }

  test('ERR_IO_RANGE: a target or source that is longer than the window', () => {
    using rig = new Rig(SIZE, strategy)
    using window = rig.mapping.map(START, 256)
    rig.untouched(() => {
      throwsCode('ERR_IO_RANGE', 'copyTo: ', () => window.copyTo(new Uint8Array(257)))
      throwsCode('ERR_IO_RANGE', 'copyFrom: ', () => window.copyFrom(new Uint8Array(257)))
      throwsCode('ERR_IO_RANGE', 'copyFrom: ', () => window.copyFrom(new Uint8Array(256), { offset: 1 }))
    })
  })

  test('ERR_IO_ARGUMENT: a target, source or byte that is none', () => {
    using rig = new Rig(SIZE, strategy)
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

/** As ES2024 has it. */
type Resizable = new (
  bytes: number,
  options: { maxByteLength: number },
) => ArrayBuffer & { resize(bytes: number): void }

describe('memory that is gone', () => {
  const gone = (): (ArrayBufferView | ArrayBuffer)[] => {
    const detached = new ArrayBuffer(8)
    const views: (ArrayBufferView | ArrayBuffer)[] = [
      detached,
      new Uint8Array(detached),
      new Uint8Array(detached, 0, 0),
      new DataView(detached),
    ]
    structuredClone(detached, { transfer: [detached] })
    if (!('resize' in ArrayBuffer.prototype)) return views // Node 18
    const resizable = new (ArrayBuffer as unknown as Resizable)(16, { maxByteLength: 16 })
    views.push(
      new Uint8Array(resizable, 8, 8),
      new BigInt64Array(resizable, 8, 1),
      new DataView(resizable, 8, 8),
    )
    resizable.resize(4)
    return views
  }

  test('ERR_IO_ARGUMENT: a target or source whose buffer was transferred, or has shrunk', async () => {
    using rig = new Rig(SIZE)
    using window = rig.mapping.map(START, 256)
    for (const data of gone()) {
      throwsCode('ERR_IO_ARGUMENT', 'copyTo: target ', () => window.copyTo(data))
      throwsCode('ERR_IO_ARGUMENT', 'copyFrom: source ', () => window.copyFrom(data))
      const error = await rig.mapping.writeAsync(0, data).catch(each => each)
      assert.match(checkError(error, 'ERR_IO_ARGUMENT', 'writeAsync: ').message, /transferred/)
    }
  })

  test('what is empty is not', () => {
    using rig = new Rig(SIZE)
    using window = rig.mapping.map(START, 256)
    for (const data of [new ArrayBuffer(0), new Uint8Array(0), new DataView(new ArrayBuffer(8), 8)]) {
      window.copyTo(data)
      window.copyFrom(data)
    }
  })
})

inEachStrategy('a copy', strategy => {
  test('nothing of the user’s runs between a copy’s check and the copy', () => {
    using other = IoMapping.createWc(memory(SIZE), strategy)
    const mapping = IoMapping.createWc(memory(SIZE), strategy)
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
})
