// A field's value, in a register of any width, at any place in it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { IoMapping } from 'io-mapping'
import { bigBits, bit, bits, enumeration, reg8, reg16, reg32, reg64, registers } from 'io-mapping/registers'
import { IS_32_BIT } from '#io-mapping/system/word-size.js'

const mapping = IoMapping.create('memory:4K')
const mem = mapping.map(0)

test('bit, bits and enumeration read what lies in the register', () => {
  const { R } = registers({
    R: reg32(0x10, {
      FLAG: bit(31),
      MODE: enumeration(9, 8, { OFF: 0, ON: 1, BOTH: [2, 3] }),
      COUNT: bits(7, 0),
    }),
  }).at(mem)
  mem.write32(0x10, 0x8000_017f)
  assert.deepEqual(R.read(), { FLAG: true, MODE: 'ON', COUNT: 0x7f })
  assert.deepEqual([R.FLAG.read(), R.MODE.read(), R.COUNT.read()], [true, 'ON', 0x7f])
  mem.write32(0x10, 0x0000_0380)
  assert.deepEqual(R.read(), { FLAG: false, MODE: 'BOTH', COUNT: 0x80 })
  assert.equal(R.readRaw(), 0x380)
})

test('a value without a name is read, and written, as a number', () => {
  const { R } = registers({ R: reg8(0x10, { MODE: enumeration(3, 1, { A: 1, B: 6 }) }) }).at(mem)
  mem.write8(0x10, 0b1010)
  assert.equal(R.MODE.read(), 5)
  assert.deepEqual(R.read(), { MODE: 5 })
  R.write({ MODE: 4 })
  assert.equal(mem.read8(0x10), 0b1000)
  R.write({ MODE: 'B' })
  assert.equal(mem.read8(0x10), 0b1100)
})

test('an enumeration of more bits than a table holds', () => {
  const { R } = registers({
    R: reg32(0x10, { ID: enumeration(31, 8, { MINE: 0x1234, YOURS: 0xffffff }) }),
  }).at(mem)
  mem.write32(0x10, 0x001234_ff)
  assert.equal(R.ID.read(), 'MINE')
  R.ID.write('YOURS')
  assert.equal(mem.read32(0x10), 0xffffff_ff)
  R.ID.write(5)
  assert.equal(R.ID.read(), 5)
})

test('names that differ when read and when written; of several values the first is written', () => {
  const { R } = registers({
    R: reg8(0x10, { S: enumeration(1, 0, { IDLE: 0, BUSY: [1, 2, 3] }, { START: [2, 3], STOP: 1 }) }),
  }).at(mem)
  mem.write8(0x10, 0)
  R.S.write('START')
  assert.equal(mem.read8(0x10), 2)
  assert.equal(R.S.read(), 'BUSY')
  R.write({ S: 'STOP' })
  assert.equal(mem.read8(0x10), 1)
})

test('a register without fields is a number', () => {
  const block = registers({ B: reg8(0x20), H: reg16(0x22), W: reg32(0x24) }).at(mem)
  block.B.write(0xa5)
  block.H.write(0xb6c7)
  block.W.write(0xd8e9fa0b)
  assert.deepEqual([block.B.read(), block.H.read(), block.W.read()], [0xa5, 0xb6c7, 0xd8e9fa0b])
  assert.deepEqual([mem.read8(0x20), mem.read16(0x22), mem.read32(0x24)], [0xa5, 0xb6c7, 0xd8e9fa0b])
  block.W.modify(now => now + 1)
  assert.equal(mem.read32(0x24), 0xd8e9fa0c)
  block.W.writeRaw(-1)
  assert.equal(mem.read32(0x24), 0xffffffff, 'a two’s complement, as IoMem takes it')
})

test('64 bits: numbers up to 53 bits, bigints for more', {
  skip: IS_32_BIT ? 'a 32-bit process has no 64-bit access' : false,
}, () => {
  const { R, N } = registers({
    R: reg64(0x40, { HIGH: bigBits(63, 10), MIDDLE: bits(9, 1), LOW: bit(0) }),
    N: reg64(0x48),
  }).at(mem)
  R.write({ HIGH: 0x3f_ffff_ffff_fffen, LOW: true })
  assert.equal(mem.read64(0x40), (0x3f_ffff_ffff_fffen << 10n) | 1n)
  assert.deepEqual(R.read(), { HIGH: 0x3f_ffff_ffff_fffen, MIDDLE: 0, LOW: true })
  R.MIDDLE.write(0x1ff)
  assert.deepEqual(R.read(), { HIGH: 0x3f_ffff_ffff_fffen, MIDDLE: 0x1ff, LOW: true })
  for (const wrong of [-1n, 2n ** 54n, 5 as never])
    assert.throws(() => R.HIGH.write(wrong), { code: 'ERR_IO_ARGUMENT', message: /a bigint from 0 to 0x3f/ })
  N.write(2n ** 64n - 1n)
  assert.equal(N.read(), 2n ** 64n - 1n)
})

const REGISTERS = { 8: reg8, 16: reg16, 32: reg32, ...(IS_32_BIT ? {} : { 64: reg64 }) }
const widths = Object.keys(REGISTERS).map(Number)

/** A register's width, a field in it, what the register holds and what is written to the field. */
const arbitrary = fc.constantFrom(...widths).chain(width =>
  fc.record({
    width: fc.constant(width),
    ends: fc.tuple(fc.nat(width - 1), fc.nat(width - 1)),
    held: fc.bigInt(0n, 2n ** BigInt(width) - 1n),
    written: fc.bigInt(0n, 2n ** 64n - 1n),
  }),
)

test('property: a field’s bits, and no others, are read and written', () => {
  fc.assert(
    fc.property(arbitrary, ({ width, ends, held, written }) => {
      const [low, high] = [Math.min(...ends), Math.max(...ends)]
      const size = high - low + 1
      const mask = 2n ** BigInt(size) - 1n
      const big = size > 53
      const describe = REGISTERS[width as 32] as typeof reg32
      const { R } = registers({
        R: describe(0, { F: (big ? bigBits : bits)(high, low) as ReturnType<typeof bits> }),
      }).at(mem)
      const raw = (value: bigint) => (width === 64 ? value : Number(value)) as number
      const value = (bitsOf: bigint) => (big ? bitsOf : Number(bitsOf)) as number
      R.writeRaw(raw(held))
      assert.equal(R.F.read(), value((held >> BigInt(low)) & mask))
      assert.deepEqual(R.read(), { F: R.F.read() })
      const next = (held & ~(mask << BigInt(low))) | ((written & mask) << BigInt(low))
      R.F.write(value(written & mask))
      assert.equal(R.readRaw(), raw(next))
      R.writeRaw(raw(held))
      R.modify({ F: value(written & mask) })
      assert.equal(R.readRaw(), raw(next))
      R.write({ F: value(written & mask) })
      assert.equal(R.readRaw(), raw((written & mask) << BigInt(low)))
    }),
    { numRuns: 2000 },
  )
})
