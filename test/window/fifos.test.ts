import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Elements, IoMapping, memory, PAGE_SIZE } from 'io-mapping'
import { throwsCode } from '../support/errors.js'
import { pattern, Rig } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'
import { fromBytes, needs32, needs64, WIDTHS } from '../support/widths.js'

const SIZE = 4 * PAGE_SIZE
const START = PAGE_SIZE + 8

inEachStrategy('FIFOs', strategy => {
  for (const { bytes, elements } of WIDTHS) {
    test(`of ${8 * bytes} bits: each element is read at the one offset, and nothing beside`, () => {
      using rig = new Rig(SIZE, strategy)
      using window = rig.mapping.map(START, 256)
      const target = elements(5)
      window.readFifo(16, target)
      const value = fromBytes(pattern(SIZE).subarray(START + 16, START + 16 + bytes))
      assert.deepEqual([...target].map(BigInt), Array(5).fill(value))
      assert.ok(rig.bytes().equals(pattern(SIZE)))
    })

    test(`of ${8 * bytes} bits: each element is written at the one offset, so that the last one stays`, () => {
      using rig = new Rig(SIZE, strategy)
      const model = pattern(SIZE)
      using window = rig.mapping.map(START, 256)
      const source = elements(3)
      const plain = Buffer.from(source.buffer)
      plain.set(model.subarray(100, 100 + plain.length))
      window.writeFifo(16, source)
      model.set(plain.subarray(2 * bytes), START + 16)
      assert.ok(rig.bytes().equals(model))
    })
  }

  test('a part of an array, of any kind of elements: their bits as they are', () => {
    using rig = new Rig(SIZE, strategy)
    using page = rig.mapping.map(0)
    const signalling = new Uint32Array([0x7fa00001, 0xffffffff]) // a NaN that arithmetic would change
    page.writeFifo(8, new Float32Array(signalling.buffer, 0, 1))
    assert.equal(page.read32(8), 0x7fa00001)
    const floats = new Float32Array(3)
    page.readFifo(8, floats.subarray(1, 2))
    assert.deepEqual([...new Uint32Array(floats.buffer)], [0, 0x7fa00001, 0])
    page.writeFifo(12, new Int16Array([5, -2]))
    assert.equal(page.read16(12), 0xfffe)
    page.writeFifo(16, Buffer.from('abc'))
    assert.equal(page.read8(16), 0x63)
    page.writeFifo(17, new Uint8ClampedArray([300]))
    assert.equal(page.read8(17), 0xff)
    const shared = new Uint16Array(new SharedArrayBuffer(8), 2, 2)
    page.readFifo(12, shared)
    assert.deepEqual([...new Uint16Array(shared.buffer)], [0, 0xfffe, 0xfffe, 0])
  })

  test('of no elements: nothing is touched, and the offset is checked all the same', () => {
    using rig = new Rig(SIZE, strategy)
    using page = rig.mapping.map(0)
    rig.untouched(() => {
      page.readFifo(0, new Uint32Array(0))
      page.writeFifo(PAGE_SIZE - 4, new Uint32Array(0))
      throwsCode('ERR_IO_RANGE', 'writeFifo: ', () => page.writeFifo(PAGE_SIZE, new Uint32Array(0)))
    })
  })

  test('ERR_IO_RANGE: a place outside, or none', () => {
    using rig = new Rig(SIZE, strategy)
    using window = rig.mapping.map(START, 256)
    rig.untouched(() => {
      for (const offset of [253, 256, -4, 0.5, Number.NaN, 2 ** 32, 2 ** 53, undefined, '0'] as number[]) {
        throwsCode('ERR_IO_RANGE', 'readFifo: ', () => window.readFifo(offset, new Uint32Array(1)))
        throwsCode('ERR_IO_RANGE', 'writeFifo: ', () => window.writeFifo(offset, new Uint32Array(1)))
      }
    })
  })

  test('ERR_IO_ALIGN: an offset, or a window’s start, that is no multiple of the width', () => {
    using rig = new Rig(SIZE, strategy)
    using window = rig.mapping.map(START, 256)
    using skewed = rig.mapping.map(PAGE_SIZE + 1, 256)
    rig.untouched(() => {
      for (const { bytes, elements } of WIDTHS.slice(1)) {
        throwsCode('ERR_IO_ALIGN', 'readFifo: ', () => window.readFifo(bytes / 2, elements(1)))
        throwsCode('ERR_IO_ALIGN', 'writeFifo: ', () => window.writeFifo(1, elements(1)))
        throwsCode('ERR_IO_ALIGN', 'readFifo: ', () => skewed.readFifo(0, elements(1)))
      }
    })
  })

  test('ERR_IO_ARGUMENT: what has no elements, and says what does', () => {
    using rig = new Rig(SIZE, strategy)
    using page = rig.mapping.map(0)
    const buffer = new ArrayBuffer(8)
    rig.untouched(() => {
      for (const wrong of [undefined, null, 5, 'text', {}, [1], buffer, new DataView(buffer)] as unknown[]) {
        const { message } = throwsCode('ERR_IO_ARGUMENT', 'readFifo: target ', () =>
          page.readFifo(0, wrong as Elements),
        )
        assert.match(message, /typed array, such as a Uint32Array/)
        throwsCode('ERR_IO_ARGUMENT', 'writeFifo: source ', () => page.writeFifo(0, wrong as Elements))
      }
    })
  })

  test('to and from the window itself', () => {
    using rig = new Rig(SIZE, strategy)
    const model = pattern(SIZE)
    using window = rig.mapping.map(0, SIZE)
    window.readFifo(4, window.u16.subarray(2, 6))
    for (let at = 4; at < 12; at += 2) model.copy(model, at, 4, 6)
    assert.ok(rig.bytes().equals(model))
    window.writeFifo(20, window.u8.subarray(10, 20))
    model[20] = model[19] as number
    assert.ok(rig.bytes().equals(model))
    window.writeFifo(30, window.u8.subarray(20, 31)) // the last one is there, and what it was when it was given
    assert.ok(rig.bytes().equals(model))
  })

  test('nothing of the user’s runs between the check and the accesses', () => {
    const mapping = IoMapping.createWc(memory(SIZE), strategy)
    const page = mapping.map(0)
    const asked: string[] = []
    class Freeing extends Uint16Array {}
    for (const name of [
      'buffer',
      'byteOffset',
      'byteLength',
      'length',
      'BYTES_PER_ELEMENT',
      Symbol.toStringTag,
    ])
      Object.defineProperty(Freeing.prototype, name, {
        get() {
          asked.push(String(name))
          mapping.free()
        },
      })
    page.writeFifo(0, new Freeing([1, 0x1234]))
    page.readFifo(2, new Freeing(2))
    assert.deepEqual(asked, [])
    assert.equal(page.read32(0), 0x1234)
  })
})

