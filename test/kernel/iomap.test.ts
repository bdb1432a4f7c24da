import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PAGE_SIZE } from 'io-mapping'
import * as kernel from 'io-mapping/kernel'
import {
  ioread8,
  ioread16,
  ioread16be,
  ioread32,
  ioread32be,
  ioread64,
  ioread64be,
  iowrite8,
  iowrite16,
  iowrite16be,
  iowrite32,
  iowrite32be,
  iowrite64,
  iowrite64be,
} from 'io-mapping/kernel'
import { Recorder } from 'io-mapping/testing'
import { throwsCode } from '../support/errors.js'
import { Rig } from '../support/rig.js'
import { needs64 } from '../support/widths.js'

test('values and addresses in the kernel’s order, at an offset or at the window’s start', () => {
  using rig = new Rig(PAGE_SIZE)
  using page = rig.mapping.map(0)
  iowrite8(0x12, page)
  iowrite8(0x34, page, 5)
  iowrite16(0x5678, page, 6)
  iowrite32(-2, page, 8)
  assert.deepEqual(
    [page.read8(0), page.read8(5), page.read16(6), page.read32(8)],
    [0x12, 0x34, 0x5678, 0xfffffffe],
  )
  assert.deepEqual(
    [ioread8(page), ioread8(page, 5), ioread16(page, 6), ioread32(page, 8)],
    [0x12, 0x34, 0x5678, 0xfffffffe],
  )
})

test('those of big-endian registers turn the bytes, in one access', () => {
  using rig = new Rig(PAGE_SIZE)
  const page = new Recorder(rig.mapping.map(0))
  iowrite16be(0x1234, page, 2)
  iowrite32be(0x12345678, page, 4)
  iowrite32be(-2, page, 8)
  assert.deepEqual(
    [ioread16be(page, 2), ioread32be(page, 4), ioread32be(page, 8)],
    [0x1234, 0x12345678, 0xfffffffe],
  )
  assert.deepEqual(
    page.log.map(({ width }) => width),
    [2, 4, 4, 2, 4, 4],
  )
  assert.deepEqual(
    [...rig.bytes().subarray(2, 12)],
    [0x12, 0x34, 0x12, 0x34, 0x56, 0x78, 0xff, 0xff, 0xff, 0xfe],
  )
})

test('64 bits', { skip: needs64('64-bit access') }, () => {
  using rig = new Rig(PAGE_SIZE)
  using page = rig.mapping.map(0)
  iowrite64(0x0102030405060708n, page, 8)
  assert.equal(ioread64(page, 8), 0x0102030405060708n)
  iowrite64be(0x0102030405060708n, page, 16)
  assert.deepEqual([...rig.bytes().subarray(16, 24)], [1, 2, 3, 4, 5, 6, 7, 8])
  assert.equal(ioread64be(page, 16), 0x0102030405060708n)
})

test('refuse what IoMem refuses; a value that does not fit before its bytes are turned', () => {
  using rig = new Rig(PAGE_SIZE)
  using page = rig.mapping.map(0)
  rig.untouched(() => {
    throwsCode('ERR_IO_RANGE', 'read8: ', () => ioread8(page, PAGE_SIZE))
    throwsCode('ERR_IO_ALIGN', 'read16: ', () => ioread16be(page, 1))
    throwsCode('ERR_IO_ALIGN', 'write32: ', () => iowrite32(1, page, 2))
    throwsCode('ERR_IO_ARGUMENT', 'iowrite16be: ', () => iowrite16be(0x10000, page))
    throwsCode('ERR_IO_ARGUMENT', 'iowrite32be: ', () => iowrite32be(2 ** 32, page))
    throwsCode('ERR_IO_ARGUMENT', 'iowrite64be: ', () => iowrite64be(1 as never, page))
  })
})

test('all that are there', () => {
  const widths = [8, 16, 32, 64]
  const names = widths.flatMap(bits => [
    `ioread${bits}`,
    `iowrite${bits}`,
    `ioread${bits}_rep`,
    `iowrite${bits}_rep`,
  ])
  const turned = widths.slice(1).flatMap(bits => [`ioread${bits}be`, `iowrite${bits}be`])
  assert.deepEqual(
    Object.keys(kernel)
      .filter(name => /^io(read|write)/.test(name))
      .sort(),
    [...names, ...turned].sort(),
  )
})
