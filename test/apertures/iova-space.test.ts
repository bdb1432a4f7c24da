import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PAGE_SIZE } from 'io-mapping'
import { IovaSpace } from '#io-mapping/apertures/vfio/iova-space.js'

test('addresses: given out once, in their ranges, aligned; and all are free again when all were given back', () => {
  const range = fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 40 }))
  const step = fc.record({ give: fc.boolean(), size: fc.integer({ min: 1, max: 12 }), which: fc.nat() })
  fc.assert(
    fc.property(fc.array(range, { maxLength: 4 }), fc.array(step, { maxLength: 80 }), (gaps, steps) => {
      let at = 0x10000
      const ranges = gaps.map(([gap, size]) => {
        const start = at + gap * 512 // not always a page's start
        at = start + size * PAGE_SIZE
        return { start, end: at }
      })
      const space = new IovaSpace([...ranges].reverse())
      const whole: { start: number; end: number }[] = []
      for (const { start, end } of ranges) {
        const last = whole.at(-1)
        if (last?.end === start)
          last.end = end // those that touch are one
        else whole.push({ start, end })
      }
      const taken: { start: number; size: number }[] = []
      for (const { give, size: pages, which } of steps) {
        const size = pages * PAGE_SIZE
        if (give && taken.length > 0) {
          const [one] = taken.splice(which % taken.length, 1)
          if (one) space.giveBack(one.start, one.size)
          continue
        }
        const start = space.take(size, PAGE_SIZE)
        const isFree = (from: number) =>
          taken.every(each => from >= each.start + each.size || each.start >= from + size)
        const possible = whole.flatMap(({ start: first, end }) => {
          const all: number[] = []
          for (let from = Math.ceil(first / PAGE_SIZE) * PAGE_SIZE; from + size <= end; from += PAGE_SIZE)
            all.push(from)
          return all.filter(isFree)
        })
        assert.equal(start, possible[0]) // the lowest that there is
        if (start !== undefined) taken.push({ start, size })
      }
      for (const { start, size } of taken) space.giveBack(start, size)
      for (const { start, end } of whole) {
        const first = Math.ceil(start / PAGE_SIZE) * PAGE_SIZE
        const size = Math.floor((end - first) / PAGE_SIZE) * PAGE_SIZE
        if (size > 0) assert.ok(space.take(size, PAGE_SIZE) !== undefined)
      }
    }),
  )
})
