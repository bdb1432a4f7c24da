import { test } from 'node:test'
import { type IoMem, PAGE_SIZE } from 'io-mapping'
import { throwsCode } from '../support/errors.js'
import { Rig } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'
import { WIDE, WIDTHS } from '../support/widths.js'
import { WRONG } from '../support/wrong.js'

const SIZE = 4 * PAGE_SIZE

inEachStrategy('ERR_IO_ARGUMENT', strategy => {
  for (const { bytes: width, write, store } of WIDTHS) {
    test(`${write} with values that don't fit`, () => {
      using rig = new Rig(SIZE, strategy)
      using page = rig.mapping.map(PAGE_SIZE)
      const bits = BigInt(8 * width)
      const above = [1n << bits, (1n << bits) + 1n, 1n << 64n, 1n << 100n]
      const below = [-(1n << (bits - 1n)) - 1n, -(1n << bits), -(1n << 80n)]
      rig.untouched(() => {
        for (const value of [...above, ...below]) {
          throwsCode('ERR_IO_ARGUMENT', `${write}: `, () => store(page, 8, value))
        }
      })
    })
  }

  const writers: [string, (page: IoMem, value: number) => void][] = [
    ['write8', (page, value) => page.write8(8, value)],
    ['write16', (page, value) => page.write16(8, value)],
    ['write32', (page, value) => page.write32(8, value)],
  ]
  for (const [name, write] of writers) {
    test(`${name} with what is no whole number`, () => {
      using rig = new Rig(SIZE, strategy)
      using page = rig.mapping.map(PAGE_SIZE)
      rig.untouched(() => {
        for (const value of [0.5, -0.5, 1e-300, Number.NaN, Number.POSITIVE_INFINITY, -Infinity, ...WRONG]) {
          throwsCode('ERR_IO_ARGUMENT', `${name}: `, () => write(page, value))
        }
      })
    })

    test(`${name} with a bigint`, () => {
      using rig = new Rig(SIZE, strategy)
      using page = rig.mapping.map(PAGE_SIZE)
      rig.untouched(() =>
        throwsCode('ERR_IO_ARGUMENT', `${name}: `, () => write(page, 1n as unknown as number)),
      )
    })
  }

  test('write64 with what is no bigint', {
    skip: WIDTHS.includes(WIDE) ? false : 'no 64-bit access here',
  }, () => {
    using rig = new Rig(SIZE, strategy)
    using page = rig.mapping.map(PAGE_SIZE)
    rig.untouched(() => {
      for (const value of [0, 1, -1, 0.5, Number.NaN, ...WRONG]) {
        throwsCode('ERR_IO_ARGUMENT', 'write64: ', () => page.write64(8, value as unknown as bigint))
      }
    })
  })

  test('of an access that is wrong in two ways, the place is told before the value', () => {
    using rig = new Rig(SIZE, strategy)
    using page = rig.mapping.map(0)
    rig.untouched(() => {
      throwsCode('ERR_IO_RANGE', 'write8: ', () => page.write8(PAGE_SIZE, 256))
      throwsCode('ERR_IO_ALIGN', 'write32: ', () => page.write32(2, 2 ** 32))
    })
  })
})
