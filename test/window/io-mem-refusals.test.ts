import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { PAGE_SIZE } from 'io-mapping'
import { formatSize, hex } from '#io-mapping/system/numbers.js'
import { runModule } from '../support/child.js'
import { throwsCode } from '../support/errors.js'
import { pattern, Rig } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'
import { needs32, WIDTHS } from '../support/widths.js'
import { WRONG } from '../support/wrong.js'

const SIZE = 4 * PAGE_SIZE

/** Offsets that no access of `width` bytes may have in a window of `length` bytes. */
const outside = (length: number, width: number): number[] => [
  length - width + 1,
  length,
  length + width,
  length + PAGE_SIZE,
  -1,
  -width,
  -PAGE_SIZE,
  -(2 ** 31),
  -(2 ** 32),
  -(2 ** 53),
  0.5,
  width + 0.25,
  length - width + 0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  2 ** 31,
  2 ** 32 - width,
  2 ** 32,
  2 ** 32 + width,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 64,
  1e300,
  Number.MAX_VALUE,
]

/** The windows that misuse is tried on: `start` is where they start in the memory. */
const WINDOWS = [
  { what: 'the first page', start: 0, length: PAGE_SIZE },
  { what: 'a page further on', start: PAGE_SIZE, length: PAGE_SIZE },
  { what: 'the last page', start: SIZE - PAGE_SIZE, length: PAGE_SIZE },
  { what: 'a window of 24 bytes', start: PAGE_SIZE + 8, length: 24 },
] as const

inEachStrategy('ERR_IO_RANGE', strategy => {
  for (const { what, start, length } of WINDOWS) {
    for (const { bytes: width, read, write, load, store } of WIDTHS) {
      test(`${read} and ${write} outside ${what}`, () => {
        using rig = new Rig(SIZE, strategy)
        using window = rig.mapping.map(start, length)
        rig.untouched(() => {
          for (const offset of outside(length, width)) {
            throwsCode('ERR_IO_RANGE', `${read}: `, () => load(window, offset))
            throwsCode('ERR_IO_RANGE', `${write}: `, () => store(window, offset, 1n))
          }
        })
      })
    }
  }

  test('an offset whose fraction is lost when it is added to the start of the window', () => {
    using rig = new Rig(SIZE, strategy)
    using window = rig.mapping.map(PAGE_SIZE)
    rig.untouched(() => {
      for (const offset of [1e-20, 1e-13, Number.MIN_VALUE, 8 - 2 ** -50, 0.1 + 0.2 - 0.3]) {
        for (const { read, write, load, store } of WIDTHS) {
          throwsCode('ERR_IO_RANGE', `${read}: `, () => load(window, offset))
          throwsCode('ERR_IO_RANGE', `${write}: `, () => store(window, offset, 1n))
        }
      }
    })
  })

  for (const offset of [...WRONG, 0n as unknown as number]) {
    test(`an offset that is no number: ${inspect(offset)}`, () => {
      using rig = new Rig(SIZE, strategy)
      using window = rig.mapping.map(0)
      rig.untouched(() => {
        for (const { read, write, load, store } of WIDTHS) {
          throwsCode('ERR_IO_RANGE', `${read}: `, () => load(window, offset))
          throwsCode('ERR_IO_RANGE', `${write}: `, () => store(window, offset, 1n))
        }
      })
    })
  }

  test('an access that is wider than the window', () => {
    using rig = new Rig(SIZE, strategy)
    for (const { bytes: width, read, write, load, store } of WIDTHS.slice(1)) {
      using window = rig.mapping.map(PAGE_SIZE, width - 1)
      rig.untouched(() => {
        throwsCode('ERR_IO_RANGE', `${read}: `, () => load(window, 0))
        throwsCode('ERR_IO_RANGE', `${write}: `, () => store(window, 0, 1n))
      })
    }
  })

  test('the rest of a last partial page is outside', () => {
    using rig = new Rig(PAGE_SIZE + 100, strategy)
    using last = rig.mapping.map(PAGE_SIZE)
    assert.equal(last.length, 100)
    last.write32(96, 7)
    rig.untouched(() => {
      throwsCode('ERR_IO_RANGE', 'write32: ', () => last.write32(100, 7))
      throwsCode('ERR_IO_RANGE', 'write8: ', () => last.write8(100, 7))
      throwsCode('ERR_IO_RANGE', 'read8: ', () => last.read8(PAGE_SIZE - 1))
    })
  })

  test('the message says what was asked, where, and what is allowed', () => {
    using rig = new Rig(SIZE, strategy)
    using window = rig.mapping.map(PAGE_SIZE, 0x40)
    const { message } = throwsCode('ERR_IO_RANGE', 'read32: ', () => window.read32(0x40))
    const where = `window at ${hex(PAGE_SIZE)} of memory:${formatSize(SIZE)}`
    assert.match(message, new RegExp(`0x4 bytes at offset 0x40 .* ${where}, .* 0x40 bytes; .* 0x0 to 0x3c`))
  })
})

