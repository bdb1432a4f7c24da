import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { IoMapping, type MemoryType, memory, PAGE_SIZE } from 'io-mapping'
import { COPY, native } from '#io-mapping/system/native.js'
import { closed, FakeDevice } from '../support/device.js'
import { throwsCode } from '../support/errors.js'
import { patchNative } from '../support/patch.js'
import { processStat } from '../support/process-stat.js'
import { inEachStrategy } from '../support/strategies.js'

const SIZE = 4 * PAGE_SIZE

describe('ERR_IO_MEMORY_TYPE', () => {
  const refused: [MemoryType[], MemoryType | MemoryType[]][] = [
    [['uncached'], 'write-combining'],
    [['uncached'], 'write-back'],
    [['unknown'], 'uncached'],
    [['write-combining', 'uncached'], 'write-back'],
    [
      ['write-combining', 'uncached'],
      ['write-back', 'unknown'],
    ],
    [['write-back'], 'uncached'],
    [['write-back'], ['uncached', 'unknown']],
  ]
  for (const [offered, asked] of refused) {
    test(`${asked} of an aperture that offers ${offered}`, () => {
      const { message } = throwsCode('ERR_IO_MEMORY_TYPE', 'create: ', () =>
        IoMapping.create(closed(...offered), { memoryType: asked }),
      )
      assert.match(message, new RegExp(`it offers ${offered.join(', ')}`))
    })
  }

  for (const offered of [['uncached'], ['unknown'], ['unknown', 'uncached']] as MemoryType[][]) {
    test(`createWc of an aperture that offers ${offered}`, () => {
      throwsCode('ERR_IO_MEMORY_TYPE', 'createWc: ', () => IoMapping.createWc(closed(...offered)))
    })
  }

  test('create never takes write-combining unasked', () => {
    throwsCode('ERR_IO_MEMORY_TYPE', 'create: ', () => IoMapping.create(closed('write-combining')))
  })
})

inEachStrategy('the memory type that a mapping has', strategy => {
  test('the first of several that is offered is taken', () => {
    using device = new FakeDevice(SIZE, ['write-combining', 'uncached'])
    const memoryType = ['write-back', 'uncached', 'write-combining'] as const
    using mapping = IoMapping.create(device.aperture, { ...strategy, memoryType })
    assert.equal(mapping.memoryType, 'uncached')
  })

  test('the kernel gave another type than was asked for: refused, and nothing stays open or mapped', () => {
    using device = new FakeDevice(SIZE, ['write-combining', 'uncached'], { confirm: () => 'uncached' })
    IoMapping.createWc(memory(SIZE), strategy).free() // what is kept for reuse is there before and after
    const before = processStat()
    const { message } = throwsCode('ERR_IO_MEMORY_TYPE', 'createWc: ', () =>
      IoMapping.createWc(device.aperture, strategy),
    )
    assert.match(message, /mapped test:device uncached, not write-combining/)
    assert.equal(device.opened, 1)
    assert.equal(processStat().descriptors, before.descriptors)
    assert.doesNotMatch(readFileSync('/proc/self/maps', 'utf8'), new RegExp(device.path))
  })

  test('the kernel gave another type, which was asked for too: told', () => {
    using device = new FakeDevice(SIZE, ['write-combining', 'uncached'], { confirm: () => 'uncached' })
    using mapping = IoMapping.create(device.aperture, {
      ...strategy,
      memoryType: ['write-combining', 'uncached'],
    })
    assert.equal(mapping.memoryType, 'uncached')
  })

  test('the kernel gave what was asked for', () => {
    using device = new FakeDevice(SIZE, ['write-combining'], { confirm: () => 'write-combining' })
    using mapping = IoMapping.createWc(device.aperture, strategy)
    assert.equal(mapping.memoryType, 'write-combining')
  })

  test('the kernel does not tell: what was opened is what it is', () => {
    using device = new FakeDevice(SIZE, ['write-combining', 'uncached'], { confirm: () => undefined })
    using wc = IoMapping.createWc(device.aperture, strategy)
    using registers = IoMapping.create(device.aperture, strategy)
    assert.deepEqual([wc.memoryType, registers.memoryType], ['write-combining', 'uncached'])
  })
})

test('copies without a width go by what is known of the memory: what a driver doesn’t tell may be a device’s', () => {
  const hows: Record<string, number> = {
    unknown: COPY.uncached,
    uncached: COPY.uncached,
    'write-combining': COPY.stream,
  }
  for (const [memoryType, how] of Object.entries(hows) as [MemoryType, number][]) {
    using device = new FakeDevice(SIZE, [memoryType])
    using mapping = IoMapping.create(device.aperture, { memoryType })
    using window = mapping.map(0, SIZE)
    const seen: number[] = []
    const note = (name: 'copyFromDevice' | 'copyToDevice' | 'fillDevice') => {
      const original = native[name] as (...values: unknown[]) => void
      return patchNative(name, (...values: unknown[]) => {
        seen.push(values[3] as number)
        original(...values)
      })
    }
    using _from = note('copyFromDevice')
    using _to = note('copyToDevice')
    using _fill = note('fillDevice')
    const bytes = new Uint8Array(SIZE)
    window.copyTo(bytes.subarray(5), { offset: 3 })
    window.copyFrom(bytes.subarray(5), { offset: 3 })
    window.fill(7, { offset: 1 })
    assert.deepEqual(seen, [how, how, how], memoryType)
  }
})
