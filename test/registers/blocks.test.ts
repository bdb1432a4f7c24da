import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { IoMapping, type IoMem } from 'io-mapping'
import {
  bit,
  bits,
  block,
  enumeration,
  listRegisters,
  reg8,
  reg16,
  reg32,
  reg64,
  registers,
} from 'io-mapping/registers'
import { SimulatedDevice } from 'io-mapping/testing'
import { IS_32_BIT } from '#io-mapping/system/word-size.js'
import { throwsCode } from '../support/errors.js'

const CHANNEL = registers({
  CONTROL: reg32(0x0, { ENABLE: bit(0), LENGTH: bits(31, 16) }),
  DATA: reg16(0x4).array(2, 4),
})
const CARD = registers({
  ID: reg32(0x0).ro,
  CHANNELS: block(0x100, CHANNEL).array(3, 0x20),
  ONE: block(0x200, CHANNEL),
  LEDS: reg8(0x300, { ON: bit(0) }).array(4),
})

const mapping = IoMapping.create('memory:8K')
const mem = mapping.map(0, 8192)

test('registers lie where the description puts them: arrays, nested blocks, arrays of blocks', () => {
  const card = CARD.at(mem)
  const places = [
    card.ID,
    card.CHANNELS[0].CONTROL,
    card.CHANNELS[2].CONTROL,
    card.CHANNELS[2].DATA[1],
    card.ONE.DATA[0],
    card.LEDS[3],
  ].map(({ path, offset, width }) => [path, offset, width])
  assert.deepEqual(places, [
    ['ID', 0, 4],
    ['CHANNELS[0].CONTROL', 0x100, 4],
    ['CHANNELS[2].CONTROL', 0x140, 4],
    ['CHANNELS[2].DATA[1]', 0x148, 2],
    ['ONE.DATA[0]', 0x204, 2],
    ['LEDS[3]', 0x303, 1],
  ])
  card.CHANNELS[1].CONTROL.write({ LENGTH: 0x1234 })
  card.LEDS[2].ON.write(true)
  assert.equal(mem.read32(0x120), 0x1234_0000)
  assert.deepEqual(
    card.LEDS.map(led => led.read()),
    [{ ON: false }, { ON: false }, { ON: true }, { ON: false }],
  )
})

test('a block may start anywhere in its window, and is found again each time', () => {
  const card = CARD.at(mem, 0x1000)
  assert.equal(card.CHANNELS[2].DATA[1].offset, 0x1148)
  assert.equal(card.ONE, card.ONE)
  assert.equal(card.ONE.CONTROL, card.ONE.CONTROL)
  assert.equal(card.CHANNELS[0], card.CHANNELS[0])
  assert.equal(card.ONE.CONTROL.ENABLE, card.ONE.CONTROL.ENABLE)
  card.ID.readRaw()
  assert.notEqual(card.ID, CARD.at(mem).ID)
})

test('ERR_IO_RANGE: a window that not all of the block is in, before anything is touched', () => {
  const page = mapping.map(0, 0x304)
  CARD.at(page).LEDS[3].readRaw()
  for (const [window, offset] of [
    [mapping.map(0, 0x303), 0],
    [page, 1],
    [page, 0x1000],
  ] as const) {
    const { message } = throwsCode('ERR_IO_RANGE', 'at: the block has 0x304 bytes', () =>
      CARD.at(window, offset),
    )
    const [start, end] = [offset, offset + 0x304].map(each => `0x${each.toString(16)}`)
    assert.ok(
      message.includes(`from ${start} to ${end}, and the window has 0x${window.length.toString(16)};`),
    )
    assert.match(message, /BLOCK\.map\(mapping, offset\)/)
  }
  page.unmap()
  assert.throws(() => CARD.at(page).ID.read(), { code: 'ERR_IO_UNMAPPED' })
})

describe('a block in a window of its own', () => {
  const maps = () => mapping.stats.live

  test('is as long as the block needs, and is unmapped with it', () => {
    const before = maps()
    let window: IoMem
    {
      using card = CARD.map(mapping, 0x1000)
      window = card.window
      assert.deepEqual([window.offset, window.length, maps()], [0x1000, 0x304, before + 1])
      card.LEDS[1].ON.write(true)
      assert.equal(mem.read8(0x1301), 1)
      assert.equal(card.ONE.window, window, 'its parts lie there, too')
    }
    assert.deepEqual([window.mapped, maps()], [false, before])
    const card = CARD.map(mapping)
    assert.equal(card.window.offset, 0)
    card.window.unmap()
    assert.throws(() => card.ID.read(), { code: 'ERR_IO_UNMAPPED' })
    card[Symbol.dispose]() // again, it does nothing
  })

  test('of whatever windows can be mapped from', () => {
    const device = new SimulatedDevice(CARD)
    const asked: number[][] = []
    const map = (...range: [number, number]) => {
      asked.push(range)
      return device
    }
    using card = CARD.map({ map })
    assert.deepEqual(asked, [[0, 0x304]])
    card.LEDS[0].ON.write(true)
    assert.equal(device.log.length, 2)
  })

  test('is refused where there is no room for it, and what can’t be mapped from', () => {
    const before = maps()
    throwsCode('ERR_IO_RANGE', 'map: 0x304 bytes at offset 0x1d00', () => CARD.map(mapping, 0x1d00))
    throwsCode('ERR_IO_RANGE', 'map: ', () => CARD.map(mapping, -4))
    for (const wrong of [undefined, null, {}, mem] as never[])
      throwsCode('ERR_IO_ARGUMENT', 'map: mapping ', () => CARD.map(wrong))
    assert.equal(maps(), before)
  })

  test('is the window’s to end where it was bound by at', () => {
    const card = CARD.at(mem)
    assert.equal(card.window, mem)
    assert.ok(!(Symbol.dispose in card))
  })
})

