import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { IoMapping, type IoMappingErrorCode, memory, PAGE_SIZE, type TransferOptions } from 'io-mapping'
import { FakeDevice } from '../support/device.js'
import { checkError } from '../support/errors.js'
import { Losable } from '../support/lost.js'
import { pattern, Rig } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'
import { needs64 } from '../support/widths.js'

const MIB = 1024 ** 2
/** More than is mapped at a time, and no whole number of pages. */
const SIZE = 2 * MIB + 3 * PAGE_SIZE + 5

/** Checks that a promise is rejected with an IoMappingError of this code. */
const rejects = async (code: IoMappingErrorCode, call: string, promise: Promise<unknown>) =>
  checkError(
    await promise.then(
      () => assert.fail(`${call} was to be rejected`),
      error => error,
    ),
    code,
    `${call}: `,
  )

inEachStrategy('readAsync and writeAsync', strategy => {
  test('copy any range, and touch nothing beside it', async () => {
    using rig = new Rig(SIZE, strategy)
    const { mapping } = rig
    const model = pattern(SIZE)
    for (const [offset, length] of [
      [0, SIZE],
      [1, 1],
      [PAGE_SIZE - 3, 7],
      [MIB - 1, MIB + 2],
      [SIZE - 5, 5],
    ] as const) {
      const read = await mapping.readAsync(offset, length)
      assert.ok(Buffer.from(read).equals(model.subarray(offset, offset + length)), `${offset} ${length}`)
      const data = pattern(length + 9).subarray(9)
      await mapping.writeAsync(offset, data)
      data.copy(model, offset)
      assert.ok(rig.bytes().equals(model), `${offset} ${length}`)
    }
    assert.equal(mapping.stats.live, 0)
  })

  test('tell how far they are, to the end', async () => {
    using rig = new Rig(SIZE, strategy)
    for (const run of [
      (options: TransferOptions) => rig.mapping.readAsync(0, SIZE, options),
      (options: TransferOptions) => rig.mapping.writeAsync(0, pattern(SIZE), options),
    ]) {
      const told: number[] = []
      await run({
        onProgress: (done, total) => {
          assert.equal(total, SIZE)
          told.push(done)
        },
      })
      assert.deepEqual(
        told,
        [...told].sort((a, b) => a - b),
      )
      assert.ok(told.length >= 3 && new Set(told).size === told.length)
      assert.equal(told.at(-1), SIZE)
    }
  })

  test('many at once', async () => {
    using rig = new Rig(SIZE, strategy)
    const few = strategy.slotBytes === 4 * PAGE_SIZE
    const offsets = Array.from({ length: few ? 3 : 12 }, (_, i) => i * 100_003)
    const all = await Promise.all(offsets.map(offset => rig.mapping.readAsync(offset, few ? 4000 : 900_000)))
    for (const [i, bytes] of all.entries()) {
      const offset = offsets[i] as number
      assert.ok(
        pattern(SIZE)
          .subarray(offset, offset + bytes.length)
          .equals(bytes),
      )
    }
  })

  test('free ends them, and they have let go when it returns', async () => {
    using rig = new Rig(SIZE, strategy)
    const { mapping } = rig
    const before = rig.bytes()
    const write = mapping.writeAsync(0, new Uint8Array(SIZE), { width: 1 })
    const read = mapping.readAsync(0, SIZE, { width: 1 })
    const ended = Promise.all([
      rejects('ERR_IO_FREED', 'writeAsync', write),
      rejects('ERR_IO_FREED', 'readAsync', read),
    ])
    await setImmediate()
    mapping.free()
    const after = rig.bytes()
    await ended
    assert.ok(rig.bytes().equals(after), 'nothing is written after free')
    const written = after.findIndex((byte, i) => byte !== 0 && before[i] !== 0)
    assert.ok(after.subarray(written).equals(before.subarray(written)), 'the rest is as it was')
  })

  test('memory that goes away in the middle of one', async () => {
    for (const call of ['readAsync', 'writeAsync'] as const) {
      using losable = new Losable(strategy, SIZE)
      const { mapping } = losable
      const options: TransferOptions = { width: 1, onProgress: () => losable.truncate() }
      const running =
        call === 'readAsync'
          ? mapping.readAsync(0, SIZE, options)
          : mapping.writeAsync(0, new Uint8Array(SIZE), options)
      await rejects('ERR_IO_FAULT', call, running)
      assert.ok(mapping.faults > 0)
      await rejects(
        'ERR_IO_FAULT',
        call,
        call === 'readAsync' ? mapping.readAsync(0, 1) : mapping.writeAsync(0, new Uint8Array(1)),
      )
    }
  })

  test('data that is transferred away meanwhile', async () => {
    using rig = new Rig(SIZE, strategy)
    const data = new Uint8Array(SIZE)
    const write = rig.mapping.writeAsync(0, data, {
      onProgress: () => {
        if (data.length > 0) structuredClone(data.buffer, { transfer: [data.buffer] })
      },
    })
    const { message } = await rejects('ERR_IO_ARGUMENT', 'writeAsync', write)
    assert.match(message, /transferred/)
  })

  test('a signal ends one, before and in the middle', async () => {
    using rig = new Rig(SIZE, strategy)
    const reason = new Error('enough')
    const { mapping } = rig
    await assert.rejects(mapping.readAsync(0, SIZE, { signal: AbortSignal.abort(reason) }), reason)
    assert.equal(mapping.stats.maps, 0)
    for (const run of [
      (options: TransferOptions) => mapping.readAsync(0, SIZE, options),
      (options: TransferOptions) => mapping.writeAsync(0, new Uint8Array(SIZE), options),
    ]) {
      const controller = new AbortController()
      let done = 0
      const onProgress = (now: number) => {
        done = now
        controller.abort(reason)
      }
      await assert.rejects(run({ signal: controller.signal, onProgress }), reason)
      assert.ok(done > 0 && done < SIZE)
      assert.equal(mapping.stats.live, 0)
      if (rig.bytes()[0] === 0) assert.ok(rig.bytes().subarray(done).equals(pattern(SIZE).subarray(done)))
    }
    await mapping.readAsync(0, SIZE)
  })
})