inEachStrategy('ERR_IO_ALIGN', strategy => {
  const wide = WIDTHS.filter(({ bytes }) => bytes > 1)
  for (const { bytes: width, read, write, load, store } of wide) {
    test(`${read} and ${write} at offsets that are no multiples of ${width}`, () => {
      using rig = new Rig(SIZE, strategy)
      using page = rig.mapping.map(PAGE_SIZE)
      rig.untouched(() => {
        for (let offset = 0; offset <= 4 * width; offset++) {
          if (offset % width === 0) continue
          throwsCode('ERR_IO_ALIGN', `${read}: `, () => load(page, offset))
          throwsCode('ERR_IO_ALIGN', `${write}: `, () => store(page, offset, 1n))
        }
        throwsCode('ERR_IO_ALIGN', `${read}: `, () => load(page, PAGE_SIZE - width - 1))
      })
    })

    test(`${read} and ${write} where the window's start makes the bus address misaligned`, () => {
      using rig = new Rig(SIZE, strategy)
      for (let start = 1; start < width; start++) {
        using window = rig.mapping.map(PAGE_SIZE + start, 64)
        rig.untouched(() => {
          for (const offset of [0, width, 2 * width]) {
            throwsCode('ERR_IO_ALIGN', `${read}: `, () => load(window, offset))
            const { message } = throwsCode('ERR_IO_ALIGN', `${write}: `, () => store(window, offset, 1n))
            assert.match(message, new RegExp(`starts 0x${start} into a page`))
          }
        })
      }
    })
  }
})

inEachStrategy('refusals', strategy => {
  test('ERR_IO_WIDTH: all that is 64 bits wide', { skip: needs32('lacks 64-bit accesses') }, () => {
    using rig = new Rig(SIZE, strategy)
    using page = rig.mapping.map(PAGE_SIZE)
    rig.untouched(() => {
      throwsCode('ERR_IO_WIDTH', 'read64: ', () => page.read64(0))
      throwsCode('ERR_IO_WIDTH', 'write64: ', () => page.write64(0, 1n))
      throwsCode('ERR_IO_WIDTH', 'u64: ', () => page.u64)
      throwsCode('ERR_IO_WIDTH', 'copyTo: ', () => page.copyTo(Buffer.alloc(8), { width: 8 }))
      throwsCode('ERR_IO_WIDTH', 'copyFrom: ', () => page.copyFrom(Buffer.alloc(8), { width: 8 }))
      throwsCode('ERR_IO_WIDTH', 'fill: ', () => page.fill(0, { width: 8 }))
    })
  })

  test('the untouched check itself sees a write and a map', () => {
    using rig = new Rig(SIZE, strategy)
    using page = rig.mapping.map(0)
    assert.throws(
      () => rig.untouched(() => page.write8(5, 0xff - (pattern(6)[5] ?? 0))),
      /the memory is as before/,
    )
    assert.throws(() => rig.untouched(() => rig.mapping.map(0)), /the counts are as before/)
  })
})

test('ERR_IO_WIDTH in a process that says it has 32 bits', async () => {
  const { stdout, stderr } = await runModule(
    `await import('#io-mapping/system/native.js') // with the addon of the true one
    Object.defineProperty(process, 'arch', { value: 'ia32' })
    const { IoMapping } = await import('io-mapping')
    const page = IoMapping.createWc('memory:4K').map(0)
    const bytes = new Uint8Array(8)
    const uses = [
      () => page.read64(0), () => page.write64(0, 1n), () => page.u64, () => page.fill(0, { width: 8 }),
      () => page.copyTo(bytes, { width: 8 }), () => page.copyFrom(bytes, { width: 8 }),
    ]
    for (const use of uses) try { use(); console.log('allowed') } catch (error) { console.log(error.code) }`,
  )
  assert.equal(stdout, 'ERR_IO_WIDTH\n'.repeat(6), stderr)
})
