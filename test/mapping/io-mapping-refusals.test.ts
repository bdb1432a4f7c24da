import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Aperture, IoMapping, type MemoryType, memory, PAGE_SIZE } from 'io-mapping'
import { formatSize, hex } from '#io-mapping/system/numbers.js'
import { closed } from '../support/device.js'
import { throwsCode } from '../support/errors.js'
import { Rig } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'
import { needs64 } from '../support/widths.js'

const SIZE = 4 * PAGE_SIZE
const GIB = 2 ** 30

inEachStrategy('ERR_IO_RANGE', strategy => {
  const offsets = [
    SIZE,
    SIZE + PAGE_SIZE,
    SIZE - PAGE_SIZE + 1,
    -1,
    -PAGE_SIZE,
    0.5,
    PAGE_SIZE + 0.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    2 ** 32,
    2 ** 53 - 1,
    2 ** 53,
    1e300,
  ]
  for (const offset of offsets) {
    test(`a page at ${offset}: map, mapAtomic, atomic`, () => {
      using rig = new Rig(SIZE, strategy)
      rig.untouched(() => {
        throwsCode('ERR_IO_RANGE', 'map: ', () => rig.mapping.map(offset))
        throwsCode('ERR_IO_RANGE', 'mapAtomic: ', () => rig.mapping.mapAtomic(offset))
        throwsCode('ERR_IO_RANGE', 'atomic: ', () =>
          rig.mapping.atomic(offset, () => assert.fail('was called')),
        )
      })
    })
  }

  const windows: [number, number][] = [
    [0, 0],
    [PAGE_SIZE, 0],
    [SIZE, 0],
    [0, -1],
    [PAGE_SIZE, -PAGE_SIZE],
    [0, SIZE + 1],
    [1, SIZE],
    [SIZE - 1, 2],
    [SIZE, 1],
    [0, 0.5],
    [0, PAGE_SIZE + 0.5],
    [0, Number.NaN],
    [Number.NaN, 1],
    [0, Number.POSITIVE_INFINITY],
    [0, 2 ** 31],
    [0, 2 ** 32],
    [0, 2 ** 53 - 1],
    [0, 2 ** 53],
    [2 ** 53 - 1, 1],
    [2 ** 53 - 1, 2 ** 53 - 1],
  ]
  for (const [offset, length] of windows) {
    test(`a window of ${length} bytes at ${offset}`, () => {
      using rig = new Rig(SIZE, strategy)
      rig.untouched(() => throwsCode('ERR_IO_RANGE', 'map: ', () => rig.mapping.map(offset, length)))
    })
  }

  test('what is no number', () => {
    using rig = new Rig(SIZE, strategy)
    rig.untouched(() => {
      for (const wrong of [null, '0', '4096', {}, [], true] as unknown as number[]) {
        throwsCode('ERR_IO_RANGE', 'map: ', () => rig.mapping.map(wrong))
        throwsCode('ERR_IO_RANGE', 'map: ', () => rig.mapping.map(0, wrong))
      }
      throwsCode('ERR_IO_RANGE', 'map: ', () => rig.mapping.map(undefined as unknown as number))
    })
  })

  test('bigints', () => {
    using rig = new Rig(SIZE, strategy)
    rig.untouched(() => {
      throwsCode('ERR_IO_RANGE', 'map: ', () => rig.mapping.map(0, 1n as unknown as number))
      throwsCode('ERR_IO_RANGE', 'map: ', () => rig.mapping.map(0n as unknown as number, 1))
      throwsCode('ERR_IO_RANGE', 'map: ', () => rig.mapping.map(0n as unknown as number))
    })
  })

  test('a window of more than 2 GiB', () => {
    // An aperture that can't be opened shows that the length is checked first, on processors of any size.
    using mapping = IoMapping.createWc(memory(SIZE), strategy)
    const { message } = throwsCode('ERR_IO_RANGE', 'map: ', () => mapping.map(0, 2 * GIB + 1))
    assert.match(message, /1 byte to 0x80000000/)
  })

  test('all of a mapping that has more than 2 GiB', { skip: needs64('so much address space') }, () => {
    using mapping = IoMapping.create(memory(2 * GIB + 1), strategy)
    const { message } = throwsCode('ERR_IO_RANGE', 'map: ', () => mapping.map())
    assert.match(message, /has 0x80000001 bytes.*0x80000000 at most.*map\(offset, length\)/)
    assert.equal(mapping.stats.maps, 0)
  })

  test('an offset that is undefined is not all of the mapping', () => {
    using rig = new Rig(SIZE, strategy)
    rig.untouched(() => {
      throwsCode('ERR_IO_RANGE', 'map: ', () => rig.mapping.map(undefined as unknown as number, undefined))
      throwsCode('ERR_IO_RANGE', 'map: ', () => rig.mapping.map(undefined as unknown as number, 4))
    })
  })

  test('an unaligned page that reaches beyond the end', () => {
    using rig = new Rig(SIZE + 100, strategy)
    rig.untouched(() => {
      const { message } = throwsCode('ERR_IO_RANGE', 'map: ', () => rig.mapping.map(SIZE + 1))
      assert.ok(message.includes(`${hex(PAGE_SIZE)} bytes at offset`))
    })
  })

  test('a length that the last partial page does not have', () => {
    using rig = new Rig(SIZE + 100, strategy)
    assert.equal(rig.mapping.map(SIZE).length, 100)
    rig.untouched(() => {
      for (const length of [101, PAGE_SIZE]) {
        throwsCode('ERR_IO_RANGE', 'map: ', () => rig.mapping.map(SIZE, length))
      }
    })
  })

  test('the message says what was asked and what is allowed', () => {
    using mapping = IoMapping.createWc(memory(0x4000), strategy)
    const { message } = throwsCode('ERR_IO_RANGE', 'map: ', () => mapping.map(0x3000, 0x2000))
    assert.match(message, /0x2000 bytes at offset 0x3000 .* memory:16K has 0x4000 bytes/)
  })
})

