import assert from 'node:assert/strict'
import { once } from 'node:events'
import { constants } from 'node:fs'
import { describe, test } from 'node:test'
import { Aperture, IoMapping, type IoMappingErrorCode, memory, PAGE_SIZE } from 'io-mapping'
import { Descriptor } from '#io-mapping/system/descriptor.js'
import { FakeDevice } from '../support/device.js'
import { throwsCode } from '../support/errors.js'
import { systemCallError } from '../support/patch.js'
import { processStat } from '../support/process-stat.js'
import { pattern } from '../support/rig.js'

const SIZE = 4 * PAGE_SIZE

describe('an aperture', () => {
  test('is what it was made of', () => {
    using device = new FakeDevice(SIZE, ['write-combining', 'uncached'])
    const { name, base, size, memoryTypes } = device.aperture
    assert.deepEqual(
      { name, base, size, memoryTypes },
      { name: 'test:device', base: 0x3f0000000000, size: SIZE, memoryTypes: ['write-combining', 'uncached'] },
    )
    assert.ok(device.aperture instanceof Aperture)
  })

  test('without a bus address gets one of its own, above every real bus, the same each time', () => {
    const apertures = [memory(1), memory(SIZE), memory(1), memory(2 ** 40), memory(1)]
    const bases = apertures.map(({ base }) => base)
    assert.deepEqual(
      bases,
      apertures.map(({ base }) => base),
    )
    for (const [i, { base, size }] of apertures.entries()) {
      assert.ok(Number.isSafeInteger(base + size) && base >= 2 ** 52)
      assert.equal(base % PAGE_SIZE, 0)
      const before = apertures[i - 1]
      if (before) assert.ok(base > before.base + before.size, 'a gap lies between them')
    }
  })

  const open = () => assert.fail('was opened')

  for (const [key, values] of Object.entries({
    name: [undefined, 7, ''],
    base: [-1, 0.5, '0', null],
    offsetInPage: [-5, PAGE_SIZE, '0'],
    memoryTypes: [undefined, [], 'uncached', ['cached'], [undefined]],
    open: [undefined, 5],
    explain: [5],
    confirm: ['no'],
    iova: ['x', -1],
    size: [undefined, '1', 4096n],
  })) {
    for (const value of values) {
      test(`ERR_IO_ARGUMENT: with ${key} ${String(value)}`, () => {
        const init = { name: 'test', size: 1, memoryTypes: ['uncached'], open, [key]: value }
        throwsCode('ERR_IO_ARGUMENT', `new Aperture: ${key} is `, () => new Aperture(init as never))
      })
    }
  }

  test('ERR_IO_ARGUMENT: of nothing', () => {
    for (const nothing of [undefined, null, 5])
      throwsCode('ERR_IO_ARGUMENT', 'new Aperture: what it is', () => new Aperture(nothing as never))
  })

  for (const size of [0, -1, 0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY]) {
    test(`ERR_IO_RANGE: of ${size} bytes`, () => {
      const init = { name: 'test', base: 0, size, memoryTypes: ['uncached' as const], open }
      throwsCode('ERR_IO_RANGE', 'test is ', () => new Aperture(init))
    })
  }
})

describe('slice', () => {
  test('is the part: same memory, its own base, size and name', () => {
    const whole = memory(SIZE)
    const part = whole.slice(PAGE_SIZE + 4, 100)
    assert.deepEqual([part.base, part.size], [whole.base + PAGE_SIZE + 4, 100])
    assert.deepEqual(part.memoryTypes, whole.memoryTypes)
    assert.ok(part.name.startsWith(`${whole.name} at 0x`))
    using all = IoMapping.createWc(whole)
    using some = IoMapping.createWc(part)
    all.map(PAGE_SIZE, 200).copyFrom(pattern(200))
    const copy = Buffer.alloc(100)
    some.map(0, 100).copyTo(copy)
    assert.ok(copy.equals(pattern(200).subarray(4, 104)))
  })

  test('of a slice', () => {
    const whole = memory(SIZE)
    const part = whole.slice(PAGE_SIZE, 2 * PAGE_SIZE).slice(10, 20)
    assert.deepEqual([part.base, part.size], [whole.base + PAGE_SIZE + 10, 20])
    using all = IoMapping.createWc(whole)
    using some = IoMapping.createWc(part)
    all.map(PAGE_SIZE).write8(29, 7)
    assert.equal(some.map(19, 1).read8(0), 7)
  })

  test('all of it is itself; its start is not', () => {
    const whole = memory(SIZE)
    assert.equal(whole.slice(0, SIZE), whole)
    assert.equal(whole.slice(0, 100).size, 100)
  })

  const outside: [number, number][] = [
    [0, 0],
    [0, SIZE + 1],
    [1, SIZE],
    [SIZE, 1],
    [-1, 1],
    [0, -1],
    [0.5, 1],
    [0, 0.5],
    [Number.NaN, 1],
    [0, Number.NaN],
    [2 ** 53, 1],
    [0, 2 ** 53],
    [2 ** 53 - 1, 2 ** 53 - 1],
  ]
  for (const [offset, size] of outside) {
    test(`ERR_IO_RANGE: ${size} bytes at ${offset}`, () => {
      throwsCode('ERR_IO_RANGE', 'slice: ', () => memory(SIZE).slice(offset, size))
    })
  }
})

