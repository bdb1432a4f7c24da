import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { atLeast, atMost, figure, NS, type Round, ratio, type Sample } from '../../bench/row.js'
import { judge } from '../../bench/run-row.js'
import { median, spreadOf } from '../../bench/statistics.js'

const sample = (ns: number): Sample => ({ ns, iterations: 10, values: {} })
const round = (figures: Record<string, number>): Round =>
  new Map(Object.entries(figures).map(([label, ns]) => [label, sample(ns)]))

describe('a median', () => {
  test('is the middle value, or lies half way between two', () => {
    assert.equal(median([3, 1, 2]), 2)
    assert.equal(median([4, 1, 2, 3]), 2.5)
    assert.equal(median([7]), 7)
  })

  test('leaves out what was not measured', () => {
    assert.equal(median([undefined, 5, Number.NaN, Number.POSITIVE_INFINITY]), 5)
    assert.equal(median([undefined]), undefined)
    assert.equal(median([]), undefined)
  })

  test('has quartiles beside it', () => {
    assert.deepEqual(spreadOf([5, 1, 2, 4, 3]), { median: 3, low: 2, high: 4 })
  })
})

describe('a ratio', () => {
  test('is taken in each round, so that a slow round does not spoil it', () => {
    const rounds = [round({ a: 10, b: 5 }), round({ a: 1000, b: 500 }), round({ a: 30, b: 10 })]
    const verdict = judge(ratio('a / b', 'a', 'b', atMost(2)), rounds)
    assert.equal(verdict.value?.median, 2) // the ratio of the medians is 3
    assert.equal(verdict.met, true)
  })

  test('is not measured where a contestant is missing, and then neither met nor not met', () => {
    const verdict = judge(ratio('a / b', 'a', 'b', atMost(2)), [round({ a: 10 }), round({ b: 10 })])
    assert.equal(verdict.value, null)
    assert.ok(!('met' in verdict))
  })
})

describe('a goal', () => {
  const met = (ns: number, goal: ReturnType<typeof atMost>) =>
    judge(figure('a', 'a', NS, goal), [round({ a: ns })]).met

  test('is met at its bound, and not beyond, by the three digits that are printed', () => {
    assert.equal(met(2, atMost(2)), true)
    assert.equal(met(2.004, atMost(2)), true)
    assert.equal(met(2.01, atMost(2)), false)
    assert.equal(met(1.99, atLeast(2)), false)
    assert.equal(met(500, atLeast(500)), true)
    assert.equal(met(499, atLeast(500)), false)
  })
})