describe('the width of a FIFO', () => {
  test('ERR_IO_WIDTH: 64 bits in a 32-bit process', { skip: needs32('refuses them') }, () => {
    using rig = new Rig(SIZE)
    using page = rig.mapping.map(0)
    rig.untouched(() => {
      throwsCode('ERR_IO_WIDTH', 'readFifo: ', () => page.readFifo(0, new BigUint64Array(1)))
      throwsCode('ERR_IO_WIDTH', 'writeFifo: ', () => page.writeFifo(0, new Float64Array(1)))
    })
  })

  test('is 64 bits for Float64Array, too', { skip: needs64('64-bit access') }, () => {
    using rig = new Rig(SIZE)
    using page = rig.mapping.map(0)
    page.writeFifo(8, new Float64Array([1.5]))
    assert.equal(page.read64(8), 0x3ff8000000000000n)
    throwsCode('ERR_IO_ALIGN', 'writeFifo: ', () => page.writeFifo(4, new Float64Array(1)))
  })
})

test('ERR_IO_ARGUMENT: an array whose buffer was transferred', () => {
  using rig = new Rig(SIZE)
  using page = rig.mapping.map(0)
  const gone = new Uint32Array(2)
  structuredClone(gone.buffer, { transfer: [gone.buffer] })
  rig.untouched(() => {
    throwsCode('ERR_IO_ARGUMENT', 'readFifo: target ', () => page.readFifo(0, gone))
    throwsCode('ERR_IO_ARGUMENT', 'writeFifo: source ', () => page.writeFifo(0, gone))
  })
})
