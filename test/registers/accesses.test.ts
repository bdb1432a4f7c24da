// What reaches the bus: each call, access by access.
import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { inspect } from 'node:util'
import { IoMapping } from 'io-mapping'
import { bit, bits, block as block_, reg8, reg16, reg32, registers } from 'io-mapping/registers'
import { formatAccess, Recorder } from 'io-mapping/testing'

const mapping = IoMapping.create('memory:4K')
const recorder = new Recorder(mapping.map(0))
const accesses = () => recorder.log.map(formatAccess)

const BLOCK = registers({
  CONTROL: reg32(0x10, { ENABLE: bit(0), RATE: bits(15, 8), VERSION: bits(31, 28).ro }).reset(0x0000_4200),
  STATUS: reg32(0x14, { DONE: bit(0).w1c, ERROR: bit(1).w1c, KEEP: bit(4).w0c, BUSY: bit(7).ro }).reset(0x3),
  MIXED: reg32(0x18, { EVENT: bit(0).w1c, LATCH: bit(1).w0c, SECRET: bits(7, 4).wo, LEVEL: bits(15, 8) }),
  COMMAND: reg16(0x1c, { GO: bit(0), CODE: bits(7, 4) }).wo.reset(0x8000),
  SIDED: reg8(0x1e, { READY: bit(0) }).writes({ GO: bit(0), CODE: bits(7, 4) }),
  EVENTS: reg32(0x20, { SEEN: bit(0).rc, ENABLE: bit(8) }),
  CLEARED: reg32(0x24, { A: bit(0).ro.rc }),
  NUMBER: reg32(0x28),
})
const block = BLOCK.at(recorder)

beforeEach(() => {
  recorder.fill(0)
  recorder.write32(0x10, 0xf000_1201)
  recorder.write32(0x14, 0x0000_0093)
  recorder.write32(0x18, 0x0000_12f3)
  recorder.log.length = 0
})

describe('reads', () => {
  test('read(), readRaw() and a field’s read() are one bus read, and nothing else', () => {
    for (const read of [
      () => block.CONTROL.read(),
      () => block.CONTROL.readRaw(),
      () => block.CONTROL.RATE.read(),
      () => block.CONTROL.VERSION.read(),
    ]) {
      recorder.log.length = 0
      read()
      assert.deepEqual(accesses(), ['read32 0x10 = 0xf0001201'])
    }
  })

  test('of the register’s own width', () => {
    const { B, H } = registers({ B: reg8(1, { X: bit(0) }), H: reg16(2, { X: bit(0) }) }).at(recorder)
    B.read()
    H.X.read()
    assert.deepEqual(accesses(), ['read8 0x1 = 0x00', 'read16 0x2 = 0x0000'])
  })

  test('showing, listing, comparing and serialising a block touches nothing', () => {
    const { CONTROL } = block
    inspect({ block, CONTROL }, { depth: null })
    assert.deepEqual(block, block)
    JSON.stringify({ block, CONTROL, field: CONTROL.RATE.read })
    assert.deepEqual(accesses(), [])
  })
})

