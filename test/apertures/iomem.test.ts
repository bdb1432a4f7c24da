import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Aperture, iomem, memory, PAGE_SIZE } from 'io-mapping'
import { FakeDevice } from '../support/device.js'
import { throwsCode } from '../support/errors.js'

const SIZE = 4 * PAGE_SIZE

/** Runs `body` with apertures in iomem. */
const withApertures = (apertures: Aperture[], body: () => void): void => {
  for (const each of apertures) iomem.add(each)
  try {
    body()
  } finally {
    for (const each of apertures) iomem.remove(each)
  }
}

describe('iomem', () => {
  test('finds what was added, by any range within it', () => {
    const aperture = memory(SIZE)
    const { base } = aperture
    withApertures([aperture], () => {
      const ranges = [
        [base, SIZE],
        [base, 1],
        [base + SIZE - 1, 1],
        [base + 5, 100],
      ] as const
      for (const [start, size] of ranges) assert.equal(iomem.find(start, size), aperture)
    })
  })

  test('ERR_IO_NO_APERTURE: a range that nothing holds, or no one thing', () => {
    const [left, right] = [memory(SIZE), memory(SIZE)]
    const { base } = left
    withApertures([left, right], () => {
      const ranges = [
        [base - 1, 1],
        [base - 1, 2],
        [base + SIZE, 1],
        [base + SIZE - 1, 2],
        [base, right.base + SIZE - base],
        [2 ** 53 - 1, 1],
        [0, 2 ** 53 - 1],
      ] as const
      for (const [start, size] of ranges) {
        const { message } = throwsCode('ERR_IO_NO_APERTURE', 'No aperture holds ', () =>
          iomem.find(start, size),
        )
        assert.match(message, /iomem\.add/)
      }
    })
    throwsCode('ERR_IO_NO_APERTURE', 'No aperture holds ', () => iomem.find(base, SIZE))
  })

  test('finds the smallest where they nest', () => {
    using device = new FakeDevice(SIZE, ['uncached'])
    const outer = device.aperture
    const inner = outer.slice(PAGE_SIZE, 2 * PAGE_SIZE)
    const innermost = inner.slice(0, PAGE_SIZE)
    for (const order of [
      [outer, inner, innermost],
      [innermost, inner, outer],
    ]) {
      withApertures(order, () => {
        assert.equal(iomem.find(outer.base, 1), outer)
        assert.equal(iomem.find(inner.base, 1), innermost)
        assert.equal(iomem.find(inner.base, PAGE_SIZE + 1), inner)
        assert.equal(iomem.find(inner.base + 2 * PAGE_SIZE, 1), outer)
      })
    }
  })

  test('add again changes nothing; remove tells whether it was there', () => {
    const aperture = memory(SIZE)
    assert.equal(iomem.remove(aperture), false)
    iomem.add(aperture)
    iomem.add(aperture)
    assert.equal(iomem.list().filter(each => each === aperture).length, 1)
    assert.equal(iomem.remove(aperture), true)
    assert.equal(iomem.remove(aperture), false)
    assert.ok(!iomem.list().includes(aperture))
  })

  test('lists in the order of bus addresses', () => {
    using device = new FakeDevice(SIZE, ['uncached'])
    const apertures = [memory(1), device.aperture, memory(1), device.aperture.slice(PAGE_SIZE, 1)]
    for (const { base } of apertures) assert.ok(base > 0)
    withApertures([...apertures].reverse(), () => {
      const bases = iomem.list().map(({ base }) => base)
      assert.deepEqual(
        bases,
        [...bases].sort((a, b) => a - b),
      )
      for (const each of apertures) assert.ok(iomem.list().includes(each))
    })
  })

  test('ERR_IO_RANGE: a base or a size that is none', () => {
    for (const wrong of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      throwsCode('ERR_IO_RANGE', 'iomem.find: base ', () => iomem.find(wrong, 1))
      throwsCode('ERR_IO_RANGE', 'iomem.find: size ', () => iomem.find(0, wrong))
    }
    throwsCode('ERR_IO_RANGE', 'iomem.find: size ', () => iomem.find(0, 0))
  })

  test('ERR_IO_ARGUMENT: what is no number, what is no aperture', () => {
    for (const wrong of [undefined, null, '0', 0n, {}] as unknown as number[]) {
      throwsCode('ERR_IO_ARGUMENT', 'iomem.find: base ', () => iomem.find(wrong, 1))
      throwsCode('ERR_IO_ARGUMENT', 'iomem.find: size ', () => iomem.find(0, wrong))
    }
    const { base, size, name, memoryTypes } = memory(SIZE)
    for (const wrong of [
      undefined,
      null,
      'memory:4K',
      { base, size, name, memoryTypes },
    ] as unknown as Aperture[]) {
      throwsCode('ERR_IO_ARGUMENT', 'iomem.add: aperture ', () => iomem.add(wrong))
    }
  })
})
