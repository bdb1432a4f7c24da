import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IoMapping, type IoMem, memory, PAGE_SIZE } from 'io-mapping'
import { unlessEmulated } from '../support/emulated.js'
import { throwsCode } from '../support/errors.js'
import { processStat } from '../support/process-stat.js'
import { pattern, Rig } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'
import { fromBytes, WIDTHS } from '../support/widths.js'

const SIZE = 4 * PAGE_SIZE

const allViews = (mem: IoMem) => WIDTHS.map(({ view }) => view(mem))
const lengths = (mem: IoMem) => allViews(mem).map(({ length }) => length)

inEachStrategy('views', strategy => {
  test('hold the window, all of it and no more', () => {
    using rig = new Rig(SIZE, strategy)
    const model = pattern(SIZE)
    for (const [offset, length] of [
      [0, SIZE],
      [PAGE_SIZE, PAGE_SIZE],
      [PAGE_SIZE, 24],
      [SIZE - 8, 8],
    ] as const) {
      using window = rig.mapping.map(offset, length)
      for (const { bytes: width, view } of WIDTHS) {
        const values = view(window)
        assert.equal(values.length, length / width)
        assert.equal(values.byteLength, length)
        for (let i = 0; i < values.length; i += Math.ceil(values.length / 50)) {
          const at = offset + i * width
          assert.equal(BigInt(values[i] ?? -1), fromBytes(model.subarray(at, at + width)))
        }
      }
    }
  })

  test('leave out last bytes that fill no element', () => {
    using mapping = IoMapping.createWc(memory(PAGE_SIZE), strategy)
    for (const length of [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17]) {
      using window = mapping.map(0, length)
      assert.deepEqual(
        lengths(window),
        WIDTHS.map(({ bytes }) => Math.floor(length / bytes)),
      )
    }
  })

  test('of an aperture that is smaller than any page or view element', () => {
    using mapping = IoMapping.createWc(memory(3), strategy)
    using window = mapping.map(0)
    window.u8[2] = 7
    assert.equal(window.read8(2), 7)
    assert.equal(window.u32.length, 0)
  })

  test('are the memory: stores and accesses see each other', () => {
    using rig = new Rig(SIZE, strategy)
    using window = rig.mapping.map(PAGE_SIZE)
    using same = rig.mapping.map(PAGE_SIZE)
    window.u32[5] = 0x12345678
    assert.equal(window.read32(20), 0x12345678)
    assert.equal(same.u32[5], 0x12345678)
    same.write8(0, 0x99)
    assert.equal(window.u8[0], 0x99)
    assert.equal(rig.bytes()[PAGE_SIZE], 0x99)
  })

  test('are the same object each time', () => {
    using mapping = IoMapping.createWc(memory(PAGE_SIZE), strategy)
    using window = mapping.map(0)
    for (const { view } of WIDTHS) assert.equal(view(window), view(window))
  })

  test('must be aligned on the bus: ERR_IO_ALIGN', () => {
    using rig = new Rig(SIZE, strategy)
    for (const { bytes: width, view } of WIDTHS.slice(1)) {
      for (let start = 1; start < width; start++) {
        using window = rig.mapping.map(PAGE_SIZE + start, 64)
        rig.untouched(() => throwsCode('ERR_IO_ALIGN', `u${width * 8}: `, () => view(window)))
        assert.equal(window.u8.length, 64)
      }
    }
  })

  test('can’t be transferred away', () => {
    using mapping = IoMapping.createWc(memory(PAGE_SIZE), strategy)
    const window = mapping.map(0)
    const { buffer } = window.u8
    const { port1, port2 } = new MessageChannel()
    for (const send of [
      () => structuredClone(buffer, { transfer: [buffer as ArrayBuffer] }),
      () => port1.postMessage(buffer, [buffer as ArrayBuffer]),
      () => (buffer as ArrayBuffer & { transfer?: () => void }).transfer?.(),
    ]) {
      try {
        send() // some lines of Node copy it, others refuse
      } catch {}
      assert.equal(window.u8.length, PAGE_SIZE)
    }
    port1.close()
    port2.close()
    const { u8 } = window
    window.unmap()
    assert.equal(u8.length, 0)
  })
})

