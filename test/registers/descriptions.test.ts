// What a description refuses, so that a typing mistake is found when it is loaded and not by a device.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { IoMapping, type IoMappingErrorCode } from 'io-mapping'
import {
  bigBits,
  bit,
  bits,
  block,
  enumeration,
  listRegisters,
  RESERVED_NAMES,
  reg8,
  reg16,
  reg32,
  reg64,
  registers,
} from 'io-mapping/registers'
import { throwsCode } from '../support/errors.js'

const any = (value: unknown) => value as never
const EMPTY = registers({})

const refused: [string, IoMappingErrorCode, string, () => unknown][] = [
  ['a bit that no register has', 'ERR_IO_ARGUMENT', 'bit: high', () => bit(64)],
  ['a bit that is no number', 'ERR_IO_ARGUMENT', 'bit: high', () => bit(any('3'))],
  ['half a bit', 'ERR_IO_ARGUMENT', 'bits: low', () => bits(3, 0.5)],
  ['the lower bit first', 'ERR_IO_ARGUMENT', 'bits: low', () => bits(0, 7)],
  ['more bits than a number holds', 'ERR_IO_ARGUMENT', 'bits: 54 bits', () => bits(53, 0)],
  ['bigBits beyond a register', 'ERR_IO_ARGUMENT', 'bigBits: high', () => bigBits(64, 0)],
  [
    'a value that does not fit its bits',
    'ERR_IO_ARGUMENT',
    'enumeration: the value of B',
    () => enumeration(1, 0, { A: 3, B: 4 }),
  ],
  [
    'one of several',
    'ERR_IO_ARGUMENT',
    'enumeration: the value of A',
    () => enumeration(1, 0, { A: [1, -1] }),
  ],
  [
    'a value to write that does not fit',
    'ERR_IO_ARGUMENT',
    'enumeration: the value of X',
    () => enumeration(0, 0, { A: 1 }, { X: 2 }),
  ],
  [
    'names that are no object',
    'ERR_IO_ARGUMENT',
    'enumeration: the names',
    () => enumeration(0, 0, any(null)),
  ],
  [
    'one value with two names',
    'ERR_IO_ARGUMENT',
    'enumeration: the value of B',
    () => enumeration(1, 0, { A: 1, B: 1 }),
  ],
  ['an offset that is no number', 'ERR_IO_ARGUMENT', 'reg32: offset', () => reg32(any('4'))],
  ['a negative offset', 'ERR_IO_ARGUMENT', 'reg8: offset', () => reg8(-1)],
  ['an offset between registers', 'ERR_IO_ALIGN', 'reg32: offset 0x6', () => reg32(6)],
  ['a 64-bit one', 'ERR_IO_ALIGN', 'reg64: offset 0x4', () => reg64(4)],
  [
    'a field beyond the register',
    'ERR_IO_ARGUMENT',
    'reg16: the highest bit of X',
    () => reg16(0, { X: bit(16) }),
  ],
  [
    'fields over one another',
    'ERR_IO_ARGUMENT',
    'reg16: B',
    () => reg16(0, { A: bits(7, 4), B: bits(4, 0) }),
  ],
  [
    'written fields over one another',
    'ERR_IO_ARGUMENT',
    'reg16: B',
    () => reg16(0).writes({ A: bit(0), B: bit(0) }),
  ],
  ['what is no field', 'ERR_IO_ARGUMENT', 'reg16: A', () => reg16(0, { A: any(3) })],
  ['fields that are no object', 'ERR_IO_ARGUMENT', 'reg16: fields', () => reg16(0, any('A'))],
  ['an empty name', 'ERR_IO_ARGUMENT', 'reg16: a name', () => reg16(0, { '': bit(0) })],
  [
    'a reset value that does not fit',
    'ERR_IO_ARGUMENT',
    'reg16: the reset value',
    () => reg16(0).reset(0x10000),
  ],
  [
    'a reset value of the wrong kind',
    'ERR_IO_ARGUMENT',
    'reg64: the reset value',
    () => reg64(0).reset(any(1)),
  ],
  ['an array of none', 'ERR_IO_ARGUMENT', 'array: count', () => reg8(0).array(0)],
  ['an array of more than there can be', 'ERR_IO_ARGUMENT', 'array: count', () => reg8(0).array(65_537)],
  ['elements in one place', 'ERR_IO_ARGUMENT', 'array: stride', () => reg8(0).array(2, 0)],
  ['elements over one another', 'ERR_IO_ARGUMENT', 'array: stride', () => reg32(0).array(2, 2)],
  [
    'blocks without a stride',
    'ERR_IO_ARGUMENT',
    'array: stride',
    () => block(0, EMPTY).array(2, any(undefined)),
  ],
  ['parts that are no object', 'ERR_IO_ARGUMENT', 'registers: parts', () => registers(any(null))],
  ['what is no part', 'ERR_IO_ARGUMENT', 'registers: A', () => registers({ A: any(bit(0)) })],
  ['a block without block()', 'ERR_IO_ARGUMENT', 'registers: A', () => registers({ A: any(EMPTY) })],
  [
    'an unknown order of bytes',
    'ERR_IO_ARGUMENT',
    'registers: options.endianness',
    () => registers({}, { endianness: any('BE') }),
  ],
  [
    'an unknown option',
    'ERR_IO_ARGUMENT',
    'registers: an option',
    () => registers({}, any({ endian: 'big' })),
  ],
  ['a nested block’s offset', 'ERR_IO_ARGUMENT', 'block: offset', () => block(any('0'), EMPTY)],
  ['a nested block that is none', 'ERR_IO_ARGUMENT', 'block: the block', () => block(0, any({}))],
  [
    'a list of what is no block',
    'ERR_IO_ARGUMENT',
    'listRegisters: the block',
    () => listRegisters(any(reg8(0))),
  ],
  [
    'a window that is a mapping',
    'ERR_IO_ARGUMENT',
    'at: mem',
    () => EMPTY.at(any(IoMapping.create('memory:4K'))),
  ],
  ['no window', 'ERR_IO_ARGUMENT', 'at: mem', () => EMPTY.at(any(undefined))],
  [
    'half an offset',
    'ERR_IO_ARGUMENT',
    'at: offset',
    () => EMPTY.at(IoMapping.create('memory:4K').map(0), 0.5),
  ],
]