test('big-endian blocks, in a little-endian one and alone: one access each, bytes the other way', {
  skip: IS_32_BIT ? 'a 32-bit process has no 64-bit access' : false,
}, () => {
  const BIG = registers(
    {
      W: reg32(0, { TOP: bits(31, 24), LOW: bit(0) }),
      H: reg16(4),
      B: reg8(6),
      L: reg64(8),
      N: block(0x10, registers({ W: reg32(0) })),
    },
    { endianness: 'big' },
  )
  const device = new SimulatedDevice(registers({ BIG: block(0x40, BIG), SMALL: reg32(0) }))
  const { BIG: big, SMALL } = registers({ BIG: block(0x40, BIG), SMALL: reg32(0) }).at(device)
  big.W.write({ TOP: 0x12, LOW: true })
  big.H.write(0x3456)
  big.B.write(0x78)
  big.L.write(0x0102030405060708n)
  big.N.W.write(0x99)
  SMALL.write(0x11223344)
  assert.deepEqual(
    device.log.map(({ offset, width, value }) => [offset, width, value]),
    [
      [0x40, 4, 0x0100_0012],
      [0x44, 2, 0x5634],
      [0x46, 1, 0x78],
      [0x48, 8, 0x0807060504030201n],
      [0x50, 4, 0x99],
      [0, 4, 0x11223344],
    ],
  )
  assert.deepEqual(big.W.read(), { TOP: 0x12, LOW: true })
  assert.equal(big.W.TOP.read(), 0x12)
  assert.equal(big.L.read(), 0x0102030405060708n)
  big.W.TOP.write(0x34)
  assert.deepEqual(device.state.BIG.W.read(), { TOP: 0x34, LOW: true }, 'the device sees it in its own order')
})

test('values, registers and blocks print readably, and nothing is read for it', () => {
  mem.fill(0)
  const card = CARD.at(mem)
  card.ONE.CONTROL.write({ ENABLE: true, LENGTH: 0xabc })
  const value = card.ONE.CONTROL.read()
  const text = 'ONE.CONTROL 0x0abc0001 { ENABLE: true, LENGTH: 0xabc }'
  assert.equal(inspect(value), text)
  assert.equal(`${value}`, text)
  assert.equal(JSON.stringify(value), '{"ENABLE":true,"LENGTH":2748}')
  assert.deepEqual({ ...value }, { ENABLE: true, LENGTH: 0xabc })
  mem.unmap()
  assert.equal(inspect(card), 'registers { ID, CHANNELS, ONE, LEDS }')
  assert.equal(inspect(card.ONE.CONTROL), 'register ONE.CONTROL, 32 bits at 0x200 { ENABLE, LENGTH }')
  assert.equal(inspect(card.ONE.CONTROL.LENGTH), 'field ONE.CONTROL.LENGTH')
  assert.equal(inspect({ card }), '{ card: registers { ID, CHANNELS, ONE, LEDS } }')
})

test('listRegisters: all of them, with what a tool needs to know', () => {
  const list = listRegisters(
    registers({
      A: reg8(1, { X: bit(0).ro }).array(2),
      B: block(0x10, registers({ C: reg16(2, { Y: bits(7, 4).rc }), D: reg32(4).wo })),
    }),
  )
  assert.deepEqual(
    list.map(({ path, offset, width, access, readEffect }) => [path, offset, width, access, readEffect]),
    [
      ['A[0]', 1, 1, 'read-only', false],
      ['A[1]', 2, 1, 'read-only', false],
      ['B.C', 0x12, 2, 'read-write', true],
      ['B.D', 0x14, 4, 'write-only', false],
    ],
  )
  assert.deepEqual(list[2]?.decode(0x5f), { Y: 5 })
  assert.equal(list[2]?.format(0xaf), '0x00af { Y: 0xa }')
  assert.equal(list[3]?.format(0x5), '0x00000005')
  assert.throws(() => list[0]?.format(0x100), { code: 'ERR_IO_ARGUMENT' })
})

test('listRegisters: the fields, and what is to be written so that nothing changes', () => {
  const MODE = enumeration(3, 2, { IDLE: 0, RUN: [1, 2] })
  const fields = { DONE: bit(0).w1c, MODE, RATE: bits(15, 8), SEEN: bit(4).ro, HELD: bit(5).w0c }
  const [register] = listRegisters(registers({ A: reg16(0, fields), B: reg16(2).w1c }))
  assert.deepEqual(
    register?.fields.map(({ name, high, low, kind, access }) => [name, high, low, kind, access]),
    [
      ['DONE', 0, 0, 'bit', 'read-write'],
      ['MODE', 3, 2, 'enumeration', 'read-write'],
      ['RATE', 15, 8, 'bits', 'read-write'],
      ['SEEN', 4, 4, 'bit', 'read-only'],
      ['HELD', 5, 5, 'bit', 'read-write'],
    ],
  )
  assert.deepEqual(register?.fields[1]?.values, { IDLE: 0, RUN: [1, 2] })
  assert.equal(register?.kept(0x1219), 0x1238, 'DONE stays by a 0, HELD by a 1')
  const all = listRegisters(registers({ B: reg16(2).w1c }))
  assert.equal(all[0]?.kept(0xffff), 0)
  assert.throws(() => register?.kept(0x10000), { code: 'ERR_IO_ARGUMENT' })
})
