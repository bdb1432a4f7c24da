import assert from 'node:assert/strict'
import { truncateSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { file, IoMapping, PAGE_SIZE } from 'io-mapping'
import { checkError, throwsCode } from '../support/errors.js'
import { Losable } from '../support/lost.js'
import { pattern } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'
import { USES } from '../support/uses.js'

const isView = (call: string) => /^u\d+$/.test(call)
const ACCESSES = USES.filter(({ call }) => !isView(call))

inEachStrategy('memory that goes away', strategy => {
  for (const { call, run } of ACCESSES) {
    test(`${call} throws, and so does all that follows`, () => {
      using losable = new Losable(strategy)
      const { mapping } = losable
      const page = mapping.map(PAGE_SIZE)
      const other = mapping.map(3 * PAGE_SIZE)
      assert.equal(mapping.faults, 0)
      losable.truncate()
      const { message } = throwsCode('ERR_IO_FAULT', `${call}: file:`, () => run(page))
      assert.match(message, /truncated.*removed.*Free the mapping/)
      assert.equal(mapping.faults, 1)
      for (const window of [page, other]) {
        for (const use of USES) throwsCode('ERR_IO_FAULT', `${use.call}: `, () => use.run(window))
      }
      throwsCode('ERR_IO_FAULT', 'map: ', () => mapping.map(0))
      throwsCode('ERR_IO_FAULT', 'atomic: ', () => mapping.atomic(0, () => assert.fail('was called')))
      throwsCode('ERR_IO_FAULT', 'mapAtomic: ', () => mapping.mapAtomic(0))
      assert.equal(mapping.faults, 1, 'what was refused touched nothing')
      assert.ok(page.mapped && other.mapped)
      page.unmap()
      other.unmap()
      assert.equal(mapping.stats.live, 0)
    })
  }

  test('it is freed and made again', () => {
    using losable = new Losable(strategy)
    const { mapping, path } = losable
    const page = mapping.map(0)
    losable.truncate()
    throwsCode('ERR_IO_FAULT', 'read8: ', () => page.read8(0))
    mapping.free()
    throwsCode('ERR_IO_UNMAPPED', 'read8: ', () => page.read8(0))
    throwsCode('ERR_IO_FREED', 'map: ', () => mapping.map(0))
    assert.equal(mapping.faults, 1)
    writeFileSync(path, pattern(8 * PAGE_SIZE))
    using again = IoMapping.create(file(path), strategy)
    assert.equal(again.faults, 0)
    using fresh = again.map(PAGE_SIZE)
    assert.equal(fresh.read8(5), pattern(PAGE_SIZE + 6)[PAGE_SIZE + 5])
    fresh.write32(0, 7)
    assert.equal(fresh.read32(0), 7)
  })

  test('another mapping goes on, and counts its own', () => {
    using lost = new Losable(strategy)
    using whole = new Losable(strategy)
    const page = lost.mapping.map(0)
    const other = whole.mapping.map(0)
    lost.truncate()
    throwsCode('ERR_IO_FAULT', 'write8: ', () => page.write8(0, 1))
    assert.equal(other.read8(3), pattern(4)[3])
    other.write8(3, 9)
    assert.equal(other.read8(3), 9)
    assert.equal(whole.mapping.faults, 0)
    whole.truncate()
    throwsCode('ERR_IO_FAULT', 'read8: ', () => other.read8(3))
    assert.equal(whole.mapping.faults, 1)
  })

  test('a view reads all ones, in every page, and the next access throws', () => {
    using losable = new Losable(strategy)
    const { mapping } = losable
    const page = mapping.map(0, 8 * PAGE_SIZE > 4 * PAGE_SIZE ? 4 * PAGE_SIZE : PAGE_SIZE)
    const view = page.u8
    losable.truncate()
    assert.ok(
      view.every(byte => byte === 0xff),
      'all ones',
    )
    assert.ok(mapping.faults >= 1)
    view.fill(0)
    throwsCode('ERR_IO_FAULT', 'read8: ', () => page.read8(0))
    mapping.free()
    assert.equal(view.length, 0)
  })

  test('an atomic page: the error goes through the callback, and the page is unmapped', () => {
    using losable = new Losable(strategy)
    const { mapping } = losable
    mapping.map(0)
    losable.truncate()
    throwsCode('ERR_IO_FAULT', 'read16: ', () => mapping.atomic(PAGE_SIZE, page => page.read16(2)))
    assert.equal(mapping.stats.live, 1)
  })

  test('poll is rejected', async () => {
    using losable = new Losable(strategy)
    const page = losable.mapping.map(0)
    const polled = page.poll32(0, value => value === 1, { timeout: Number.POSITIVE_INFINITY, interval: 1 })
    losable.truncate()
    checkError(await polled.catch(error => error), 'ERR_IO_FAULT', 'read32: ')
  })
})

describe('a part of a file that goes away', () => {
  test('what is left goes on until the part that is gone is touched', () => {
    using losable = new Losable({ strategy: 'permanent' })
    const { mapping, path } = losable
    const first = mapping.map(0)
    const last = mapping.map(7 * PAGE_SIZE)
    truncateSync(path, 4 * PAGE_SIZE)
    assert.equal(first.read8(1), pattern(2)[1])
    throwsCode('ERR_IO_FAULT', 'read8: ', () => last.read8(0))
    throwsCode('ERR_IO_FAULT', 'read8: ', () => first.read8(1))
  })
})
