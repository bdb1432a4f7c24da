// Random steps against a plain model, in every strategy. Longer: npm run fuzz.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { assertNothingLeft, resources } from '../support/resources.js'
import { fuzz } from './fuzz.js'
import { collect } from './mappings.js'

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
