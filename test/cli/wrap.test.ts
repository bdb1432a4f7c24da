// Lines that are as wide as the terminal at most.
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { wrap } from '../../src/cli/shown/wrap.js'

const { columns } = process.stdout
beforeEach(() => {
  process.stdout.columns = 60
})
afterEach(() => {
  process.stdout.columns = columns
})

const lines = (...args: Parameters<typeof wrap>): string[] =>
  wrap(...args)
    .split('\n')
    .slice(0, -1)

test('what does not fit goes on below where it began', () => {
  const said = lines(['A'.repeat(20), 'B'.repeat(12), 'C'], {
    first: '  0x04.w  COMMAND  0x0507  ',
    separator: ', ',
  })
  assert.deepEqual(said, [
    `  0x04.w  COMMAND  0x0507  ${'A'.repeat(20)},`,
    `${' '.repeat(27)}${'B'.repeat(12)}, C`,
  ])
})

test('where that leaves no room it goes on near the margin, and the first piece, too, if it does not fit', () => {
  const first = `  0x78.l  ${'N'.repeat(21)}  0x00300020  `
  assert.deepEqual(lines(['A=1', 'B'.repeat(30), 'C'], { first, separator: ', ' }), [
    `${first}A=1,`,
    `        ${'B'.repeat(30)}, C`,
  ])
  assert.deepEqual(lines(['B'.repeat(30)], { first }), [first.trimEnd(), `        ${'B'.repeat(30)}`])
  assert.deepEqual(lines(['B'.repeat(50)], { first: '    [100] aer  ', indent: '   ' }), [
    '    [100] aer',
    `   ${'B'.repeat(50)}`,
  ])
})

test('what is wider than the terminal has a line of its own', () => {
  assert.deepEqual(lines(['A', 'B'.repeat(70), 'C'], { first: '> ' }), ['> A', `  ${'B'.repeat(70)}`, '  C'])
})
