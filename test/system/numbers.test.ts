import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { formatSize, hex, isByteCount, parseSize } from '#io-mapping/system/numbers.js'
import { throwsCode } from '../support/errors.js'

const sizes = fc.maxSafeNat()
/** Sizes that a unit divides, which plain whole numbers seldom are. */
const round = fc.tuple(fc.nat({ max: 1023 }), fc.nat({ max: 4 })).map(([count, unit]) => count * 1024 ** unit)

describe('sizes', () => {
  test('what formatSize writes, parseSize reads', () => {
    fc.assert(
      fc.property(fc.oneof(sizes, round), bytes => {
        assert.equal(parseSize(formatSize(bytes)), bytes)
      }),
      { numRuns: 1000, examples: [[0], [1], [1024], [1025], [2 ** 40], [2 ** 50], [2 ** 53 - 1]] },
    )
  })

  test('parseSize reads decimal, 0x and units, of either case', () => {
    fc.assert(
      fc.property(round, fc.nat({ max: 4 }), (count, unit) => {
        fc.pre(Number.isSafeInteger(count * 1024 ** unit))
        const name = ['', 'K', 'M', 'G', 'T'][unit] as string
        for (const end of name === '' ? [''] : [name, name.toLowerCase(), `${name}B`, `${name}iB`]) {
          assert.equal(parseSize(`${count}${end}`), count * 1024 ** unit)
        }
        assert.equal(parseSize(`0x${count.toString(16)}${name}`), count * 1024 ** unit)
        assert.equal(parseSize(`0x${count.toString(16).toUpperCase()}${name}`), count * 1024 ** unit)
      }),
    )
  })

  const formats: [number, string][] = [
    [0, '0x0'],
    [1, '0x1'],
    [1023, '0x3ff'],
    [1024, '1K'],
    [1536, '0x600'],
    [5 * 1024, '5K'],
    [1024 ** 2, '1M'],
    [1024 ** 2 + 1024, '1025K'],
    [16 * 1024 ** 2, '16M'],
    [6 * 1024 ** 3, '6G'],
    [1024 ** 4, '1T'],
    [1024 ** 5, '1024T'],
    [2 ** 53 - 1, '0x1fffffffffffff'],
  ]
  for (const [bytes, text] of formats)
    test(`${bytes} is ${text}`, () => assert.equal(formatSize(bytes), text))

  const wrong = [
    '',
    ' ',
    'K',
    '-1',
    '+1',
    '1.5',
    '1e3',
    '0x',
    '0xg',
    '1KK',
    '1 K',
    '12Q',
    '0b2',
    '1<<',
    '<<1',
    '1__0',
    '_1',
    '~0',
    '1|',
    '010',
    '1<<999999999999',
    '1,000',
    '٣',
  ]
  for (const text of [
    ...wrong,
    '9007199254740992',
    '0x20000000000000',
    '8192T',
    '99999999999999999999999T',
  ]) {
    test(`ERR_IO_ARGUMENT: '${text}'`, () => {
      throwsCode('ERR_IO_ARGUMENT', 'the size is ', () => parseSize(text, 'the size'))
    })
  }
})

test('hex', () => {
  const cases: [number | bigint, string][] = [
    [0, '0x0'],
    [-0, '0x0'],
    [255, '0xff'],
    [-1, '-0x1'],
    [2 ** 53, '0x20000000000000'],
    [-(2n ** 64n), '-0x10000000000000000'],
    [0.5, '0.5'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ]
  for (const [value, text] of cases) assert.equal(hex(value), text)
})

test('isByteCount', () => {
  for (const yes of [0, 1, 4096, 2 ** 32, 2 ** 53 - 1]) assert.equal(isByteCount(yes), true)
  for (const no of [-1, 0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY, '1', 1n, null, undefined]) {
    assert.equal(isByteCount(no), false)
  }
})
