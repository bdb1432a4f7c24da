// Fields that have bits in common, on purpose; and the name of all values that have none.
import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { IoMapping } from 'io-mapping'
import { bit, bits, enumeration, reg8, reg32, registers } from 'io-mapping/registers'
import { formatAccess, Recorder } from 'io-mapping/testing'

const recorder = new Recorder(IoMapping.create('memory:4K').map(0))
const accesses = () => recorder.log.map(formatAccess)
const refused = (message: RegExp) => ({ code: 'ERR_IO_ARGUMENT', message })

beforeEach(() => {
  recorder.fill(0)
  recorder.log.length = 0
})

describe('fields that overlap', () => {
  const { CONTROL } = registers({
    CONTROL: reg32(0, { ALL: bits(7, 0), LOW: bits(3, 0).overlaps, TOP: bit(7).overlaps, ELSE: bits(15, 8) }),
  }).at(recorder)

  test('are all read', () => {
    recorder.write32(0, 0x1285)
    assert.deepEqual(CONTROL.read(), { ALL: 0x85, LOW: 5, TOP: true, ELSE: 0x12 })
    assert.deepEqual([CONTROL.ALL.read(), CONTROL.LOW.read(), CONTROL.TOP.read()], [0x85, 5, true])
  })

  test('are written one at a time, each its own bits', () => {
    recorder.write32(0, 0xff85)
    CONTROL.LOW.write(0xa)
    CONTROL.modify({ TOP: false })
    assert.equal(CONTROL.readRaw(), 0xff0a)
    CONTROL.modify({ ALL: 0x34 })
    assert.equal(CONTROL.readRaw(), 0xff34)
  })

  test('are written together if they agree, in any order', () => {
    CONTROL.write({ ALL: 0x8f, LOW: 0xf, TOP: true, ELSE: 1 })
    assert.equal(CONTROL.readRaw(), 0x18f)
    CONTROL.write({ LOW: 3, ALL: 0x73 })
    assert.equal(CONTROL.readRaw(), 0x73)
  })

  test('are refused together if they want a bit to be 0 and 1, before anything is touched', () => {
    for (const values of [
      { ALL: 0x80, LOW: 1 },
      { LOW: 1, ALL: 0x80 },
      { ALL: 0x80, TOP: false },
    ]) {
      assert.throws(
        () => CONTROL.write(values),
        refused(/^CONTROL\.write: (ALL|LOW) is .* what (ALL|LOW|TOP), which has the same bits/),
      )
      assert.throws(() => CONTROL.modify(values), refused(/^CONTROL\.modify: (ALL|LOW) is/))
    }
    assert.deepEqual(accesses(), [])
    const undecided = { ALL: 0x80, LOW: undefined } as { ALL: number }
    CONTROL.write(undecided)
    assert.equal(CONTROL.readRaw(), 0x80)
  })

  test('must say so, one of each two', () => {
    assert.throws(
      () => reg8(0, { A: bits(3, 0), B: bits(4, 3) }),
      refused(/B is '4:3'; .* where A, which has 3:0.*bits\(7, 0\)\.overlaps/),
    )
    assert.throws(
      () => reg8(0, { A: bits(3, 0), C: bits(7, 0).overlaps, B: bits(4, 3) }),
      refused(/B is '4:3'/),
    )
    reg8(0, { A: bits(3, 0).overlaps, B: bits(4, 3) })
  })

  test('keep it beside their modes, whatever comes first', () => {
    for (const field of [bit(0).overlaps.ro, bit(0).ro.overlaps]) reg8(0, { A: bits(3, 0), B: field })
  })

  test('have a value that changes nothing: where they can’t, they are refused', () => {
    assert.throws(
      () => reg8(0, { A: bit(0).w1c, B: bit(0).w0c.overlaps }),
      refused(/write to B is 'zero-to-clear'; .* as A, .* one-to-clear/),
    )
    assert.throws(
      () => reg8(0, { A: bit(0), B: bit(0).w0s.overlaps }).w1c,
      refused(/write to B is 'zero-to-set'/),
    )
    const { R } = registers({ R: reg8(0, { A: bits(1, 0).w1c, B: bit(0).w1t.overlaps, C: bit(7) }) }).at(
      recorder,
    )
    recorder.write8(0, 0x3)
    recorder.log.length = 0
    R.modify({ C: true })
    assert.deepEqual(accesses(), ['read8 0x0 = 0x03', 'write8 0x0 = 0x80'])
  })
})

describe("a name for all others: 'others'", () => {
  const { SMALL, WIDE } = registers({
    SMALL: reg8(0, { MODE: enumeration(2, 0, { OFF: 0, ON: [1, 2], RESERVED: 'others' }) }),
    WIDE: reg32(4, { ID: enumeration(31, 8, { MINE: 0x1234, OTHER: 'others' }) }),
  }).at(recorder)

  test('is read where a value has none of its own', () => {
    const read = (value: number) => {
      recorder.write8(0, value)
      return [SMALL.MODE.read(), SMALL.read().MODE]
    }
    assert.deepEqual([0, 2, 3, 7].map(read), [
      ['OFF', 'OFF'],
      ['ON', 'ON'],
      ['RESERVED', 'RESERVED'],
      ['RESERVED', 'RESERVED'],
    ])
    assert.equal(WIDE.ID.read(), 'OTHER')
  })

  test('is not written: it says not which', () => {
    const name = 'RESERVED' as 'OFF'
    assert.throws(
      () => SMALL.MODE.write(name),
      refused(/MODE\.write is 'RESERVED'; it must be 'OFF', 'ON', or a whole number from 0 to 0x7/),
    )
    SMALL.MODE.write(5)
    assert.equal(SMALL.MODE.read(), 'RESERVED')
  })

  test('is one', () => {
    assert.throws(
      () => enumeration(1, 0, { A: 'others', B: 'others' }),
      refused(/the value of B is 'others'; .* all others are A/),
    )
  })
})
