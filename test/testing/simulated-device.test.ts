import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bit, bits, block, enumeration, reg8, reg16, reg32, registers } from 'io-mapping/registers'
import { formatAccess, SimulatedDevice } from 'io-mapping/testing'
import { throwsCode } from '../support/errors.js'

const UART = registers({
  ID: reg32(0x00, { VERSION: bits(7, 0) }).ro.reset(0x11),
  STATUS: reg32(0x04, {
    READY: bit(0).ro,
    OVERRUN: bit(1).w1c,
    SEEN: bit(2).ro.rc,
    MODE: enumeration(9, 8, { A: 0, B: 1 }),
  }),
  DATA: reg8(0x08).ro.rx,
  SEND: reg8(0x08).wo,
  COMMAND: reg16(0x0a, { DONE: bit(0) }).writes({ CODE: bits(7, 0) }),
  LINES: block(0x10, registers({ LEVEL: reg32(0) })).array(2, 4),
})
const driverOf = (device: SimulatedDevice<never>) => UART.at(device)
const rig = () => {
  const device = new SimulatedDevice(UART, {
    name: 'the uart',
    size: 0x1000,
    memory: [{ offset: 0x100, length: 0x80 }],
  })
  return { device, uart: driverOf(device as never), log: () => device.log.map(formatAccess) }
}

test('it starts as after a reset, and reset() brings that back', () => {
  const { device, uart } = rig()
  assert.deepEqual(uart.ID.read(), { VERSION: 0x11 })
  device.state.ID.write({ VERSION: 0x22 })
  device.state.LINES[1].LEVEL.write(5)
  assert.deepEqual(uart.ID.read(), { VERSION: 0x22 })
  assert.equal(uart.LINES[1].LEVEL.read(), 5)
  device.write32(0x100, 7)
  device.inject({ effect: 'error', times: Number.POSITIVE_INFINITY })
  device.reset()
  assert.deepEqual(uart.ID.read(), { VERSION: 0x11 })
  assert.equal(uart.LINES[1].LEVEL.read(), 0)
  assert.equal(device.read32(0x100), 0)
})

test('registers behave as they are described', () => {
  const { device, uart } = rig()
  device.state.STATUS.write({ READY: true, OVERRUN: true, SEEN: true })
  device.write32(0x04, 0x0000_0101)
  assert.deepEqual(
    device.state.STATUS.read(),
    { READY: true, OVERRUN: true, SEEN: true, MODE: 'B' },
    'a 0 clears nothing',
  )
  assert.equal(uart.STATUS.SEEN.read(), true)
  assert.equal(uart.STATUS.SEEN.read(), false, 'the read has cleared it')
  uart.STATUS.write({ OVERRUN: true, MODE: 'B' })
  assert.deepEqual(device.state.STATUS.read(), { READY: true, OVERRUN: false, SEEN: false, MODE: 'B' })
})

test('hooks: what a read answers, what a write does', () => {
  const { device, uart } = rig()
  const [input, output]: [number[], number[]] = [[0x41, 0x42], []]
  device.onRead(device.state.DATA, () => {
    device.state.STATUS.READY.write(input.length > 1)
    return input.shift() ?? 0
  })
  device.onWrite(device.state.SEND, byte => void output.push(byte))
  assert.deepEqual([uart.DATA.read(), uart.STATUS.READY.read(), uart.DATA.read()], [0x41, true, 0x42])
  assert.equal(uart.STATUS.READY.read(), false)
  device.onRead(device.state.ID, () => -2)
  assert.equal(uart.ID.readRaw(), 0xffff_fffe, 'a two’s complement, as IoMem takes it')
  uart.SEND.write(0x58)
  uart.SEND.write(0x59)
  assert.deepEqual(output, [0x58, 0x59])
})

test('a write-only register on the place of a read-only one does not change what is read', () => {
  const device = new SimulatedDevice(registers({ IN: reg8(0).ro.reset(0x11), OUT: reg8(0).wo }))
  assert.equal(device.read8(0), 0x11)
  device.write8(0, 0x22)
  assert.equal(device.read8(0), 0x11)
  device.state.IN.write(0x33)
  assert.equal(device.read8(0), 0x33)
  device.reset()
  assert.equal(device.read8(0), 0x11)
})

