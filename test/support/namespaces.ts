import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import type { TestContext } from 'node:test'

const COMMAND = [
  ...['unshare', '--map-root-user', '--mount'],
  ...['sh', '-c', 'mount -t tmpfs none /proc && exec "$@"', 'sh'],
] as const

/** Runs a test of a process that can't see /proc, given what to put before its command; skips it, with the reason, where that can't be had. */
export const withoutProc = async (
  t: TestContext,
  run: (within: readonly string[]) => Promise<void>,
): Promise<void> => {
  if (process.env.ASAN_OPTIONS !== undefined) {
    t.skip('the sanitizers read /proc themselves')
    return
  }
  const { status, error, stderr } = spawnSync(COMMAND[0], [...COMMAND.slice(1), 'true'], { encoding: 'utf8' })
  if (status === 0) return await run(COMMAND)
  const missing = `NOT TESTED: /proc can't be hidden here: ${error ?? stderr}`
  assert.ok(!process.env.CI, missing)
  t.skip(missing)
}
