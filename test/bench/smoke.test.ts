import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Results } from '../../bench/results.js'
import { runFile } from '../support/child.js'
import { TempFolder } from '../support/files.js'
import { ROOT } from '../support/root.js'

const BENCH = join(ROOT, 'build', 'bench', 'main.js')

describe('npm run bench', () => {
  test('finds every figure of its rows, in TypeScript, C, Python, koffi and an addon', async () => {
    using folder = new TempFolder()
    const json = join(folder.path, 'figures.json')
    const { code, stdout, stderr } = await runFile(BENCH, {
      args: ['--quick', '--only', 'registers', 'faults', 'fields', 'start', 'interrupt', '--json', json],
    })
    assert.equal(code, 0, stderr)
    const { rows, machine } = JSON.parse(readFileSync(json, 'utf8')) as Results
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['read32', 'write32', 'faults', 'transfers', 'fields', 'start', 'interrupt'],
    )
    assert.deepEqual(
      rows.map(({ figures }) => figures.length),
      [9, 9, 4, 1, 8, 6, 3],
    )
    for (const { name, figures, verdicts } of rows) {
      for (const { label, values, missing } of figures)
        assert.ok((values[0]?.median ?? 0) > 0, `${name}, ${label}: ${missing ?? 'nothing'}`)
      for (const { what, value } of verdicts) assert.ok(Number.isFinite(value?.median), what)
    }
    assert.equal(machine.node, process.versions.node)
    assert.match(stdout, /koffi\.decode \/ read32/)
  })

  test('refuses a row that it does not have', async () => {
    const { code, stderr } = await runFile(BENCH, { args: ['--only', 'speed'] })
    assert.equal(code, 1)
    assert.match(stderr, /Choose of map, random, registers/)
  })
})