test('a hook sees the state as it is after the write; the last one set counts', () => {
  const { device, uart } = rig()
  const seen: unknown[] = []
  device.onWrite(device.state.STATUS, () => assert.fail('it was replaced'))
  device.onWrite(device.state.STATUS, written => seen.push(written, device.state.STATUS.MODE.read()))
  uart.STATUS.write({ MODE: 'B' })
  assert.deepEqual(seen, [0x100, 'B'])
})

test('a register with two sides keeps what is read apart from what is written', () => {
  const { device, uart } = rig()
  let code = 0
  device.onWrite(device.state.COMMAND, written => {
    code = written
  })
  uart.COMMAND.write({ CODE: 0xff })
  assert.equal(code, 0xff)
  assert.deepEqual(uart.COMMAND.read(), { DONE: false })
})

test('the log has every access of the driver, in order; none of the device’s own, none that was refused', () => {
  const { device, uart, log } = rig()
  device.onRead(device.state.ID, () => device.state.ID.readRaw() + 1)
  uart.ID.read()
  uart.STATUS.MODE.poll(() => true)
  uart.SEND.write(0x30)
  device.copyFrom(new Uint8Array([1, 2, 3, 4]), { offset: 0x100, width: 2 })
  assert.throws(() => device.read8(0))
  assert.deepEqual(log(), [
    'read32 0x0 = 0x00000012',
    'read32 0x4 = 0x00000000',
    'write8 0x8 = 0x30',
    'write16 0x100 = 0x0201',
    'write16 0x102 = 0x0403',
  ])
  assert.deepEqual(device.log[0], { kind: 'read', offset: 0, width: 4, value: 0x12 })
})

describe('an access that fits no register is an error', () => {
  const { device, log } = rig()
  const misuses: [string, Parameters<typeof throwsCode>[0], () => unknown, RegExp][] = [
    [
      'too narrow',
      'ERR_IO_WIDTH',
      () => device.read8(0x00),
      /read8: 8 bits at 0x0 of the uart are not ID, .* 32 bits at 0x0/,
    ],
    ['too wide', 'ERR_IO_WIDTH', () => device.write32(0x08, 0), /are not DATA, .* 8 bits at 0x8/],
    ['a part', 'ERR_IO_WIDTH', () => device.read16(0x06), /are not STATUS/],
    ['unaligned', 'ERR_IO_ALIGN', () => device.read32(0x02), /multiple of 4/],
    ['nothing there', 'ERR_IO_RANGE', () => device.read32(0x20), /neither a register nor memory at 0x20/],
    ['half memory', 'ERR_IO_RANGE', () => device.copyTo(new Uint8Array(8), { offset: 0x17c, width: 8 }), /./],
    ['outside', 'ERR_IO_RANGE', () => device.read32(0x1000), /0x1000 bytes/],
    [
      'a write to what is read-only',
      'ERR_IO_READ_ONLY',
      () => device.write32(0, 1),
      /ID of the uart, at 0x0, is read-only/,
    ],
    ['a value that does not fit', 'ERR_IO_ARGUMENT', () => device.write8(0x08, 256), /8 bits/],
  ]
  for (const [what, code, misuse, message] of misuses) {
    test(what, () => {
      if (what === 'half memory') return void assert.throws(misuse)
      const error = throwsCode(code, '', misuse)
      assert.match(error.message, message)
      assert.deepEqual(log(), [])
    })
  }

  test('a read of what is write-only', () => {
    const only = new SimulatedDevice(registers({ KICK: reg32(0).wo }))
    throwsCode('ERR_IO_WRITE_ONLY', 'read32: KICK ', () => only.read32(0))
  })
})

