// What an SVD file means: through its registers, as io-mapping/registers has them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listRegisters } from 'io-mapping/registers'
import { SimulatedDevice } from 'io-mapping/testing'
import { definePeripheral } from '../../src/cli/register-files/emit/define.js'
import { readRegisterFile } from '../../src/cli/register-files/read-file.js'
import { CHIP, chipWith } from './chip.js'
import { svdFile } from './files.js'

const blockOf = (text: string, name: string) => {
  const device = readRegisterFile(svdFile(text))
  const peripheral = device.peripherals.find(each => each.name === name) ?? assert.fail(`no ${name}`)
  return definePeripheral(device, peripheral)
}
const registersOf = (text: string, name: string) => listRegisters(blockOf(text, name))
const registerOf = (text: string, peripheral: string, path: string) =>
  registersOf(text, peripheral).find(each => each.path === path) ?? assert.fail(`no ${path}`)

test('the device and its peripherals', () => {
  const { name, version, license, endianness, peripherals } = readRegisterFile(svdFile(CHIP))
  assert.deepEqual([name, version, license, endianness], ['CHIP', '1.2', 'Free for all.', 'little'])
  assert.deepEqual(
    peripherals.map(each => [each.name, each.base, each.size]),
    [
      ['UART0', 0x40001000, 0x200],
      ['UART1', 0x40002000, 0x200],
      ['UART2', 0x40003000, 0x200],
      ['1-WIRE', 0x40000000, 0],
    ],
  )
  const [first, second, third] = peripherals.map(({ items }) => items())
  assert.equal(second, first, 'derived: one object')
  assert.notEqual(third, first)
  assert.equal(peripherals[1]?.description, 'A serial port of two lines, and a */ within')
})

test('registers, arrays, lists, clusters within clusters: where they lie, how wide they are', () => {
  const found = registersOf(CHIP, 'UART0').map(({ path, offset, width, access, readEffect }) =>
    [path, offset, width, access, readEffect ? 'effect' : ''].join(' '),
  )
  assert.deepEqual(found, [
    'CONTROL 0 4 read-write ',
    'CONTROL2 4 4 read-write ',
    'STATUS 8 4 read-write effect',
    'RX 12 1 read-only effect',
    'TX 12 1 write-only ',
    'LATCH 12 1 read-write ',
    'COMMAND 16 2 read-write ',
    'BUFFER[0] 32 4 read-write ',
    'BUFFER[1] 40 4 read-write ',
    'BUFFER[2] 48 4 read-write ',
    'BUFFER[3] 56 4 read-write ',
    'TIMERLOW 64 4 read-write ',
    'TIMERHIGH 68 4 read-write ',
    'WIDE 72 8 read-write ',
    'DMA[0].SOURCE 256 2 read-write ',
    'DMA[0].TARGET.HERE 274 2 write-only ',
    'DMA[1].SOURCE 320 2 read-write ',
    'DMA[1].TARGET.HERE 338 2 write-only ',
    'SPARE0.SOURCE 384 2 read-write ',
    'SPARE0.TARGET.HERE 402 2 write-only ',
    'SPARE1.SOURCE 448 2 read-write ',
    'SPARE1.TARGET.HERE 466 2 write-only ',
  ])
})

test('fields: bits in each notation, names of values, lists of fields', () => {
  const decode = (path: string, raw: number | bigint) => ({
    ...(registerOf(CHIP, 'UART0', path).decode(raw) as object),
  })
  assert.deepEqual(decode('CONTROL', 0xff12_3421), { ENABLE: true, PARITY: 'EVEN', DIVIDER: 0x1234 })
  assert.deepEqual(decode('CONTROL', 0x10), { ENABLE: false, PARITY: 'OTHER', DIVIDER: 0 })
  assert.deepEqual(decode('CONTROL2', 0x30), { ENABLE: false, PARITY: 'ODD', DIVIDER: 0 })
  assert.deepEqual(decode('STATUS', 0x205), { DONE: true, BUSY: false, SEEN: true, MODE: 'EVEN' })
  assert.deepEqual(decode('COMMAND', 0x9_40c), {
    CODE: 'ACTIVE',
    LINEA: false,
    LINEB: true,
    LINEC: true,
    read_: true,
  })
  assert.deepEqual(decode('WIDE', 0x8000_0000_0000_0005n), { ADDRESS: 0x2000_0000_0000_0001n, ON: true })
})

test('what a read and a write do, and what is there after a reset', () => {
  const device = new SimulatedDevice(blockOf(CHIP, 'UART0'))
  assert.equal(device.read32(0), 0x300)
  assert.equal(device.read32(4), 0x300, 'derived')
  assert.equal(device.read32(0x40), 0x1234, 'masked')
  assert.equal(device.read64(0x48), 2n ** 63n)
  const state = device.state as Record<string, { writeRaw(value: number): void; readRaw(): number }>
  const status = state.STATUS ?? assert.fail()
  status.writeRaw(0b111)
  device.write32(8, 0)
  assert.equal(status.readRaw(), 0b111, 'a 0 clears nothing')
  device.write32(8, 0b111)
  assert.equal(status.readRaw(), 0b110, 'the register’s oneToClear holds for DONE; the others are read-only')
  device.read32(8)
  assert.equal(status.readRaw(), 0b010, 'a read clears SEEN')
  assert.throws(() => device.write8(0x0d, 0), { code: 'ERR_IO_RANGE' })
})

test('peripherals that are derived: all of it, or with registers of their own', () => {
  assert.deepEqual(
    registersOf(CHIP, 'UART1').map(({ path }) => path),
    registersOf(CHIP, 'UART0').map(({ path }) => path),
  )
  assert.deepEqual(
    registersOf(CHIP, 'UART2').map(({ path }) => path),
    ['ONLY'],
  )
  assert.equal(
    registerOf(CHIP, 'UART2', 'ONLY').format(0x21),
    '0x00000021 { ENABLE: true, PARITY: EVEN, DIVIDER: 0 }',
  )
  assert.deepEqual(
    { ...(registerOf(CHIP, '1-WIRE', 'default').decode(0b1001) as object) },
    { "it's": true, LEVEL: 'EVEN' },
  )
})

test('big-endian processors', () => {
  const device = new SimulatedDevice(blockOf(chipWith('<endian>little', '<endian>big'), 'UART0'))
  assert.equal(device.read32(0), 0x0003_0000)
})

test('other encodings: UTF-16 with a mark, Latin-1 as declared', () => {
  const utf16 = Buffer.from(`\ufeff${CHIP.replace('utf-8', 'utf-16')}`, 'utf16le')
  assert.equal(readRegisterFile(svdFile(utf16)).name, 'CHIP')
  const latin1 = Buffer.from(
    chipWith('encoding="utf-8"', 'encoding="ISO-8859-1"').replace('A serial', 'Für'),
    'latin1',
  )
  assert.match(readRegisterFile(svdFile(latin1)).peripherals[0]?.description ?? '', /^Für port/)
})
