import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { IoMapping, IoMappingError, type IoMappingOptions, type IoMem, memory, PAGE_SIZE } from 'io-mapping'
import { cases } from '../support/emulated.js'
import { pattern, Rig } from '../support/rig.js'
import { fromBytes, toBytes, WIDTHS } from '../support/widths.js'

const SIZE = 2 * PAGE_SIZE + 100

/** Every strategy; slots of a page each too, few enough to be recycled all the time, enough for the longest window. */
const strategies = fc.oneof(
  fc.constantFrom<IoMappingOptions[]>(
    { strategy: 'permanent' },
    { strategy: 'slots' },
    { strategy: 'per-call' },
  ),
  fc.integer({ min: 4, max: 9 }).map(
    (pages): IoMappingOptions => ({
      strategy: 'slots',
      slotBytes: pages * PAGE_SIZE,
    }),
  ),
)

/** Where on its first page the memory starts. */
const starts = fc.oneof(fc.constant(0), fc.nat({ max: PAGE_SIZE - 1 }))

/** A window of the memory, most of them small. */
const windows = fc
  .tuple(
    fc.nat({ max: SIZE - 1 }),
    fc.oneof(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: SIZE })),
  )
  .map(([offset, length]) => ({ offset, length: Math.min(length, SIZE - offset) }))

/** Offsets in and around a window: many inside, some at its ends, some anywhere. */
const offsets = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 64 }) },
  { weight: 3, arbitrary: fc.nat({ max: SIZE }) },
  { weight: 1, arbitrary: fc.integer({ min: -16, max: -1 }) },
  { weight: 1, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.constantFrom(2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 31)) },
)
const widths = fc.constantFrom(...WIDTHS)
const values = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })

const accesses = fc.array(
  fc.record({ width: widths, offset: offsets, value: fc.option(values, { nil: undefined }) }),
  { maxLength: 30 },
)

/** Maps a window. Slots may be too few, if some are held: then nothing changes. */
const mapUnlessHeld = (rig: Rig, window: { offset: number; length: number }, held: number) => {
  const { stats } = rig.mapping
  try {
    return rig.mapping.map(window.offset, window.length)
  } catch (error) {
    assert.ok(error instanceof IoMappingError && error.code === 'ERR_IO_SLOTS', `${error}`)
    assert.ok(held > 0, 'where none is held, there are enough')
    const { recycles } = rig.mapping.stats // what was idle may be gone
    assert.deepEqual(rig.mapping.stats, { ...stats, recycles })
    return undefined
  }
}