test('a device that is misdescribed is refused', () => {
  throwsCode('ERR_IO_ARGUMENT', 'SimulatedDevice: the block', () => new SimulatedDevice(5 as never))
  throwsCode('ERR_IO_ARGUMENT', 'SimulatedDevice: options.size', () => new SimulatedDevice(UART, { size: 4 }))
  const [offset, length] = [0, 2 ** 50]
  throwsCode(
    'ERR_IO_ADDRESS_SPACE',
    'A device of 0x4000000000000 bytes',
    () => new SimulatedDevice(UART, { memory: [{ offset, length }] }),
  )
  for (const memory of [5, null, [{}], [null], [{ offset: -8, length: 4 }], [{ offset: 0, length: '8' }]])
    throwsCode(
      'ERR_IO_ARGUMENT',
      'SimulatedDevice: options.memory',
      () => new SimulatedDevice(UART, { memory: memory as never }),
    )
  throwsCode(
    'ERR_IO_ARGUMENT',
    'SimulatedDevice: an option',
    () => new SimulatedDevice(UART, { widths: [4] } as never),
  )
  const { device } = rig()
  throwsCode('ERR_IO_ARGUMENT', 'onRead: the hook', () => device.onRead(device.state.ID, 5 as never))
  throwsCode('ERR_IO_ARGUMENT', 'onRead: the register', () =>
    device.onRead({ offset: 4, width: 2 } as never, () => 5),
  )
  throwsCode('ERR_IO_ARGUMENT', 'onWrite: the register', () => device.onWrite(device.state.ID, () => {}))
  throwsCode('ERR_IO_ARGUMENT', 'onWrite: the register', () => device.onWrite(undefined as never, () => {}))
  device.onRead(device.state.ID, () => 2 ** 32)
  throwsCode('ERR_IO_ARGUMENT', 'onRead: the hook’s answer'.replace('’', "'"), () => device.read32(0))
})

describe('faults', () => {
  test('an error: the access throws, and the device does not see it', () => {
    const { device, uart, log } = rig()
    let written = 0
    device.onWrite(device.state.SEND, () => void written++)
    device.inject({ where: device.state.SEND, effect: 'error' })
    assert.deepEqual(uart.ID.read(), { VERSION: 0x11 }, 'only there')
    throwsCode('ERR_IO_FAULT', 'write8: offset 0x8 ', () => uart.SEND.write(1))
    uart.SEND.write(2)
    assert.equal(written, 1, 'only once')
    assert.equal(device.log[1]?.fault, true)
    assert.deepEqual(log(), ['read32 0x0 = 0x00000011', 'write8 0x8 = 0x01 fault', 'write8 0x8 = 0x02'])
  })

  test('unplugged: reads are all ones, writes go nowhere', () => {
    const { device, uart } = rig()
    device.inject({ effect: 'unplugged', skip: 1, times: Number.POSITIVE_INFINITY })
    assert.equal(uart.ID.readRaw(), 0x11)
    uart.LINES[0].LEVEL.write(5)
    assert.equal(device.state.LINES[0].LEVEL.read(), 0)
    assert.equal(uart.ID.readRaw(), 0xffffffff)
    assert.equal(device.read8(0x08), 0xff)
  })

  test('a function: a value that is disturbed on its way', () => {
    const { device, uart } = rig()
    device.inject({ kind: 'read', effect: value => Number(value) ^ 1 })
    device.inject({ kind: 'write', effect: () => -1, times: 2 })
    assert.equal(uart.ID.readRaw(), 0x10)
    assert.equal(uart.ID.readRaw(), 0x11)
    uart.LINES[0].LEVEL.write(5)
    assert.equal(device.state.LINES[0].LEVEL.read(), 0xffffffff)
  })

  test('misuse is refused', () => {
    const { device } = rig()
    throwsCode('ERR_IO_ARGUMENT', 'inject: effect', () => device.inject({ effect: 'fire' as never }))
    throwsCode('ERR_IO_ARGUMENT', 'inject: times', () => device.inject({ effect: 'error', times: 0.5 }))
    throwsCode('ERR_IO_ARGUMENT', 'inject: skip', () => device.inject({ effect: 'error', skip: -1 }))
    throwsCode('ERR_IO_ARGUMENT', 'inject: an option', () =>
      device.inject({ effect: 'error', at: 5 } as never),
    )
  })
})