const REFUSALS: [string, IoMappingErrorCode, RegExp][] = [
  ['ENOENT', 'ERR_IO_NO_APERTURE', /does not exist/],
  ['ENOMEM', 'ERR_IO_ADDRESS_SPACE', /vm\.max_map_count/],
  ['EMFILE', 'ERR_IO_ACCESS', /ulimit -n/],
  ['EEXIST', 'ERR_IO_ADDRESS_SPACE', /mapInto.*unmap/],
  ['ENFILE', 'ERR_IO_ACCESS', /too many open files/],
  ['EROFS', 'ERR_IO_ACCESS', /writable: false/],
  ['EFBIG', 'ERR_IO_RANGE', /larger/],
  ['EIO', 'ERR_IO_ACCESS', /i\/o error$/],
]

describe('a refusal of the system', () => {
  for (const [errno, code, remedy] of REFUSALS) {
    test(`${errno} from open: ${code}, with the cause and the remedy`, () => {
      const cause = systemCallError(errno, 'open')
      const open = () => {
        throw cause
      }
      using device = new FakeDevice(SIZE, ['uncached'], { open })
      const error = throwsCode(code, "test:device can't be mapped", () => IoMapping.create(device.aperture))
      assert.match(error.message, new RegExp(`\\(${errno} from open\\)`))
      assert.match(error.message, remedy)
      assert.equal(error.cause, cause)
    })
  }

  const fromMmap: [string, IoMappingErrorCode, () => Descriptor, RegExp][] = [
    ['EACCES', 'ERR_IO_ACCESS', () => Descriptor.open('/dev/zero', constants.O_RDONLY), /writable: false/],
    [
      'ENODEV',
      'ERR_IO_ACCESS',
      () => Descriptor.open('/dev/null', constants.O_RDWR),
      /does not support mmap/,
    ],
  ]
  for (const [name, code, descriptor, remedy] of fromMmap) {
    test(`${name} from mmap: ${code}, nothing stays open, and what was there is zeros again`, () => {
      const open = () => ({ descriptor: descriptor(), offset: 0 })
      using device = new FakeDevice(SIZE, ['uncached'], { open })
      const before = processStat().descriptors
      const { message } = throwsCode(code, "test:device can't be mapped", () =>
        IoMapping.create(device.aperture),
      )
      assert.match(message, new RegExp(`\\(${name} from mmap\\)`))
      assert.match(message, remedy)
      assert.equal(processStat().descriptors, before)
      using reused = IoMapping.createWc(memory(SIZE))
      assert.ok(Buffer.from(reused.map(0, SIZE).u8).equals(Buffer.alloc(SIZE)))
    })
  }

  test('a close that throws does not hide it: a warning tells', async () => {
    const descriptor = Descriptor.open('/dev/null', constants.O_RDWR)
    const close = () => {
      descriptor.close()
      throw new Error('it is stuck')
    }
    using device = new FakeDevice(SIZE, ['uncached'], {
      open: () => ({ descriptor: { fd: descriptor.fd, close }, offset: 0 }),
    })
    const warned = once(process, 'warning')
    throwsCode('ERR_IO_ACCESS', "test:device can't be mapped", () => IoMapping.create(device.aperture))
    const [{ message }] = await warned
    assert.match(message, /test:device was not mapped.*it is stuck/)
  })

  test('an aperture’s own explanation comes before the general one', () => {
    const open = () => {
      throw systemCallError('EACCES', 'open')
    }
    using device = new FakeDevice(SIZE, ['uncached'], {
      open,
      explain: ({ code }) => ({ why: `mine of ${code}` }),
    })
    const { message } = throwsCode('ERR_IO_ACCESS', "test:device can't", () =>
      IoMapping.create(device.aperture),
    )
    assert.match(message, /mine of EACCES$/)
  })

  test('what is no refusal of the system passes as it is', () => {
    const mine = new Error('mine')
    const open = () => {
      throw mine
    }
    using device = new FakeDevice(SIZE, ['uncached'], { open })
    assert.throws(
      () => IoMapping.create(device.aperture),
      error => error === mine,
    )
  })
})

test('the memory type of a slice is asked for where the slice lies', () => {
  const asked: number[] = []
  const whole = new Aperture({
    name: 'card',
    base: 2 ** 40,
    size: 4 * PAGE_SIZE,
    memoryTypes: ['uncached'],
    open: () => assert.fail('not opened'),
    confirm: skip => {
      asked.push(skip)
      return undefined
    },
  })
  const confirm = (aperture: Aperture) => (aperture as unknown as { confirm(): void }).confirm() // @internal
  confirm(whole)
  confirm(whole.slice(PAGE_SIZE, 2 * PAGE_SIZE).slice(PAGE_SIZE, PAGE_SIZE))
  assert.deepEqual(asked, [0, 2 * PAGE_SIZE])
})