inEachStrategy('views are empty', strategy => {
  test('after unmap: every one of the window, and those made of them', () => {
    using rig = new Rig(SIZE, strategy)
    const window = rig.mapping.map(PAGE_SIZE)
    const views = allViews(window)
    const part = window.u8.subarray(10, 20)
    const other = new DataView(window.u8.buffer, window.u8.byteOffset, 8)
    window.unmap()
    rig.untouched(() => {
      for (const view of [...views, part]) {
        assert.equal(view.length, 0)
        if (view instanceof BigUint64Array) view[0] = 5n
        else view[0] = 5
        assert.equal(view[0], undefined)
      }
      assert.throws(() => other.getUint8(0), TypeError)
      assert.throws(() => other.setUint8(0, 1), TypeError)
    })
  })

  test('after dispose, after the callback, after unmap of an atomic page', () => {
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    const views: Uint8Array[] = []
    {
      using window = mapping.map(0)
      views.push(window.u8)
    }
    mapping.atomic(0, page => void views.push(page.u8))
    const page = mapping.mapAtomic(0)
    views.push(page.u8)
    page.unmap()
    assert.deepEqual(
      views.map(({ length }) => length),
      [0, 0, 0],
    )
  })

  test('after free, whether the window was unmapped or not', () => {
    const mapping = IoMapping.createWc(memory(SIZE), strategy)
    const [held, unmapped] = [mapping.map(0), mapping.map(PAGE_SIZE)]
    const views = [...allViews(held), ...allViews(unmapped)]
    unmapped.unmap()
    mapping.free()
    for (const view of views) assert.equal(view.length, 0)
  })

  test('after free in the middle of an atomic callback', () => {
    const mapping = IoMapping.createWc(memory(SIZE), strategy)
    mapping.atomic(0, page => {
      const { u8 } = page
      mapping.free()
      assert.equal(u8.length, 0)
    })
  })

  test('when their address space serves another window', () => {
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    const first = mapping.map(0)
    const stale = first.u8
    first.unmap()
    using second = mapping.map(PAGE_SIZE)
    second.u8[0] = 1
    assert.equal(stale.length, 0)
    assert.equal(second.u8[0], 1)
  })
})

inEachStrategy('views of others', strategy => {
  test('stay when one of two windows of a page is unmapped', () => {
    using rig = new Rig(SIZE, strategy)
    const one = rig.mapping.map(PAGE_SIZE)
    using other = rig.mapping.map(PAGE_SIZE)
    const [mine, theirs] = [one.u8, other.u8]
    one.unmap()
    assert.equal(mine.length, 0)
    assert.equal(theirs.length, PAGE_SIZE)
    theirs[0] = 0x42
    assert.equal(rig.bytes()[PAGE_SIZE], 0x42)
  })

  test('stay when another mapping of the memory is freed', () => {
    const aperture = memory(SIZE)
    const one = IoMapping.createWc(aperture, strategy)
    using other = IoMapping.createWc(aperture, strategy)
    const [mine, theirs] = [one.map(0).u8, other.map(0).u8]
    one.free()
    assert.deepEqual([mine.length, theirs.length], [0, PAGE_SIZE])
    theirs[0] = 1
    assert.equal(other.map(0).read8(0), 1)
  })

  test('stay through a hundred others, opened and closed in another order', () => {
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    using lasting = mapping.map(0)
    const { u8 } = lasting
    const windows = Array.from({ length: 100 }, (_, i) => {
      const window = mapping.map(i, 16)
      window.u8[0] = i
      return window
    })
    for (const [i, window] of windows.entries()) assert.equal(window.u8[0], i)
    for (const window of windows.sort((a, b) => ((a.offset * 37) % 100) - ((b.offset * 37) % 100)))
      window.unmap()
    assert.equal(u8.length, PAGE_SIZE)
    assert.equal(u8[99], 99)
  })

  test('cost no address space once closed', {
    skip: unlessEmulated('its /proc/self/stat is not quite its own'),
  }, () => {
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    const once = () => {
      using window = mapping.map(0)
      window.u8[0] = 1
    }
    once()
    const before = processStat()
    for (let i = 0; i < 1000; i++) once()
    const after = processStat()
    assert.ok(after.address - before.address < 1024, `${before.address} MiB, then ${after.address}`)
    assert.ok(after.mappings - before.mappings < 20)
  })
})
