import assert from 'node:assert/strict'

/** Hang guard, not a measure: what it is for takes seconds on a slow machine, and was minutes, or had no end, before. */
const SOON_MS = 60_000

export const soon = (work: () => void): void => {
  const start = performance.now()
  work()
  const taken = performance.now() - start
  assert.ok(taken < SOON_MS, `it took ${Math.round(taken)} ms`)
}
