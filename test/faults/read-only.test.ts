import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { IoMapping, PAGE_SIZE } from 'io-mapping'
import { FakeDevice } from '../support/device.js'
import { throwsCode } from '../support/errors.js'
import { pattern } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'
import { WIDTHS } from '../support/widths.js'

const SIZE = 4 * PAGE_SIZE

inEachStrategy('views of a device that is mapped read-only', strategy => {
  test('read the device', () => {
    using device = new FakeDevice(SIZE, ['uncached'])
    using mapping = IoMapping.create(device.aperture, { ...strategy, writable: false })
    const view = mapping.map(PAGE_SIZE).u8
    assert.deepEqual(Buffer.from(view), pattern(2 * PAGE_SIZE).subarray(PAGE_SIZE))
    assert.equal(mapping.faults, 0)
  })

  test('a store does not reach it, and ends the mapping instead of the process', () => {
    using device = new FakeDevice(SIZE, ['uncached'])
    using mapping = IoMapping.create(device.aperture, { ...strategy, writable: false })
    const page = mapping.map(PAGE_SIZE)
    const { u8 } = page
    u8[5] = 1
    assert.ok(readFileSync(device.path).equals(pattern(SIZE)), 'the device is as before')
    assert.equal(mapping.faults, 1)
    assert.equal(u8[6], 0xff)
    const { message } = throwsCode('ERR_IO_FAULT', 'read8: test:device', () => page.read8(0))
    assert.match(message, /a store was made through a view .*writable: false/)
  })
})

describe('views of a device that is mapped read-only', () => {
  test('at every width', () => {
    using device = new FakeDevice(SIZE, ['uncached'])
    using mapping = IoMapping.create(device.aperture, { writable: false })
    const page = mapping.map(0)
    for (const { view } of WIDTHS) assert.equal(new Uint8Array(view(page).buffer)[5], pattern(6)[5])
  })
})