describe('read() of a block', () => {
  test('is one bus read of each register that can be read, and in which a read has no effect', () => {
    const values = block.read()
    assert.deepEqual(accesses(), [
      'read32 0x10 = 0xf0001201',
      'read32 0x14 = 0x00000093',
      'read32 0x18 = 0x000012f3',
      'read8 0x1e = 0x00',
      'read32 0x28 = 0x00000000',
    ])
    assert.deepEqual(values, {
      CONTROL: { ENABLE: true, RATE: 0x12, VERSION: 15 },
      STATUS: { DONE: true, ERROR: true, KEEP: true, BUSY: true },
      MIXED: { EVENT: true, LATCH: true, LEVEL: 0x12 },
      SIDED: { READY: false },
      NUMBER: 0,
    })
    assert.equal(Object.getPrototypeOf(values), Object.prototype)
    assert.match(inspect(values), /CONTROL: CONTROL 0xf0001201 \{ ENABLE: true/)
  })

  test('of nested blocks and arrays, in the order of their bytes and of the description', () => {
    const INNER = registers({ A: reg16(0), KICK: reg8(2).wo })
    const OUTER = registers({
      LAST: reg8(0x7f),
      INNER: block_(0x40, INNER).array(2, 8),
      ONE: block_(0x50, registers({ W: reg32(0) }, { endianness: 'big' })),
      SEVERAL: reg8(0x60).array(3, 4),
      FIFOS: reg32(0x70).ro.rx.array(2),
      UNREAD: block_(0x78, registers({ KICK: reg8(0).wo })),
    })
    recorder.write16(0x48, 0x1234)
    recorder.write32(0x50, 0x78563412)
    recorder.log.length = 0
    const outer = OUTER.at(recorder)
    assert.deepEqual(outer.read(), {
      LAST: 0,
      INNER: [{ A: 0 }, { A: 0x1234 }],
      ONE: { W: 0x12345678 },
      SEVERAL: [0, 0, 0],
      UNREAD: {},
    })
    assert.deepEqual(
      recorder.log.map(({ kind, width, offset }) => [kind, width, offset]),
      [
        ['read', 1, 0x7f],
        ['read', 2, 0x40],
        ['read', 2, 0x48],
        ['read', 4, 0x50],
        ['read', 1, 0x60],
        ['read', 1, 0x64],
        ['read', 1, 0x68],
      ],
    )
    recorder.log.length = 0
    assert.deepEqual(outer.INNER[1].read(), { A: 0x1234 })
    assert.deepEqual(accesses(), ['read16 0x48 = 0x1234'])
  })

  test('leaves out what lies on a register that a read changes, wherever its block starts', () => {
    const UART = registers({
      DATA: reg8(0, { BYTE: bits(7, 0) }).ro.rx,
      SEND: reg8(0).wo,
      DIVISOR: reg16(0).overlaps,
      LINE: reg8(3),
      ALIAS: block_(0, registers({ LOW: reg8(0), NEXT: reg8(1) })).overlaps,
    })
    const uart = UART.at(recorder, 0x100)
    assert.deepEqual(uart.read(), { LINE: 0, ALIAS: { NEXT: 0 } })
    assert.deepEqual(accesses(), ['read8 0x103 = 0x00', 'read8 0x101 = 0x00'])
    recorder.log.length = 0
    assert.deepEqual(uart.ALIAS.read(), { NEXT: 0 })
    assert.deepEqual(accesses(), ['read8 0x101 = 0x00'])
  })
})

describe('writes', () => {
  test('write() is one bus write: fields not named get their reset values', () => {
    block.CONTROL.write({ ENABLE: true })
    assert.deepEqual(accesses(), ['write32 0x10 = 0x00004201'])
  })

  test('write() writes what has no effect to the fields that are not named', () => {
    block.STATUS.write({ DONE: true })
    assert.deepEqual(accesses(), ['write32 0x14 = 0x00000011'], 'a 1 where a 0 would clear')
  })

  test('writeRaw() is one bus write of just that', () => {
    block.STATUS.writeRaw(0xff)
    assert.deepEqual(accesses(), ['write32 0x14 = 0x000000ff'])
  })

  test('modify() is one bus read and one bus write: the rest stays as it was read', () => {
    block.CONTROL.modify({ RATE: 0x34 })
    assert.deepEqual(accesses(), ['read32 0x10 = 0xf0001201', 'write32 0x10 = 0xf0003401'])
  })

  test('modify() with a function is given what was read', () => {
    block.CONTROL.modify(({ RATE, ENABLE }) => ({ RATE: RATE + 1, ENABLE: !ENABLE }))
    assert.deepEqual(accesses(), ['read32 0x10 = 0xf0001201', 'write32 0x10 = 0xf0001300'])
  })

  test('modify() clears no event that is pending, keeps no secret that it can’t read', () => {
    block.MIXED.modify({ LEVEL: 0x21 })
    assert.deepEqual(accesses(), ['read32 0x18 = 0x000012f3', 'write32 0x18 = 0x00002102'])
  })

  test('a field’s write() is a modify() where the register keeps what is written', () => {
    block.CONTROL.RATE.write(0x56)
    assert.deepEqual(accesses(), ['read32 0x10 = 0xf0001201', 'write32 0x10 = 0xf0005601'])
  })

  test('a field’s write() is one bus write where nothing is to be kept', () => {
    block.STATUS.ERROR.write(true)
    block.COMMAND.CODE.write(5)
    block.SIDED.GO.write(true)
    assert.deepEqual(accesses(), ['write32 0x14 = 0x00000012', 'write16 0x1c = 0x8050', 'write8 0x1e = 0x01'])
  })

  test('a field whose name is undefined is not written', () => {
    block.CONTROL.modify({ RATE: undefined as never, ENABLE: false })
    assert.deepEqual(accesses(), ['read32 0x10 = 0xf0001201', 'write32 0x10 = 0xf0001200'])
  })

  test('a number: write, modify', () => {
    block.NUMBER.write(5)
    block.NUMBER.modify(now => now | 0x8000_0000)
    assert.deepEqual(accesses(), [
      'write32 0x28 = 0x00000005',
      'read32 0x28 = 0x00000005',
      'write32 0x28 = 0x80000005',
    ])
  })
})

describe('what would do harm is refused before anything is touched', () => {
  const refused: [string, () => void, string, RegExp][] = [
    [
      'a value that does not fit',
      () => block.CONTROL.modify({ RATE: 256 }),
      'ERR_IO_ARGUMENT',
      /^CONTROL\.modify: RATE is 256; .*0 to 0xff/,
    ],
    [
      'one of the wrong type',
      () => block.CONTROL.write({ ENABLE: 1 as never }),
      'ERR_IO_ARGUMENT',
      /ENABLE is 1; .*true or false/,
    ],
    [
      'a field that is not there',
      () => block.CONTROL.write({ RATES: 1 } as never),
      'ERR_IO_ARGUMENT',
      /'RATES'; .*ENABLE, RATE$/,
    ],
    [
      'a read-only field',
      () => block.CONTROL.modify({ VERSION: 1 } as never),
      'ERR_IO_READ_ONLY',
      /VERSION: it is read-only/,
    ],
    [
      'a field’s own write',
      () => block.CONTROL.RATE.write(-1),
      'ERR_IO_ARGUMENT',
      /^CONTROL\.RATE\.write is -1/,
    ],
    [
      'what is no object',
      () => block.CONTROL.write(5 as never),
      'ERR_IO_ARGUMENT',
      /^CONTROL\.write is 5; .*ENABLE, RATE/,
    ],
    [
      'reading what is write-only',
      () => (block.COMMAND as never as { read(): void }).read(),
      'ERR_IO_WRITE_ONLY',
      /^COMMAND\.read: /,
    ],
    [
      'its raw value',
      () => (block.COMMAND as never as { readRaw(): void }).readRaw(),
      'ERR_IO_WRITE_ONLY',
      /^COMMAND\.readRaw: /,
    ],
    [
      'its field',
      () => (block.COMMAND.GO as never as { read(): void }).read(),
      'ERR_IO_WRITE_ONLY',
      /^COMMAND\.GO\.read: /,
    ],
    [
      'changing it',
      () => (block.COMMAND as never as { modify(x: object): void }).modify({}),
      'ERR_IO_WRITE_ONLY',
      /^COMMAND\.modify: /,
    ],
    [
      'changing two sides',
      () => (block.SIDED as never as { modify(x: object): void }).modify({ GO: true }),
      'ERR_IO_UNSUPPORTED',
      /^SIDED\.modify: .*write\(\)/,
    ],
    [
      'changing where a read clears',
      () => (block.EVENTS as never as { modify(x: object): void }).modify({ ENABLE: true }),
      'ERR_IO_UNSUPPORTED',
      /^EVENTS\.modify: .*a read does something/,
    ],
    [
      'a field of such a register',
      () => block.EVENTS.ENABLE.write(true),
      'ERR_IO_UNSUPPORTED',
      /^EVENTS\.ENABLE\.write: /,
    ],
    [
      'writing what is read-only',
      () => (block.CLEARED as never as { write(x: object): void }).write({}),
      'ERR_IO_READ_ONLY',
      /^CLEARED\.write: /,
    ],
    [
      'its raw value written',
      () => (block.CLEARED as never as { writeRaw(x: number): void }).writeRaw(0),
      'ERR_IO_READ_ONLY',
      /^CLEARED\.writeRaw: /,
    ],
    [
      'a raw value too large',
      () => block.NUMBER.writeRaw(2 ** 32),
      'ERR_IO_ARGUMENT',
      /^NUMBER\.writeRaw is 4294967296; /,
    ],
    [
      'a raw value that is no number',
      () => block.NUMBER.write('5' as never),
      'ERR_IO_ARGUMENT',
      /^NUMBER\.write is '5'; .*32 bits/,
    ],
  ]
  for (const [what, misuse, code, message] of refused) {
    test(what, () => {
      assert.throws(misuse, { name: 'IoMappingError', code, message })
      assert.deepEqual(accesses(), [])
    })
  }
})
