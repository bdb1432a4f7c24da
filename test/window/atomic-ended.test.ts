// Callbacks of atomic that end without being told of: a vm timeout runs no `finally`. And pages that a program has frozen.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createContext, runInContext } from 'node:vm'
import { IoMapping, type IoMem, memory, PAGE_SIZE } from 'io-mapping'
import { throwsCode } from '../support/errors.js'
import { inEachStrategy } from '../support/strategies.js'

/** Ends a callback of atomic by a timeout; `before` runs in it first. */
const timeOut = (mapping: IoMapping, before: () => void = () => {}): void =>
  assert.throws(
    () =>
      runInContext('mapping.atomic(0, () => { before(); for (;;); })', createContext({ mapping, before }), {
        timeout: 2,
      }),
    { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' },
  )

const nest = (mapping: IoMapping, depth: number, then: () => void): void => {
  if (depth === 0) then()
  else mapping.atomic(0, () => nest(mapping, depth - 1, then))
}

inEachStrategy('callbacks that a timeout has ended', strategy => {
  test('take no room: twenty in one turn, and then sixteen may be nested, and no more', () => {
    using mapping = IoMapping.create(memory(64 * PAGE_SIZE), strategy)
    for (let i = 0; i < 20; i++) timeOut(mapping)
    mapping.atomic(0, page => page.write8(0, 1))
    nest(mapping, 15, () => mapping.atomic(0, page => assert.equal(page.read8(0), 1)))
    nest(mapping, 16, () => throwsCode('ERR_IO_ATOMIC', 'atomic', () => mapping.atomic(0, () => {})))
    nest(mapping, 16, () => throwsCode('ERR_IO_ATOMIC', 'mapAtomic', () => mapping.mapAtomic(0)))
  })

  test('within one that goes on: what was lent after it is over, and it ends as ever', () => {
    using mapping = IoMapping.create(memory(64 * PAGE_SIZE), strategy)
    mapping.atomic(0, outer => {
      for (let i = 0; i < 20; i++) timeOut(mapping)
      outer.write8(0, 2)
      nest(mapping, 15, () => assert.equal(outer.read8(0), 2))
      nest(mapping, 15, () => throwsCode('ERR_IO_ATOMIC', 'atomic', () => mapping.atomic(0, () => {})))
    })
    nest(mapping, 16, () => {})
  })

  test('leave the order of what was mapped before them as it was', () => {
    using mapping = IoMapping.create(memory(64 * PAGE_SIZE), strategy)
    const first = mapping.mapAtomic(0)
    timeOut(mapping)
    const second = mapping.mapAtomic(0)
    throwsCode('ERR_IO_ATOMIC', 'unmap', () => first.unmap())
    second.unmap()
    first.unmap()
    mapping.atomic(0, () => {
      const page = mapping.mapAtomic(0)
      mapping.atomic(0, () => throwsCode('ERR_IO_ATOMIC', 'unmap', () => page.unmap()))
      page.unmap()
    })
  })

  test('a page that is frozen is unmapped like any other', () => {
    using mapping = IoMapping.create(memory(64 * PAGE_SIZE), strategy)
    for (let i = 0; i < 20; i++) {
      const kept: IoMem[] = []
      mapping.atomic(0, page => {
        page.u8[0] = 3
        Object.freeze(page)
        kept.push(page)
      })
      const [page] = kept as [IoMem]
      assert.equal(page.mapped, false)
      throwsCode('ERR_IO_UNMAPPED', 'read8', () => page.read8(0))
    }
    const page = mapping.map(0)
    Object.freeze(page)
    const { u8 } = page
    page.unmap()
    assert.deepEqual([page.mapped, u8.length], [false, 0])
    assert.equal(mapping.stats.live, 0)
  })
})

test('a program may make of Error what it likes, and finds it as it was', () => {
  using mapping = IoMapping.create(memory(PAGE_SIZE))
  const { prepareStackTrace, stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  Error.prepareStackTrace = () => 'text'
  try {
    for (let i = 0; i < 20; i++) timeOut(mapping)
    nest(mapping, 16, () => throwsCode('ERR_IO_ATOMIC', 'atomic', () => mapping.atomic(0, () => {})))
    assert.deepEqual([Error.stackTraceLimit, new Error('text').stack], [0, 'text'])
  } finally {
    Object.assign(Error, { prepareStackTrace, stackTraceLimit })
  }
  mapping.atomic(0, () => {})
})