inEachStrategy('ERR_IO_FREED', strategy => {
  test('every way to map, after free and after dispose', () => {
    for (const end of ['free', Symbol.dispose] as const) {
      const aperture = memory(SIZE)
      const mapping = IoMapping.createWc(aperture, strategy)
      mapping[end]()
      const { stats } = mapping
      throwsCode('ERR_IO_FREED', 'map: ', () => mapping.map(0))
      throwsCode('ERR_IO_FREED', 'map: ', () => mapping.map(0, 10))
      throwsCode('ERR_IO_FREED', 'map: ', () => mapping.map())
      throwsCode('ERR_IO_FREED', 'map: ', () => mapping.map(-1))
      throwsCode('ERR_IO_FREED', 'mapAtomic: ', () => mapping.mapAtomic(0))
      throwsCode('ERR_IO_FREED', 'atomic: ', () => mapping.atomic(0, () => assert.fail('was called')))
      assert.deepEqual(mapping.stats, stats)
    }
  })

  test('the message names the aperture', () => {
    const mapping = IoMapping.createWc(memory(SIZE), strategy)
    mapping.free()
    const { message } = throwsCode('ERR_IO_FREED', 'map: ', () => mapping.map(0))
    assert.ok(message.includes(`memory:${formatSize(SIZE)} was freed`), message)
  })
})

describe('ERR_IO_ARGUMENT', () => {
  const wrong: [string, string, unknown][] = [
    ['an aperture that is none', 'aperture', undefined],
    ['a mapping for an aperture', 'aperture', {}],
    ['a number for an aperture', 'aperture', 4096],
  ]
  for (const [what, argument, value] of wrong) {
    test(what, () => {
      for (const call of ['create', 'createWc'] as const) {
        throwsCode('ERR_IO_ARGUMENT', `${call}: ${argument}`, () => IoMapping[call](value as Aperture))
      }
    })
  }

  const options: [string, unknown][] = [
    ['options', null],
    ['options', 'permanent'],
    ['options.strategy', { strategy: 'fastest' }],
    ['options.strategy', { strategy: null }],
    ['options.strategy', { strategy: 'toString' }],
    ['options.writable', { writable: 1 }],
    ['options.writable', { writable: null }],
  ]
  for (const [argument, value] of options) {
    test(`${argument} of ${JSON.stringify(value)}`, () => {
      for (const call of ['create', 'createWc'] as const) {
        throwsCode('ERR_IO_ARGUMENT', `${call}: ${argument} `, () =>
          IoMapping[call](closed('write-back'), value as object),
        )
      }
    })
  }

  for (const memoryType of [[], '', 'cached', ['uncached', 'cached'], null, 5] as unknown as MemoryType[]) {
    test(`options.memoryType of ${JSON.stringify(memoryType)}`, () => {
      throwsCode('ERR_IO_ARGUMENT', 'create: options.memoryType ', () =>
        IoMapping.create(closed('write-back'), { memoryType }),
      )
    })
  }
})

inEachStrategy('ERR_IO_ARGUMENT', strategy => {
  test('atomic without a function', () => {
    using rig = new Rig(SIZE, strategy)
    rig.untouched(() => {
      for (const use of [undefined, null, {}, 'x'] as unknown as (() => void)[]) {
        throwsCode('ERR_IO_ARGUMENT', 'atomic: use ', () => rig.mapping.atomic(0, use))
      }
    })
  })
})
