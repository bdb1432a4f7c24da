// --block: modules of users, which may be anything.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { CARD_MODULE, makeCard } from './card.js'
import { iomap, outcome, start, temporaryFolder } from './iomap.js'

const folder = temporaryFolder()
const card = makeCard(folder)
const get = (name: string) => ['get', card.aperture, 'CTRL', '--block', join(folder, name)]
const block = (name: string, more = '', text = CARD_MODULE): string[] => {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), `${text}\n${more}\n`)
  return get(name)
}

test('files of any name', async () => {
  for (const name of ['a b.mjs', 'a#b.mjs', 'c#1/x%20y.js', 'card.mts', 'what?x=1.mjs']) {
    const { code, stdout, stderr } = await iomap(block(name))
    assert.deepEqual([name, code, stdout.slice(0, 14), stderr], [name, 0, '0x0  CARD.CTRL', ''])
  }
  assert.equal((await iomap(get('a#b.mjs#CARD'))).code, 0)
})

test('a block that is exported twice is one', async () => {
  const { code, stderr } = await iomap(block('twice.mjs', 'export default CARD'))
  assert.deepEqual([code, stderr], [0, ''])
})

test('what can not be loaded is told in one line', async () => {
  execFileSync('mkfifo', [join(folder, 'pipe.mjs')])
  for (const [words, message] of [
    [block('odd.mjs', 'throw Object.assign(new Error(), { message: 5 })'), /odd\.mjs can't be loaded: 5$/],
    [
      block('mute.mjs', 'throw Object.create(null)'),
      /mute\.mjs can't be loaded: it throws what has no words$/,
    ],
    [
      block('never.mjs', 'await new Promise(() => {})'),
      /never\.mjs can't be loaded: it awaits what never comes$/,
    ],
    [get('pipe.mjs'), /pipe\.mjs is not an ordinary file$/],
  ] as const) {
    const { code, stderr } = await iomap(words)
    assert.match(stderr, /^iomap: [^\n]+\n$/)
    assert.match(stderr.trim(), message)
    assert.equal(code, 1)
  }
})

test('what one throws late, where nothing waits for it, is told in one line', async () => {
  for (const late of ["setTimeout(() => { throw new Error('late') })", "Promise.reject(new Error('late'))"]) {
    const [, aperture = '', ...named] = block('late.mjs', late)
    const { code, stderr } = await iomap(['watch', aperture, ...named, '--for', '5s'])
    assert.deepEqual([code, stderr], [1, 'iomap: unexpected Error: late (IOMAP_DEBUG=1 shows where)\n'])
  }
})

test('Ctrl-C ends the wait for one that never is loaded, and the command', { timeout: 60_000 }, async () => {
  const child = start(
    block(
      'waits.mjs',
      "process.stderr.write('here'); setInterval(() => {}, 10); await new Promise(() => {})",
    ),
  )
  child.stderr?.once('data', () => child.kill('SIGINT'))
  const { code, stderr } = await outcome(child)
  assert.deepEqual([code, stderr], [130, 'hereiomap: interrupted\n'])
})

test('what a block leaves running keeps no command', { timeout: 60_000 }, async () => {
  const child = start(block('runs.mjs', 'setInterval(() => {}, 10)'))
  assert.equal((await outcome(child)).code, 0)
})
