import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { SlotTable } from '#io-mapping/strategies/slot-table.js'
import { cases } from '../support/emulated.js'

/** What a SlotTable is to do, plainly. */
class Model {
  /** By slot; undefined: empty. */
  readonly slots: ({ window: number; found: boolean } | undefined)[]

  constructor(count: number) {
    this.slots = new Array(count).fill(undefined)
  }

  find(window: number): number {
    return this.slots.findIndex(slot => slot?.found && slot.window === window)
  }

  set(window: number, slot: number): void {
    const before = this.slots[this.find(window)]
    if (before) before.found = false
    this.slots[slot] = { window, found: true }
  }

  clear(slot: number): void {
    this.slots[slot] = undefined
  }
}

/** Windows that meet in the table: alike in their low 32 bits, few, or powers of two apart. */
const windows = fc.oneof(
  fc.nat({ max: 8 }),
  fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 5 })).map(([low, high]) => low + high * 2 ** 32),
  fc.nat({ max: 40 }).map(exponent => 2 ** exponent),
  fc.constantFrom(2 ** 31 - 1, 2 ** 32 - 1, 2 ** 40 - 1, 2 ** 41 - 1),
)

const steps = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ what: fc.constant('set' as const), window: windows, which: fc.nat() }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ what: fc.constant('clear' as const), window: windows, which: fc.nat() }),
    },
  ),
  { maxLength: 120 },
)

const check = (table: SlotTable, model: Model, used: Iterable<number>): void => {
  for (const slot of model.slots.keys()) {
    assert.equal(table.isEmpty(slot), model.slots[slot] === undefined, `slot ${slot}`)
  }
  for (const window of used) {
    const slot = table.find(window)
    assert.equal(slot, model.find(window), `window ${window}`)
    const seen = table.glance(window)
    assert.ok(seen === slot || seen === -1, `a glance at window ${window}`)
  }
}

test('against a model: windows set, moved and cleared in any order, in tables of any size', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), steps, (count, sequence) => {
      const table = new SlotTable(count)
      const model = new Model(count)
      const used = new Set([0, 1, 2 ** 32])
      for (const { what, window, which } of sequence) {
        used.add(window)
        const all = [...model.slots.keys()]
        const slots = all.filter(each => (model.slots[each] === undefined) === (what === 'set'))
        const slot = slots[which % slots.length]
        if (slot === undefined) continue
        for (const each of [table, model]) {
          if (what === 'set') each.set(window, slot)
          else each.clear(slot)
        }
        check(table, model, used)
      }
    }),
    { numRuns: cases(2000) },
  )
})

describe('a slot table', () => {
  test('finds neighbouring windows at a glance, as many as there are slots', () => {
    for (const first of [0, 12_345, 2 ** 24 + 3]) {
      const table = new SlotTable(4096)
      for (let slot = 0; slot < 4096; slot++) table.set(first + slot, slot)
      for (let slot = 0; slot < 4096; slot++) assert.equal(table.glance(first + slot), slot)
    }
  })

  test('starts empty', () => {
    for (const count of [1, 2, 3, 64, 4096]) {
      const table = new SlotTable(count)
      assert.ok(Array.from({ length: count }, (_, slot) => table.isEmpty(slot)).every(Boolean))
      for (const window of [0, 1, count, 2 ** 32, 2 ** 40]) assert.ok(table.find(window) < 0)
    }
  })

  test('finds every window when it is full, though all start their search at one place', () => {
    const count = 64
    const table = new SlotTable(count)
    const windowOf = (slot: number) => 5 + slot * 2 ** 32
    for (let slot = 0; slot < count; slot++) table.set(windowOf(slot), slot)
    assert.ok(table.find(windowOf(count)) < 0)
    const order = Array.from({ length: count }, (_, i) => (i * 37) % count)
    for (const [cleared, slot] of order.entries()) {
      table.clear(slot)
      for (const [i, each] of order.entries()) {
        const found = table.find(windowOf(each))
        if (i <= cleared) assert.ok(found < 0)
        else assert.equal(found, each)
      }
    }
  })

  test('a window that was put into another slot leaves an orphan: not empty, not found, and cleared for itself', () => {
    const table = new SlotTable(4)
    table.set(7, 0)
    table.set(7, 1)
    assert.deepEqual([table.find(7), table.isEmpty(0), table.isEmpty(1)], [1, false, false])
    table.clear(0)
    assert.deepEqual([table.find(7), table.isEmpty(0), table.isEmpty(1)], [1, true, false])
    table.set(9, 0)
    table.clear(1)
    assert.deepEqual([table.find(9), table.isEmpty(1)], [0, true])
    assert.ok(table.find(7) < 0)
  })

  test('finds a window about as fast as a Map does, however far apart they are', () => {
    const count = 4096
    const time = (table: { find(window: number): number | undefined }, stride: number): number => {
      const start = performance.now()
      for (let round = 0; round < 20; round++) {
        for (let slot = 0; slot < count; slot++) assert.ok(table.find(slot * stride) === slot)
      }
      return performance.now() - start
    }
    const best = (...times: Parameters<typeof time>) =>
      Math.min(time(...times), time(...times), time(...times))
    for (const stride of [1, 2, 16, 4096, 8192, 65536, 2 ** 19]) {
      const table = new SlotTable(count)
      const map = new Map<number, number>()
      for (let slot = 0; slot < count; slot++) {
        table.set(slot * stride, slot)
        map.set(slot * stride, slot)
      }
      const [ours, plain] = [best(table, stride), best({ find: window => map.get(window) }, stride)]
      assert.ok(ours < 10 * plain + 10, `${stride} apart: ${ours} ms, a Map: ${plain} ms`)
    }
  })
})