describe('a description refuses', () => {
  for (const [what, code, call, misuse] of refused) test(what, () => void throwsCode(code, call, misuse))

  for (const name of [...RESERVED_NAMES, 'then', '__proto__', 'constructor']) {
    test(`the name ${name}`, () => {
      throwsCode('ERR_IO_ARGUMENT', 'reg8: a name', () => reg8(0, Object.fromEntries([[name, bit(0)]])))
      throwsCode('ERR_IO_ARGUMENT', 'registers: a name', () =>
        registers(Object.fromEntries([[name, reg8(0)]])),
      )
    })
  }
})

test('fields of two directions may lie on one another', () => {
  const { R } = registers({ R: reg8(0, { DONE: bit(0).ro, GO: bit(0).wo }) }).at(
    IoMapping.create('memory:4K').map(0),
  )
  R.GO.write(true)
  assert.deepEqual(R.read(), { DONE: true })
})

test('what is handed in can change later without changing the description', () => {
  const fields: Record<string, ReturnType<typeof bit>> = { A: bit(0) }
  const names: Record<string, number> = { ON: 1 }
  const described = registers({ R: reg8(0, { ...fields, M: enumeration(2, 1, names) }) })
  fields.B = bit(7)
  names.OFF = 0
  const { R } = described.at(IoMapping.create('memory:4K').map(0))
  assert.deepEqual(R.read(), { A: false, M: 0 })
})
