import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { IoMapping, type IoMappingOptions, memory, PAGE_SIZE } from 'io-mapping'
import { hex } from '#io-mapping/system/numbers.js'
import { throwsCode } from '../support/errors.js'

const make = (options: object) => IoMapping.createWc(memory(16 * PAGE_SIZE), options as IoMappingOptions)

describe('options.strategy', () => {
  test('is what the mapping tells, and auto tells what it took', () => {
    for (const strategy of ['permanent', 'slots', 'per-call'] as const) {
      using mapping = make({ strategy })
      assert.equal(mapping.strategy, strategy)
    }
    using mapping = make({})
    assert.equal(mapping.strategy, 'permanent')
  })

  for (const strategy of ['Slots', '', null, 7, 'constructor']) {
    test(`${JSON.stringify(strategy)} is refused, with those there are`, () => {
      const { message } = throwsCode('ERR_IO_ARGUMENT', 'createWc: options.strategy', () =>
        make({ strategy }),
      )
      assert.match(message, /one of auto, permanent, slots, per-call$/)
    })
  }
})

describe('options.slotBytes', () => {
  for (const slotBytes of [PAGE_SIZE, 3 * PAGE_SIZE + 5, 2 ** 20, 2 ** 28]) {
    test(`${slotBytes} bytes serve`, () => {
      using mapping = make({ strategy: 'slots', slotBytes })
      for (let page = 0; page < 16; page++) {
        using window = mapping.map(page * PAGE_SIZE)
        window.write32(0, page)
        assert.equal(window.read32(0), page)
      }
    })
  }

  for (const slotBytes of [0, -PAGE_SIZE, PAGE_SIZE - 1, 1.5, Number.NaN, 2 ** 32 + 1, 2 ** 60]) {
    test(`${slotBytes} is out of range`, () => {
      const { message } = throwsCode('ERR_IO_RANGE', 'createWc: options.slotBytes', () =>
        make({ strategy: 'slots', slotBytes }),
      )
      assert.match(message, new RegExp(`from ${hex(PAGE_SIZE)} to [14]G$`))
    })
  }

  for (const slotBytes of ['64M', null, 4096n, {}]) {
    test(`${String(slotBytes)} (${typeof slotBytes}) is no number`, () => {
      throwsCode('ERR_IO_ARGUMENT', 'createWc: options.slotBytes', () => make({ slotBytes }))
    })
  }

  test('is refused where there are no slots, not ignored', () => {
    for (const strategy of ['permanent', 'per-call']) {
      const { message } = throwsCode('ERR_IO_ARGUMENT', 'createWc: options.slotBytes', () =>
        make({ strategy, slotBytes: 2 ** 20 }),
      )
      assert.match(message, new RegExp(`left out with strategy ${strategy}`))
    }
  })
})
