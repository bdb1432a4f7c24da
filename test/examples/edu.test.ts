// The example driver on the simulated device; test/vm/guest/edu.ts runs the same driver on QEMU's.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatAccess, Recorder, Replay, SimulatedDevice } from 'io-mapping/testing'
import { Edu } from '../../examples/edu/driver.js'
import { EDU } from '../../examples/edu/registers.js'
import { simulatedEdu } from '../../examples/edu/simulated.js'
import { needs64 } from '../support/widths.js'

const rig = (memory?: Uint8Array) => {
  const device = simulatedEdu(memory)
  return { device, edu: new Edu(device), log: () => device.log.map(formatAccess) }
}

test('it knows the device, its version, and whether it answers', () => {
  const { device, edu } = rig()
  assert.equal(edu.version, '1.0')
  assert.equal(edu.isAlive(), true)
  device.inject({ effect: 'unplugged', times: Number.POSITIVE_INFINITY })
  assert.equal(edu.isAlive(), false)
  assert.throws(() => new Edu(device), /no edu device: ID 0xffffffff/)
  assert.throws(
    () => new Edu(new SimulatedDevice(EDU)),
    /no edu device: ID 0x00000000 \{ MAJOR: 0, .*MAGIC: 0 \}/,
  )
})

test('factorials, by exactly these accesses', async () => {
  const { device, edu, log } = rig()
  assert.equal(await edu.factorial(10), 3_628_800)
  assert.equal(await edu.factorial(13), 1_932_053_504, 'modulo 2^32')
  device.log.length = 0
  await edu.factorial(0)
  const accesses = log()
  const waits = accesses.splice(3, accesses.length - 4)
  assert.deepEqual(accesses, [
    'read32 0x20 = 0x00000080',
    'write32 0x20 = 0x00000080',
    'write32 0x8 = 0x00000000',
    'read32 0x8 = 0x00000001',
  ])
  assert.ok(waits.every(wait => wait.startsWith('read32 0x20 = ')))
  assert.equal(waits.at(-1), 'read32 0x20 = 0x00000080')
})

test('interrupts: raised by the device or by hand, acknowledged once', async () => {
  const { edu } = rig()
  await edu.factorial(3)
  assert.deepEqual(edu.pending, { FACTORIAL: true, DMA: false })
  edu.raise({ DMA: true })
  assert.deepEqual({ ...edu.acknowledge() }, { FACTORIAL: true, DMA: true })
  assert.deepEqual(edu.pending, { FACTORIAL: false, DMA: false })
})

describe('DMA', { skip: needs64('64-bit registers') }, () => {
  test('through the buffer and back', async () => {
    const memory = new Uint8Array(0x2000)
    memory.set([1, 2, 3, 4], 0x1000)
    const { edu } = rig(memory)
    await edu.fromMemory(0x1000, 4, 100)
    await edu.toMemory(0x1800, 3, 101)
    assert.deepEqual([...memory.subarray(0x1800, 0x1804)], [2, 3, 4, 0])
  })

  test('what is outside of the buffer is refused before anything is touched', async () => {
    const { device, edu } = rig()
    device.log.length = 0
    for (const [at, length] of [
      [0, 4097],
      [4096, 1],
      [-1, 2],
      [0, 0],
      [0.5, 1],
    ] as const) {
      assert.throws(() => edu.fromMemory(0, length, at), RangeError)
      assert.throws(() => edu.toMemory(0, length, at), RangeError)
    }
    assert.deepEqual(device.log, [])
  })
})

describe('a device that fails', () => {
  test('that never gets ready: a timeout that tells what it said', async () => {
    const { device, edu } = rig()
    device.state.STATUS.COMPUTING.write(true)
    await assert.rejects(edu.factorial(5, { timeout: 10 }), {
      code: 'ERR_IO_TIMEOUT',
      message: /^STATUS\.COMPUTING\.poll: .* in 10 ms; .* gave true/,
    })
  })

  test('that is gone in the middle', async () => {
    const { device, edu } = rig()
    device.inject({ where: device.state.STATUS, kind: 'read', skip: 2, effect: 'error' })
    await assert.rejects(edu.factorial(5), { code: 'ERR_IO_FAULT' })
  })
})

test('what was recorded can be replayed', async () => {
  const recorder = new Recorder(simulatedEdu())
  assert.equal(await new Edu(recorder).factorial(6), 720)
  const replay = new Replay(recorder.log)
  assert.equal(await new Edu(replay).factorial(6), 720)
  replay.end()
  await assert.rejects(new Edu(new Replay(recorder.log)).factorial(7), { code: 'ERR_IO_REPLAY' })
})
