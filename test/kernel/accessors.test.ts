import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { IoMapping, memory, PAGE_SIZE } from 'io-mapping'
import {
  mb,
  memcpy_fromio,
  memcpy_toio,
  memset_io,
  readb,
  readl,
  readq,
  readw,
  rmb,
  wmb,
  writeb,
  writel,
  writeq,
  writew,
} from 'io-mapping/kernel'
import { throwsCode } from '../support/errors.js'
import { pattern, Rig } from '../support/rig.js'
import { fromBytes, needs64 } from '../support/widths.js'

const SIZE = 2 * PAGE_SIZE

describe('accessors', () => {
  test('read at an offset, or at the window’s start', () => {
    using rig = new Rig(SIZE)
    const model = pattern(SIZE)
    using page = rig.mapping.map(PAGE_SIZE)
    const at = (offset: number, width: number) =>
      Number(fromBytes(model.subarray(PAGE_SIZE + offset, PAGE_SIZE + offset + width)))
    assert.deepEqual([readb(page), readw(page), readl(page)], [at(0, 1), at(0, 2), at(0, 4)])
    assert.deepEqual([readb(page, 5), readw(page, 6), readl(page, 8)], [at(5, 1), at(6, 2), at(8, 4)])
  })

  test('write in the kernel’s order of arguments: value, address, offset', () => {
    using rig = new Rig(SIZE)
    using page = rig.mapping.map(PAGE_SIZE)
    writeb(1, page)
    writeb(2, page, 3)
    writew(0x304, page, 4)
    writel(0x5060708, page, 8)
    assert.deepEqual([page.read8(0), page.read8(3), page.read16(4), page.read32(8)], [1, 2, 0x304, 0x5060708])
    writew(9, page)
    assert.equal(page.read16(0), 9)
    writel(10, page)
    assert.equal(page.read32(0), 10)
  })

  test('readq and writeq', { skip: needs64('64-bit access') }, () => {
    using rig = new Rig(SIZE)
    using page = rig.mapping.map(PAGE_SIZE)
    assert.equal(readq(page), fromBytes(pattern(SIZE).subarray(PAGE_SIZE, PAGE_SIZE + 8)))
    writeq(2n ** 63n, page, 16)
    assert.equal(readq(page, 16), 2n ** 63n)
    writeq(5n, page)
    assert.equal(page.read64(0), 5n)
  })

  test('refuse what IoMem refuses', () => {
    using rig = new Rig(SIZE)
    using page = rig.mapping.map(0)
    rig.untouched(() => {
      throwsCode('ERR_IO_RANGE', 'read8: ', () => readb(page, PAGE_SIZE))
      throwsCode('ERR_IO_ALIGN', 'read16: ', () => readw(page, 1))
      throwsCode('ERR_IO_ALIGN', 'read32: ', () => readl(page, 2))
      throwsCode('ERR_IO_RANGE', 'write8: ', () => writeb(1, page, -1))
      throwsCode('ERR_IO_ALIGN', 'write16: ', () => writew(1, page, 3))
      throwsCode('ERR_IO_ARGUMENT', 'write32: ', () => writel(2 ** 32, page))
      throwsCode('ERR_IO_RANGE', 'copyTo: ', () => memcpy_fromio(new Uint8Array(8), page, 9))
      throwsCode('ERR_IO_RANGE', 'copyTo: ', () => memcpy_fromio(new Uint8Array(8), page, 8, PAGE_SIZE - 4))
      throwsCode('ERR_IO_RANGE', 'copyFrom: ', () => memcpy_toio(page, new Uint8Array(8), 9))
      throwsCode('ERR_IO_RANGE', 'copyFrom: ', () => memcpy_toio(page, new Uint8Array(8), 8, PAGE_SIZE))
      throwsCode('ERR_IO_RANGE', 'fill: ', () => memset_io(page, 1, PAGE_SIZE + 1))
      throwsCode('ERR_IO_RANGE', 'fill: ', () => memset_io(page, 1, -1))
      throwsCode('ERR_IO_ARGUMENT', 'fill: ', () => memset_io(page, 256, 1))
    })
  })

  test('refuse a stale window', () => {
    using mapping = IoMapping.createWc(memory(SIZE))
    const page = mapping.map(0)
    page.unmap()
    throwsCode('ERR_IO_UNMAPPED', 'read32: ', () => readl(page))
    throwsCode('ERR_IO_UNMAPPED', 'write32: ', () => writel(1, page))
    throwsCode('ERR_IO_UNMAPPED', 'copyTo: ', () => memcpy_fromio(new Uint8Array(1), page, 1))
    throwsCode('ERR_IO_UNMAPPED', 'copyFrom: ', () => memcpy_toio(page, new Uint8Array(1), 1))
    throwsCode('ERR_IO_UNMAPPED', 'fill: ', () => memset_io(page, 0, 1))
  })
})

test('memcpy_fromio, memcpy_toio and memset_io copy count bytes, from the window’s byte offset on', () => {
  using rig = new Rig(SIZE)
  const model = pattern(SIZE)
  using page = rig.mapping.map(PAGE_SIZE)
  const target = Buffer.alloc(10)
  memcpy_fromio(target, page, 4)
  assert.deepEqual([...target], [...model.subarray(PAGE_SIZE, PAGE_SIZE + 4), 0, 0, 0, 0, 0, 0])
  memcpy_fromio(target, page, 10, 7)
  assert.ok(target.equals(model.subarray(PAGE_SIZE + 7, PAGE_SIZE + 17)))

  memcpy_toio(page, Buffer.from('abcdef'), 3)
  model.write('abc', PAGE_SIZE)
  memcpy_toio(page, Buffer.from('xyz'), 3, 101)
  model.write('xyz', PAGE_SIZE + 101)
  memset_io(page, 0xee, 5)
  model.fill(0xee, PAGE_SIZE, PAGE_SIZE + 5)
  memset_io(page, 0xdd, 9, PAGE_SIZE - 9)
  model.fill(0xdd, SIZE - 9)
  memset_io(page, 0, 0, PAGE_SIZE)
  assert.ok(rig.bytes().equals(model))
})

test('fences can be called at any time, and return nothing', () => {
  for (const fence of [mb, rmb, wmb]) assert.equal(fence(), undefined)
})
