import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { numberAdvice, parseBits, parseNumber } from '#io-mapping/system/number-text.js'

describe('numbers as people type them', () => {
  const numbers: [text: string, value: bigint][] = [
    ['0', 0n],
    ['42', 42n],
    ['1_000', 1000n],
    ['0xFFFF_0000', 0xffff_0000n],
    ['0b1010', 10n],
    ['0B1111_0000', 0xf0n],
    ['0o17', 15n],
    ['16M', 16n << 20n],
    ['4KiB', 4096n],
    ['-1', -1n],
    ['-0x10', -16n],
    ['~0x80', -0x81n],
    ['~~5', 5n],
    ['1<<7', 128n],
    ['-1 << 4', -16n],
    ['1<<7|1<<3', 0x88n],
    ['0xf0 | 0b11', 0xf3n],
    ['1<<127', 1n << 127n],
    [' 7 ', 7n],
  ]
  for (const [text, value] of numbers)
    test(`'${text}' is ${value}`, () => assert.equal(parseNumber(text), value))

  for (const text of [
    '',
    ' ',
    '-',
    '~',
    '1.5',
    '0x',
    '0xg',
    '0b',
    '0B',
    '101b',
    '5iB',
    '0b2',
    '0o8',
    '1__0',
    '1_',
    '010',
    '00',
    '0_7',
    '1<<',
    '<<1',
    '1<<-1',
    '1<<200',
    '1|',
    '1+1',
    'x',
    '1e3',
    '1,000',
  ])
    test(`'${text}' is none`, () => assert.equal(parseNumber(text), undefined))

  test('one that begins with 0 has two readings, and both are told', () => {
    assert.equal(
      numberAdvice('010', 'a number'),
      'written without the 0 in front: 0o10 (8, as C and devmem2 read it) or 10',
    )
    assert.equal(numberAdvice('0090', 'a number'), 'written without the 0 in front: 90')
    assert.equal(
      numberAdvice('00', 'a number'),
      'written without the 0 in front: 0o0 (0, as C and devmem2 read it) or 0',
    )
    assert.equal(numberAdvice('zz', 'a number'), 'a number')
  })

  test('one that is hexadecimal without saying so is told how it is typed', () => {
    assert.equal(numberAdvice('F_F', 'a number'), 'a number; a hexadecimal one has 0x in front: 0xFF')
    assert.equal(numberAdvice('FG', 'a number'), 'a number')
    assert.equal(numberAdvice('10x', 'a number'), 'a number')
  })
})

test('bits: two’s complements, and ~ turns as many as there are', () => {
  const bits: [text: string, value: bigint | undefined][] = [
    ['255', 255n],
    ['256', undefined],
    ['-1', 255n],
    ['-128', 128n],
    ['-129', undefined],
    ['~0x80', 0x7fn],
    ['~0xff', 0n],
    ['~0x100', undefined],
    ['~0', 255n],
    ['x', undefined],
  ]
  for (const [text, value] of bits) assert.equal(parseBits(text, 8), value, text)
})
