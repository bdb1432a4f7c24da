// Random steps against a plain model, in every strategy. Longer: npm run fuzz.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { runFile } from '../support/child.js'
import { collect } from '../support/collect.js'
import { withoutProc } from '../support/namespaces.js'
import { assertNothingLeft, resources } from '../support/resources.js'
import { ROOT } from '../support/root.js'
import { fuzz } from './fuzz.js'

const STEPS = Number(process.env.IO_MAPPING_STEPS ?? 100_000)
const SEED = Number(process.env.IO_MAPPING_SEED ?? Date.now() % 2 ** 31)

test(`${STEPS} random steps, seed ${SEED}`, { timeout: 1_200_000 }, async t => {
  t.diagnostic(
    `again: IO_MAPPING_SEED=${SEED} IO_MAPPING_STEPS=${STEPS} node --test build/test/fuzz/fuzz.test.js`,
  )
  const before = resources()
  const { steps, kinds } = await fuzz(STEPS, SEED)
  assert.ok(steps >= STEPS)
  t.diagnostic([...kinds].map(([kind, count]) => `${kind} ${count}`).join(', '))
  for (let i = 0; i < 3; i++) {
    collect()
    await setImmediate()
  }
  assertNothingLeft(before)
})

/** In a process of its own, so many steps less. */
const elsewhere = { args: ['--steps', String(Math.ceil(STEPS / 10)), '--seed', String(SEED)] }
const MAIN = join(ROOT, 'build/test/fuzz/main.js')

test('the same in a process that may have few descriptors', async () => {
  const { code, stdout, stderr } = await runFile(MAIN, { ...elsewhere, ulimit: '-n 128' })
  assert.equal(code, 0, stdout + stderr)
})

test('the same where there is no /proc', t =>
  withoutProc(t, async within => {
    const { code, stdout, stderr } = await runFile(MAIN, { ...elsewhere, within })
    assert.equal(code, 0, stdout + stderr)
  }))