describe('readAsync and writeAsync', () => {
  test('the event loop goes on meanwhile', async () => {
    using rig = new Rig(16 * MIB)
    let turns = 0
    let running = true
    const count = async () => {
      for (; running; turns++) await setImmediate()
    }
    const counting = count()
    await rig.mapping.readAsync(0, 16 * MIB, { width: 1 })
    running = false
    await counting
    assert.ok(turns > 20, `${turns} turns`)
  })

  test('by exact accesses, and as uncached and write-combining memory is copied', async () => {
    for (const memoryType of ['uncached', 'write-combining'] as const) {
      using device = new FakeDevice(SIZE - 5, [memoryType])
      using mapping = IoMapping.create(device.aperture, { memoryType })
      const model = pattern(SIZE - 5)
      for (const width of [undefined, 1, 2, 4] as const) {
        const options = width ? { width } : {}
        const read = await mapping.readAsync(8, SIZE - 13, options)
        assert.ok(model.subarray(8).equals(read), `${memoryType} ${width}`)
        await mapping.writeAsync(PAGE_SIZE + 8, read.subarray(16, MIB), options)
        model.set(read.subarray(16, MIB), PAGE_SIZE + 8)
      }
      assert.ok(model.equals(await mapping.readAsync(0, SIZE - 5)))
    }
  })

  test('what onProgress throws rejects the promise', async () => {
    using rig = new Rig(SIZE)
    const error = new Error('mine')
    const onProgress = () => {
      throw error
    }
    await assert.rejects(rig.mapping.readAsync(0, SIZE, { onProgress }), error)
    assert.equal(rig.mapping.stats.live, 0)
  })

  test('a promise that onProgress returns is waited for, and rejects theirs', async () => {
    using rig = new Rig(SIZE)
    const error = new Error('mine')
    let under = 0
    const onProgress = async (done: number) => {
      assert.equal(++under, 1, 'one at a time')
      await setImmediate()
      under--
      if (done === SIZE) throw error
    }
    await assert.rejects(rig.mapping.readAsync(0, SIZE, { onProgress }), error)
    const freeing = async () => {
      await setImmediate()
      rig.mapping.free()
    }
    await rejects(
      'ERR_IO_FREED',
      'writeAsync',
      rig.mapping.writeAsync(0, new Uint8Array(SIZE), { onProgress: freeing }),
    )
  })

  test('free in onProgress', async () => {
    for (let round = 0; round < 3; round++) {
      using rig = new Rig(SIZE)
      const onProgress = (done: number) => {
        if (done > round * MIB) rig.mapping.free()
      }
      await rejects('ERR_IO_FREED', 'readAsync', rig.mapping.readAsync(0, SIZE, { onProgress }))
    }
  })

  test('refuse what is wrong, and touch nothing', async () => {
    using rig = new Rig(SIZE)
    const { mapping } = rig
    const read = (...args: unknown[]) =>
      (mapping.readAsync as (...all: unknown[]) => Promise<unknown>).apply(mapping, args)
    for (const [offset, length] of [
      [SIZE, 1],
      [0, SIZE + 1],
      [-1, 1],
      [0, 0],
      [0.5, 1],
      [Number.NaN, 1],
      [0, Number.NaN],
      [0, -1],
      [0, Number.POSITIVE_INFINITY],
      ['0', 1],
      [undefined, undefined],
    ]) {
      await rejects('ERR_IO_RANGE', 'readAsync', read(offset, length))
    }
    await rejects('ERR_IO_RANGE', 'writeAsync', mapping.writeAsync(0, new Uint8Array(0)))
    await rejects('ERR_IO_RANGE', 'writeAsync', mapping.writeAsync(SIZE - 1, new Uint8Array(2)))
    await rejects('ERR_IO_ALIGN', 'readAsync', mapping.readAsync(1, 4, { width: 4 }))
    await rejects('ERR_IO_ALIGN', 'readAsync', mapping.readAsync(0, 5, { width: 4 }))
    for (const options of [
      { width: 3 },
      { signal: {} },
      { onProgress: 1 },
      { Signal: AbortSignal.abort() },
      null,
      'fast',
    ]) {
      const { message } = await read(0, 4, options).then(
        () => assert.fail('accepted'),
        error => checkError(error, 'ERR_IO_ARGUMENT', 'readAsync: '),
      )
      assert.match(message, /must be/)
    }
    await assert.rejects(mapping.writeAsync(0, 'text' as never), { code: 'ERR_IO_ARGUMENT' })
    assert.equal(mapping.stats.live, 0)
    assert.ok(rig.bytes().equals(pattern(SIZE)))
    using readOnly = IoMapping.create(memory(PAGE_SIZE), { writable: false })
    await rejects('ERR_IO_READ_ONLY', 'writeAsync', readOnly.writeAsync(0, new Uint8Array(1)))
    mapping.free()
    await rejects('ERR_IO_FREED', 'readAsync', mapping.readAsync(0, 1))
  })

  test('more than an ArrayBuffer has is refused, with a way out', {
    skip: needs64('an aperture of 16 TiB'),
  }, async () => {
    using mapping = IoMapping.create(memory(2 ** 44), { strategy: 'slots' })
    const { message } = await rejects('ERR_IO_ADDRESS_SPACE', 'readAsync', mapping.readAsync(0, 2 ** 44))
    assert.match(message, /createReadStream/)
    assert.equal(mapping.stats.live, 0)
  })
})
