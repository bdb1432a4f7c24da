import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { markdownOf, replaceResults } from '../../bench/report/markdown.js'
import { printRow } from '../../bench/report/terminal.js'
import type { Results, RowResult } from '../../bench/results.js'
import { format } from '../../bench/units.js'

const spread = (median: number) => ({ median, low: median / 2, high: median * 2 })

const row: RowResult = {
  name: 'map',
  title: 'Mapping a page',
  about: 'What it does.',
  rounds: 3,
  columns: [
    { title: 'ns', unit: 'ns' },
    { title: 'growth', unit: 'MiB' },
  ],
  figures: [
    { label: 'ours', values: [spread(12.345), spread(0)] },
    { label: 'koffi', values: [null, null], missing: 'it ended with SIGSEGV' },
    { label: 'python', values: [null, null], missing: 'it ended with SIGSEGV' },
  ],
  verdicts: [
    {
      what: 'koffi / ours',
      unit: 'times',
      value: spread(620),
      goal: { bound: 'at least', value: 500 },
      met: true,
    },
    { what: 'ours / C', unit: 'times', value: spread(3), goal: { bound: 'at most', value: 2 }, met: false },
    { what: 'ours / python', unit: 'times', value: null, goal: { bound: 'at most', value: 2 } },
  ],
  remarks: ['A remark.'],
}

const results: Results = {
  machine: {
    date: '2026-01-31',
    cpu: 'A processor',
    cores: 2,
    memoryGiB: 24,
    virtual: 'KVM',
    kernel: '6.1',
    node: '20.1.0',
    koffi: '3.0.0',
    python: '3.11.7',
    compiler: 'gcc 12.2.0',
  },
  rows: [row],
}

describe('numbers', () => {
  test('have three digits, and are grouped when they are large', () => {
    assert.equal(format(0.00012345, 'count'), '0.000123')
    assert.equal(format(12.345, 'ns'), '12.3 ns')
    assert.equal(format(6244.7, 'ns'), '6,245 ns')
    assert.equal(format(0, 'count'), '0')
    assert.equal(format(undefined, 'ns'), '–')
    assert.equal(format(Number.NaN, 'times'), '–')
  })
})

describe('the terminal', () => {
  test('shows figures, ratios and goals in columns', () => {
    assert.equal(
      printRow(row, false),
      `
Mapping a page
            ns  growth
  ours    12.3   0 MiB
  koffi      –       –
  python     –       –

                 median       quartiles    goal
  koffi / ours     620×  310× to 1,240×  ≥ 500×           met
  ours / C           3×      1.5× to 6×    ≤ 2×       not met
  ours / python       –                    ≤ 2×  not measured
  A remark.
  Not measured: koffi; python: it ended with SIGSEGV`,
    )
  })
})

describe('the page', () => {
  test('has the goals and every figure between its two markers', () => {
    const page = 'Before\n<!-- results: written by npm run bench -->\nold\n<!-- end of results -->\nAfter\n'
    const generated = replaceResults(page, 'bench', markdownOf(results))
    assert.ok(generated.startsWith('Before\n') && generated.endsWith('\nAfter\n'))
    assert.ok(!generated.includes('old'))
    assert.match(generated, /A processor, 2 cores of a virtual machine \(KVM\), 24 GiB, Linux 6\.1/)
    assert.match(
      generated,
      /^\| Mapping a page \| koffi \/ ours \| 620× \| 310× to 1,240× \| ≥ 500× \| met \|$/m,
    )
    assert.match(generated, /^\| ours \| 12\.3 \| 0 MiB \|$/m)
    assert.equal(replaceResults(generated, 'bench', markdownOf(results)), generated)
  })

  test('without markers is refused', () => {
    assert.throws(() => replaceResults('A page', 'bench', 'x'), /the page has no place for results/)
  })
})
