// What decides whether a run on another processor passed; the run itself is npm run test:processors.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { firstDifference } from '../../processors/demo.js'
import { type Processor, parseWords } from '../../processors/processors.js'
import reporter from '../../processors/reporter.js'
import { countByReason, parseSkips, type Skip, withoutReason } from '../../processors/skips.js'
import { testFiles } from '../../processors/suite.js'

test('the tests are those of npm test, but for those about the machine, those that need a compiler, and where it is slow the long ones', () => {
  const [riscv64, arm64] = ['riscv64', 'arm64'].map(
    name => parseWords([name]).chosen[0] ?? assert.fail(name),
  ) as [Processor, Processor]
  const files = testFiles({ isEmulated: false, processor: riscv64 })
  for (const file of ['window/io-mem', 'cli/demo', 'kernel/accessors', 'native/stream', 'mapping/cut-short'])
    assert.ok(files.includes(`build/test/${file}.test.js`), file)
  for (const file of ['native/injection', 'native/sanitized', 'vm/bus', 'host/cache', 'cli/help'])
    assert.ok(!files.includes(`build/test/${file}.test.js`), file)
  const emulated = testFiles({ isEmulated: true, processor: riscv64 })
  assert.ok(emulated.includes('build/test/window/io-mem.test.js'))
  assert.ok(!emulated.includes('build/test/mapping/cut-short.test.js'))
  assert.ok(emulated.every(file => files.includes(file)))
  const less = testFiles({ isEmulated: true, processor: arm64 })
  assert.ok(!less.includes('build/test/kernel/accessors.test.js'), 'a guest has it')
  assert.ok(less.includes('build/test/faults/accesses.test.js'))
})

test('the words of the command: processors and files', () => {
  const names = (...words: string[]) => parseWords(words).chosen.map(({ name }) => name)
  assert.deepEqual(names('arm', 'riscv64'), ['arm', 'riscv64'])
  assert.deepEqual(
    names().sort(),
    Object.keys(JSON.parse(readFileSync('scripts/processors.json', 'utf8'))).sort(),
  )
  assert.deepEqual(parseWords(['arm', 'build/test/a.test.js']).files, ['build/test/a.test.js'])
  assert.throws(() => parseWords(['mips']), /'mips' is no processor \(x64, ia32, arm, arm64, riscv64\)/)
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