describe('against a model', () => {
  test('accesses: each is the model’s, or refused when it is not within the window and aligned on the bus', () => {
    fc.assert(
      fc.property(
        strategies,
        starts,
        windows,
        accesses,
        (strategy, skew, { offset: start, length }, sequence) => {
          using rig = new Rig(SIZE, strategy, skew)
          const model = pattern(SIZE)
          using window = rig.mapping.map(start, length)
          for (const { width, offset, value } of sequence) {
            const inside = Number.isInteger(offset) && offset >= 0 && offset + width.bytes <= length
            const aligned = (skew + start + offset) % width.bytes === 0
            const code = !inside ? 'ERR_IO_RANGE' : aligned ? undefined : 'ERR_IO_ALIGN'
            const fitting = value === undefined ? undefined : BigInt.asUintN(8 * width.bytes, value)
            const access = () =>
              fitting === undefined ? width.load(window, offset) : width.store(window, offset, fitting)
            if (code !== undefined) {
              assert.throws(access, error => error instanceof IoMappingError && error.code === code)
              continue
            }
            const at = start + offset
            const result = access()
            if (fitting === undefined) assert.equal(result, fromBytes(model.subarray(at, at + width.bytes)))
            else model.set(toBytes(fitting, width.bytes), at)
          }
          assert.ok(rig.bytes().equals(model))
        },
      ),
      { numRuns: cases(300) },
    )
  })

  const copies = fc.array(
    fc.record({
      call: fc.constantFrom('copyTo' as const, 'copyFrom' as const, 'fill' as const),
      width: fc.option(fc.constantFrom(...WIDTHS.map(({ bytes }) => bytes)), { nil: undefined }),
      offset: offsets,
      length: fc.oneof(fc.nat({ max: 64 }), fc.nat({ max: SIZE })),
      byte: fc.nat({ max: 255 }),
    }),
    { maxLength: 15 },
  )

  test('copies: each is the model’s, or refused and nothing is touched', () => {
    fc.assert(
      fc.property(
        strategies,
        starts,
        windows,
        copies,
        (strategy, skew, { offset: start, length: size }, sequence) => {
          using rig = new Rig(SIZE, strategy, skew)
          const model = pattern(SIZE)
          using window = rig.mapping.map(start, size)
          for (const { call, width, offset, length, byte } of sequence) {
            const unit = width ?? 1
            const inside = Number.isInteger(offset) && offset >= 0 && offset + length <= size
            const fits = inside && length % unit === 0 && (skew + start + offset) % unit === 0
            const options = { offset, length, ...(width === undefined ? {} : { width }) }
            const data = Buffer.alloc(length + 10, byte)
            const copy = () => {
              if (call === 'fill') window.fill(byte, options)
              else window[call](data, options)
            }
            if (!fits) {
              assert.throws(copy, error => error instanceof IoMappingError && /RANGE|ALIGN/.test(error.code))
              assert.ok(data.every(each => each === byte))
              continue
            }
            copy()
            const at = start + offset
            if (call === 'copyTo') {
              assert.ok(data.subarray(0, length).equals(model.subarray(at, at + length)))
              assert.ok(data.subarray(length).every(each => each === byte))
            } else {
              model.fill(byte, at, at + length)
            }
          }
          assert.ok(rig.bytes().equals(model))
        },
      ),
      { numRuns: cases(300) },
    )
  })

  const fifos = fc.array(
    fc.record({
      call: fc.constantFrom('readFifo' as const, 'writeFifo' as const),
      width: widths,
      offset: offsets,
      values: fc.array(values, { maxLength: 9 }),
    }),
    { maxLength: 15 },
  )

  test('FIFOs: each element is the model’s at the one place, or all are refused and nothing is touched', () => {
    fc.assert(
      fc.property(
        strategies,
        starts,
        windows,
        fifos,
        (strategy, skew, { offset: start, length: size }, sequence) => {
          using rig = new Rig(SIZE, strategy, skew)
          const model = pattern(SIZE)
          using window = rig.mapping.map(start, size)
          for (const { call, width, offset, values: given } of sequence) {
            const { bytes, elements } = width
            const inside = Number.isInteger(offset) && offset >= 0 && offset + bytes <= size
            const code = !inside
              ? 'ERR_IO_RANGE'
              : (skew + start + offset) % bytes === 0
                ? undefined
                : 'ERR_IO_ALIGN'
            const data = elements(given.length)
            const plain = Buffer.from(data.buffer)
            for (const [i, value] of given.entries()) plain.set(toBytes(value, bytes), i * bytes)
            const before = Buffer.from(plain)
            if (code !== undefined) {
              assert.throws(
                () => window[call](offset, data),
                error => error instanceof IoMappingError && error.code === code,
              )
              assert.ok(plain.equals(before))
              continue
            }
            window[call](offset, data)
            const at = start + offset
            if (call === 'writeFifo') {
              model.set(plain.subarray(-bytes), at)
              assert.ok(plain.equals(before))
            } else {
              for (let i = 0; i < given.length; i++)
                assert.ok(plain.subarray(i * bytes, (i + 1) * bytes).equals(model.subarray(at, at + bytes)))
            }
          }
          assert.ok(rig.bytes().equals(model))
        },
      ),
      { numRuns: cases(300) },
    )
  })

  test('windows and views: maps, unmaps and stores in any order', () => {
    const steps = fc.array(
      fc.record({
        what: fc.constantFrom('map', 'unmap', 'view', 'store', 'check'),
        which: fc.nat({ max: 20 }),
        window: windows,
        value: fc.nat({ max: 255 }),
      }),
      { maxLength: 60 },
    )
    fc.assert(
      fc.property(strategies, starts, steps, (strategy, skew, sequence) => {
        using rig = new Rig(SIZE, strategy, skew)
        const model = pattern(SIZE)
        const live: { window: IoMem; view?: Uint8Array }[] = []
        const dead: Uint8Array[] = []
        let maps = 0
        for (const { what, which, window, value } of sequence) {
          const index = which % Math.max(1, live.length)
          const entry = live[index]
          if (what === 'map') {
            const mapped = mapUnlessHeld(rig, window, live.length)
            if (mapped === undefined) continue
            live.push({ window: mapped })
            maps++
          } else if (entry === undefined) {
          } else if (what === 'unmap') {
            entry.window.unmap()
            if (entry.view) dead.push(entry.view)
            live.splice(index, 1)
          } else if (what === 'view') {
            entry.view = entry.window.u8
          } else if (what === 'store') {
            const at = which % entry.window.length
            if (entry.view) entry.view[at] = value
            else entry.window.write8(at, value)
            model[entry.window.offset + at] = value
          } else {
            const { offset, length } = entry.window
            const copy = Buffer.alloc(length)
            entry.window.copyTo(copy)
            assert.ok(copy.equals(model.subarray(offset, offset + length)))
          }
        }
        for (const { window, view } of live) {
          const expected = model.subarray(window.offset, window.offset + window.length)
          assert.ok(Buffer.from(view ?? window.u8).equals(expected))
          assert.equal(window.read8(0), expected[0])
          assert.equal(window.read8(window.length - 1), expected.at(-1))
        }
        for (const view of dead) assert.equal(view.length, 0)
        const { stats } = rig.mapping
        assert.deepEqual([stats.maps, stats.live, stats.hits + stats.misses], [maps, live.length, maps])
        assert.ok(rig.bytes().equals(model))
      }),
      { numRuns: cases(300) },
    )
  })

  test('map takes what lies within, and refuses the rest', () => {
    const any = fc.oneof(fc.nat({ max: SIZE + 10 }), fc.double(), fc.integer(), fc.maxSafeInteger())
    fc.assert(
      fc.property(strategies, any, any, (strategy, offset, length) => {
        using mapping = IoMapping.createWc(memory(SIZE), strategy)
        const whole = Number.isInteger(offset) && Number.isInteger(length)
        if (whole && offset >= 0 && length > 0 && offset + length <= SIZE) {
          using window = mapping.map(offset, length)
          assert.deepEqual([window.offset, window.length], [offset, length])
        } else {
          assert.throws(
            () => mapping.map(offset, length),
            error => error instanceof IoMappingError && error.code === 'ERR_IO_RANGE',
          )
        }
        assert.equal(mapping.stats.live, 0)
      }),
      { numRuns: cases(1000) },
    )
  })
})
