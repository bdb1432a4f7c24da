import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { file, IoMapping, memory, PAGE_SIZE } from 'io-mapping'
import { throwsCode } from '../support/errors.js'
import { TempFolder } from '../support/files.js'
import { pattern, Rig } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'
import { USES } from '../support/uses.js'
import { fromBytes, WIDTHS } from '../support/widths.js'

const SIZE = 4 * PAGE_SIZE
const WRITES = USES.filter(({ writes }) => writes)

inEachStrategy('ERR_IO_READ_ONLY', strategy => {
  for (const { call, run } of WRITES) {
    test(`${call} through a mapping made with writable: false`, () => {
      using rig = new Rig(SIZE, { ...strategy, writable: false })
      using page = rig.mapping.map(PAGE_SIZE)
      rig.untouched(() => throwsCode('ERR_IO_READ_ONLY', `${call}: `, () => run(page)))
      rig.mapping.atomic(0, lent =>
        rig.untouched(() => throwsCode('ERR_IO_READ_ONLY', `${call}: `, () => run(lent))),
      )
    })
  }

  test('create too', () => {
    using rig = new Rig(SIZE, { ...strategy, writable: false, memoryType: 'write-back' })
    using page = rig.mapping.map(0)
    rig.untouched(() => throwsCode('ERR_IO_READ_ONLY', 'write8: ', () => page.write8(0, 1)))
  })

  test('what is wrong otherwise is told first', () => {
    using mapping = IoMapping.createWc(memory(SIZE), { ...strategy, writable: false })
    const page = mapping.map(0)
    throwsCode('ERR_IO_RANGE', 'write8: ', () => page.write8(SIZE, 1))
    page.unmap()
    throwsCode('ERR_IO_UNMAPPED', 'write8: ', () => page.write8(0, 1))
    throwsCode('ERR_IO_UNMAPPED', 'fill: ', () => page.fill(0))
  })
})

inEachStrategy('a mapping made with writable: false', strategy => {
  test('reads at every width, and copies out', () => {
    using rig = new Rig(SIZE, { ...strategy, writable: false })
    const model = pattern(SIZE)
    using page = rig.mapping.map(PAGE_SIZE)
    for (const { bytes: width, load } of WIDTHS) {
      assert.equal(load(page, 16), fromBytes(model.subarray(PAGE_SIZE + 16, PAGE_SIZE + 16 + width)))
    }
    const copy = Buffer.alloc(PAGE_SIZE)
    page.copyTo(copy)
    assert.ok(copy.equals(model.subarray(PAGE_SIZE, 2 * PAGE_SIZE)))
  })

  test('sees what others write', () => {
    const aperture = memory(SIZE)
    using reader = IoMapping.createWc(aperture, { ...strategy, writable: false })
    using writer = IoMapping.createWc(aperture, strategy)
    using page = reader.map(0)
    const { u8 } = page
    writer.map(0).write8(9, 9)
    assert.equal(page.read8(9), 9)
    assert.equal(u8[9], 9)
  })

  test('of a file that may only be read', () => {
    using folder = new TempFolder()
    const aperture = file(folder.write('image', pattern(100)))
    using mapping = IoMapping.createWc(aperture, { ...strategy, writable: false })
    assert.equal(mapping.map(0).read8(99), pattern(100)[99])
  })

  test('views: a store through one reaches neither the file nor anyone else, and the process lives', () => {
    using folder = new TempFolder()
    const path = folder.write('image', pattern(SIZE))
    using mapping = IoMapping.createWc(file(path), { ...strategy, writable: false })
    using page = mapping.map(0)
    using other = mapping.map(0)
    page.u8.fill(0xee)
    page.u32[8] = 1
    assert.equal(page.u8[0], 0xee)
    assert.equal(page.read8(0), pattern(1)[0])
    assert.equal(other.u8[0], pattern(1)[0])
    assert.ok(readFileSync(path).equals(pattern(SIZE)))
  })

  test('views: a later window does not see what was stored through an earlier one', () => {
    using folder = new TempFolder()
    using mapping = IoMapping.createWc(file(folder.write('image', pattern(SIZE))), { writable: false })
    const first = mapping.map(0)
    first.u8.fill(0xee)
    first.unmap()
    using second = mapping.map(0)
    assert.ok(Buffer.from(second.u8).equals(pattern(PAGE_SIZE)))
  })

  test('views: what was stored through one is gone when its address space serves another mapping', () => {
    using folder = new TempFolder()
    const aperture = file(folder.write('image', pattern(SIZE)))
    const mapping = IoMapping.createWc(aperture, { ...strategy, writable: false })
    mapping.map(0).u8.fill(0xee)
    mapping.free()
    using fresh = IoMapping.createWc(memory(SIZE), strategy)
    assert.ok(Buffer.from(fresh.map(0, SIZE).u8).equals(Buffer.alloc(SIZE)))
    using again = IoMapping.createWc(aperture, { ...strategy, writable: false })
    assert.ok(Buffer.from(again.map(0, SIZE).u8).equals(pattern(SIZE)))
  })
})
