import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { IoMapping } from 'io-mapping'
import { readl, writel } from 'io-mapping/kernel'
import { bit, bits, reg32, registers } from 'io-mapping/registers'
import { type Access, formatLog, parseLog, Recorder, Replay, SimulatedDevice } from 'io-mapping/testing'
import { IS_32_BIT } from '#io-mapping/system/word-size.js'
import { throwsCode } from '../support/errors.js'

const { REGISTER, COUNT } = { REGISTER: 0x10, COUNT: 0x20 }
const BLOCK = registers({ CONTROL: reg32(REGISTER, { ON: bit(0), RATE: bits(15, 8) }), COUNT: reg32(COUNT) })

/** A driver, as one is written: it takes any window. */
const driver = (mem: Parameters<typeof BLOCK.at>[0]) => {
  const { CONTROL, COUNT } = BLOCK.at(mem)
  CONTROL.modify({ ON: true, RATE: 5 })
  COUNT.write(CONTROL.RATE.read() + 1)
  mem.write16(0x30, 0xffff)
  mem.copyFrom(new Uint8Array([1, 2, 3]), { offset: 0x40, width: 1 })
  return COUNT.read()
}

const LOG = `read32 0x10 = 0x00000080
write32 0x10 = 0x00000581
read32 0x10 = 0x00000581
write32 0x20 = 0x00000006
write16 0x30 = 0xffff
write8 0x40 = 0x01
write8 0x41 = 0x02
write8 0x42 = 0x03
read32 0x20 = 0x00000006
`

test('a recorder passes accesses on and logs them; a replay answers from the log', () => {
  using mapping = IoMapping.create('memory:4K')
  const mem = mapping.map(0)
  mem.write32(REGISTER, 0x80)
  const recorder = new Recorder(mem)
  assert.equal(driver(recorder), 6)
  assert.equal(mem.read32(COUNT), 6)
  assert.equal(mem.read8(0x42), 3)
  assert.equal(formatLog(recorder.log), LOG)

  const replay = new Replay(parseLog(LOG))
  assert.equal(driver(replay), 6)
  replay.end()
})

test('a recorder is the window that it wraps', () => {
  using mapping = IoMapping.create('memory:16K')
  const mem = mapping.map(0x1000, 0x800)
  const recorder = new Recorder(mem)
  assert.deepEqual([recorder.offset, recorder.length, recorder.mapped], [0x1000, 0x800, true])
  writel(7, recorder, 4)
  assert.equal(readl(mem, 4), 7)
  throwsCode('ERR_IO_RANGE', 'read32', () => recorder.read32(0x800))
  recorder.unmap()
  assert.deepEqual([recorder.mapped, mem.mapped], [false, false])
  throwsCode('ERR_IO_UNMAPPED', 'read32', () => recorder.read32(0))
  recorder[Symbol.dispose]()
  throwsCode('ERR_IO_UNMAPPED', 'unmap', () => recorder.unmap())
  throwsCode('ERR_IO_ARGUMENT', 'Recorder: mem', () => new Recorder(mapping as never))
})

test('faults are recorded, and replayed as faults; what was refused is not', () => {
  const device = new SimulatedDevice(BLOCK)
  const recorder = new Recorder(device)
  device.inject({ kind: 'read', effect: 'error' })
  assert.throws(() => recorder.read32(COUNT), { code: 'ERR_IO_FAULT' })
  assert.throws(() => recorder.read8(COUNT), { code: 'ERR_IO_WIDTH' })
  recorder.write32(COUNT, 5)
  const text = formatLog(recorder.log)
  assert.equal(text, 'read32 0x20 = 0xffffffff fault\nwrite32 0x20 = 0x00000005\n')
  const replay = new Replay(parseLog(text))
  throwsCode('ERR_IO_FAULT', 'read32', () => replay.read32(COUNT))
  replay.write32(COUNT, 5)
  replay.end()
})

test('ERR_IO_REPLAY: whatever is not next in the log', () => {
  const log = parseLog(LOG)
  const misuses: [(mem: Replay) => void, RegExp][] = [
    [
      mem => mem.read32(0x14),
      /^read32: access 1 is read32 0x14, where the log has read32 0x10 = 0x00000080$/,
    ],
    [mem => mem.read16(REGISTER), /access 1 is read16 0x10,/],
    [mem => mem.write32(REGISTER, 0x80), /access 1 is write32 0x10 = 0x00000080,/],
  ]
  for (const [misuse, message] of misuses) {
    const replay = new Replay(log)
    assert.match(throwsCode('ERR_IO_REPLAY', '', () => misuse(replay)).message, message)
    assert.equal(replay.read32(REGISTER), 0x80, 'the log is where it was')
    const { message: other } = throwsCode('ERR_IO_REPLAY', 'write32', () => replay.write32(REGISTER, 0x580))
    assert.match(other, /has write32 0x10 = 0x00000581; before it: read32 0x10 = 0x00000080$/)
    throwsCode('ERR_IO_REPLAY', 'end: 8 of 9 ', () => replay.end())
  }
  const replay = new Replay([])
  throwsCode('ERR_IO_REPLAY', 'read32: access 1 ', () => replay.read32(0x1000))
  throwsCode('ERR_IO_RANGE', 'read32', () => new Replay([], 8).read32(8))
  throwsCode('ERR_IO_REPLAY', 'read32: access 1 ', () => new Replay([], 8).read32(0))
  throwsCode('ERR_IO_ARGUMENT', 'Replay: log', () => new Replay('read32' as never))
  replay.end()
})

test('a block that is larger than what was accessed of it can be replayed', () => {
  const large = registers({ ID: reg32(0), LAST: reg32(0xffc) })
  const replay = new Replay(parseLog('read32 0x0 = 0x00000007'))
  assert.equal(large.at(replay).ID.read(), 7)
  replay.end()
})

test('a log as text: what is written is what is read; comments and empty lines are left out', () => {
  const log: Access[] = [
    { kind: 'read', offset: 0x10, width: 1, value: 0xff },
    { kind: 'write', offset: 2 ** 40, width: 8, value: 2n ** 64n - 1n },
    { kind: 'write', offset: 2, width: 2, value: 3, fault: true },
  ]
  assert.deepEqual(parseLog(formatLog(log)), log)
  assert.deepEqual(parseLog('# a comment\n\nread8 0x1 = 0x02\r\n'), [
    { kind: 'read', offset: 1, width: 1, value: 2 },
  ])
  for (const line of [
    'read24 0x0 = 0x0',
    'read8 0 = 0x0',
    'peek8 0x0 = 0x0',
    'read8 0x0 = 0x100',
    'read8 0x0',
    'read8 0x0 = 0x0 faulty',
  ])
    throwsCode('ERR_IO_ARGUMENT', 'parseLog: line 2 ', () => parseLog(`# first\n${line}`))
})

test('io-mapping/registers and io-mapping/testing need no addon', {
  skip: IS_32_BIT ? 'seen on 64 bits' : false,
}, async () => {
  const { runModule } = await import('../support/child.js')
  const { stdout, stderr } = await runModule(`
    await import('io-mapping/registers')
    await import('io-mapping/testing')
    const { readFileSync } = await import('node:fs')
    console.log(readFileSync('/proc/self/maps', 'utf8').includes('io-mapping.node'))`)
  assert.equal(stdout.trim(), 'false', stderr)
  assert.ok(readFileSync('/proc/self/maps', 'utf8').includes('io-mapping.node'), 'here it is loaded')
})
