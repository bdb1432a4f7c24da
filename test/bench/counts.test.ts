import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { withCounts } from '../../bench/counts.js'
import type { Round, Sample } from '../../bench/row.js'

const sample = (tlb: number, cpus = 2): Sample => ({
  ns: 5,
  iterations: 100,
  values: { tlb, calls: 3, misses: 7, cpus },
})
const round = (...samples: Sample[]): Round => new Map(samples.map((each, i) => [`contestant ${i}`, each]))

describe('interrupts that were counted', () => {
  test('stay, though a contestant caused none, with nothing to remark', () => {
    const rounds = [round(sample(0), sample(99)), round(sample(0), sample(0))]
    assert.deepEqual(withCounts(rounds), { rounds, remarks: [] })
  })

  test('where something else took processor time: are said to be too low', () => {
    const { rounds, remarks } = withCounts([round(sample(50, 1.25))])
    assert.equal([...(rounds[0] as Round).values()][0]?.values.tlb, 50)
    assert.match(remarks.join('\n'), /^Something else took processor time \(1\.25 were busy here, of 2\)/)
  })
})

describe('interrupts that unmapping each page did not cause', () => {
  for (const [what, stray] of [
    ['none at all', 0],
    ['one of another program', 1],
    ['no such line in /proc/interrupts', Number.NaN],
  ] as const) {
    test(`${what}: are no figure, and it is said why`, () => {
      const { rounds, remarks } = withCounts([round(sample(0), sample(stray)), round(sample(0))])
      assert.deepEqual(
        rounds.flatMap(each => [...each.values()]),
        new Array(3).fill({ ns: 5, iterations: 100, values: { calls: 3, misses: 7, cpus: 2 } }),
      )
      assert.match(remarks.join('\n'), /^TLB shootdowns were not counted.*Measure them on another\.$/)
    })
  }
})
