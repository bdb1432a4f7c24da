// What decides whether a 32-bit run passed; the run itself is npm run test:32.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstDifference } from '../../i386/demo.js'
import reporter from '../../i386/reporter.js'
import { countByReason, parseSkips, type Skip, withoutReason } from '../../i386/skips.js'
import { testFiles } from '../../i386/suite.js'

test('the tests are those of npm test, but for those about the machine, and those that need a compiler', () => {
  const files = testFiles()
  for (const file of [
    'build/test/window/io-mem.test.js',
    'build/test/cli/demo.test.js',
    'build/test/kernel/accessors.test.js',
  ]) {
    assert.ok(files.includes(file), file)
  }
  assert.deepEqual(
    files.filter(file => /^build\/test\/(vm|i386|host)\//.test(file)),
    [],
  )
  for (const file of ['injection', 'sanitized'])
    assert.ok(!files.includes(`build/test/native/${file}.test.js`), file)
  assert.ok(files.includes('build/test/native/stream.test.js'))
})

test('skipped tests are told, with their reasons', async () => {
  const events = [
    { type: 'test:pass', data: { name: 'a', skip: 'no u64' } },
    { type: 'test:pass', data: { name: 'b' } },
    { type: 'test:start', data: { name: 'c' } },
    { type: 'test:pass', data: { name: 'd', skip: true } },
    { type: 'test:fail', data: { name: 'e', skip: false } },
    { type: 'test:pass', data: { name: 'f', skip: 'no room' } },
    { type: 'test:pass', data: { name: 'g', skip: 'no room' } },
  ]
  let lines = ''
  for await (const line of reporter(stream(events))) lines += line
  const skips = parseSkips(lines)
  assert.deepEqual(
    skips.map(({ name }) => name),
    ['a', 'd', 'f', 'g'],
  )
  assert.deepEqual(countByReason(skips), ['2 × no room', '1 × no u64', '1 × true'])
  assert.deepEqual(withoutReason(skips), ['d'])
  assert.deepEqual(withoutReason([{ name: 'h', reason: ' ' } satisfies Skip]), ['h'])
})

test('pictures are compared byte by byte', () => {
  const wanted = new Uint8Array(1024 * 3 * 2)
  assert.equal(firstDifference(wanted.slice(), wanted), undefined)
  const seen = wanted.slice()
  seen[1024 * 3 + 3 * 5 + 1] = 9
  assert.equal(firstDifference(seen, wanted), 'at x 5, y 1: 9, not 0')
  assert.equal(firstDifference(seen.subarray(3), wanted), '6141 bytes, not 6144')
})

async function* stream(events: unknown[]) {
  yield* events as Parameters<typeof reporter>[0] extends AsyncIterable<infer Event> ? Event[] : never
}
