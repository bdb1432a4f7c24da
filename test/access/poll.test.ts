import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { IoMapping, memory, PAGE_SIZE } from 'io-mapping'
import { bit, bits, reg32, registers } from 'io-mapping/registers'
import { Recorder } from 'io-mapping/testing'
import { IS_32_BIT } from '#io-mapping/system/word-size.js'
import { rejectsCode } from '../support/errors.js'

const mapping = IoMapping.create(memory(2 * PAGE_SIZE))
const mem = mapping.map(0)

describe('poll8 to poll64', () => {
  test('what is ready at once takes one read, of its width', async () => {
    const recorder = new Recorder(mem)
    mem.write32(0x10, 0x80)
    assert.equal(await recorder.poll32(0x10, value => value & 0x80), 0x80)
    assert.equal(await recorder.poll16(0x10, value => value === 0x80), 0x80)
    assert.equal(await recorder.poll8(0x10, value => value === 0x80), 0x80)
    const widths = [4, 2, 1]
    if (!IS_32_BIT) {
      assert.equal(await recorder.poll64(0x10, value => value === 0x80n), 0x80n)
      widths.push(8)
    }
    assert.deepEqual(
      recorder.log.map(({ kind, width }) => [kind, width]),
      widths.map(width => ['read', width]),
    )
  })

  test('it reads on until it is ready, and other code runs meanwhile', async () => {
    mem.write32(0x20, 0)
    setTimeout(() => mem.write32(0x20, 7), 20)
    let reads = 0
    const value = await mem.poll32(0x20, now => {
      reads++
      return now === 7
    })
    assert.equal(value, 7)
    assert.ok(reads > 1)
  })

  test('an interval spaces the reads', async () => {
    const times: number[] = []
    await mem.poll32(0x20, () => times.push(performance.now()) === 3, { timeout: 60_000, interval: 25 })
    const [first = 0, second = 0, third = 0] = times
    for (const gap of [second - first, third - second]) assert.ok(gap >= 24, `${gap} ms`) // timers may be 1 ms early
  })

  test('ERR_IO_TIMEOUT tells what was read last; time is up after a last read', async () => {
    mem.write32(0x20, 0xab)
    let reads = 0
    const { message } = await rejectsCode(
      'ERR_IO_TIMEOUT',
      'poll32: offset 0x20 ',
      mem.poll32(0x20, () => void reads++, { timeout: 0 }),
    )
    assert.match(message, /not ready in 0 ms; the last of 1 reads gave 0xab\. .*options\.timeout/)
    assert.equal(reads, 1)
  })

  test('a signal ends the wait with its reason, before a read and between reads', async () => {
    const reason = new Error('enough')
    let reads = 0
    const never = () => void reads++
    await assert.rejects(
      mem.poll32(0, never, { signal: AbortSignal.abort(reason), timeout: Infinity }),
      reason,
    )
    assert.equal(reads, 0)
    for (const interval of [0, 10_000]) {
      const controller = new AbortController()
      setTimeout(() => controller.abort(reason), 10)
      await assert.rejects(
        mem.poll32(0, never, { signal: controller.signal, timeout: Infinity, interval }),
        reason,
      )
    }
    assert.ok(reads > 1)
  })

  test('a window that is unmapped meanwhile rejects it', async () => {
    const window = mapping.map(PAGE_SIZE)
    setTimeout(() => window.unmap(), 5)
    await rejectsCode(
      'ERR_IO_UNMAPPED',
      'read32',
      window.poll32(0, () => false),
    )
  })

  test('an atomic page can’t be polled: it would be held across an await', () => {
    assert.throws(() => mapping.atomic(0, page => page.poll32(0, () => true)), { code: 'ERR_IO_ATOMIC' })
  })

  test('misuse is refused, and nothing is read', async () => {
    const recorder = new Recorder(mem)
    const ready = () => true
    const poll = (ready: unknown, options?: unknown) =>
      recorder.poll32(0, ready as () => boolean, options as object)
    await rejectsCode('ERR_IO_ARGUMENT', 'poll32: ready ', poll(5))
    await rejectsCode('ERR_IO_ARGUMENT', 'poll32: options.timeout ', poll(ready, { timeout: -1 }))
    await rejectsCode('ERR_IO_ARGUMENT', 'poll32: options.timeout ', poll(ready, { timeout: Number.NaN }))
    await rejectsCode('ERR_IO_ARGUMENT', 'poll32: options.interval ', poll(ready, { interval: 2 ** 31 }))
    await rejectsCode('ERR_IO_ARGUMENT', 'poll32: options.signal ', poll(ready, { signal: {} }))
    await rejectsCode('ERR_IO_ARGUMENT', 'poll32: an option ', poll(ready, { time: 5 }))
    assert.deepEqual(recorder.log, [])
    await rejectsCode(
      'ERR_IO_ARGUMENT',
      'poll32: what ready returned ',
      poll(async () => false),
    )
    await rejectsCode('ERR_IO_ALIGN', 'read32', mem.poll32(2, ready))
    await assert.rejects(
      mem.poll32(0, () => {
        throw new Error('mine')
      }),
      /mine/,
    )
  })
})

describe('poll() of registers and fields', () => {
  const { STATUS } = registers({ STATUS: reg32(0x40, { BUSY: bit(0), COUNT: bits(15, 8) }) }).at(mem)

  test('they wait for values', async () => {
    mem.write32(0x40, 1)
    setTimeout(() => mem.write32(0x40, 0x500), 10)
    assert.equal(await STATUS.BUSY.poll(busy => !busy), false)
    assert.deepEqual(await STATUS.poll(({ COUNT }) => COUNT === 5), { BUSY: false, COUNT: 5 })
  })

  test('their timeouts name them, and show the value', async () => {
    mem.write32(0x40, 0x1201)
    const { message } = await rejectsCode(
      'ERR_IO_TIMEOUT',
      'STATUS.poll: ',
      STATUS.poll(({ BUSY }) => !BUSY, { timeout: 1 }),
    )
    assert.match(message, /gave 0x00001201 \{ BUSY: true, COUNT: 0x12 \}\./)
    const other = await rejectsCode(
      'ERR_IO_TIMEOUT',
      'STATUS.BUSY.poll: ',
      STATUS.BUSY.poll(busy => !busy, { timeout: 1 }),
    )
    assert.match(other.message, /gave true\./)
  })
})
