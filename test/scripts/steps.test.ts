// What is built again, and what isn't: by steps that copy text.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { TempFolder } from '../support/files.js'
import { ROOT } from '../support/root.js'

const MODULE = pathToFileURL(join(ROOT, 'scripts/steps.js')).href
const { build } = (await import(MODULE)) as { build(root: string, steps: object[]): boolean }

const folder = new TempFolder()
after(() => folder[Symbol.dispose]())
const path = (name: string) => join(folder.path, name)
const write = (name: string, text: string) => writeFileSync(path(name), text)
const read = (name: string) => readFileSync(path(name), 'utf8')

/** Each input's text goes into a file of its name, and a line into a log. */
const COPY = `
const { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } = require('node:fs')
appendFileSync('log', 'x')
mkdirSync('build/out', { recursive: true })
for (const name of readdirSync('in')) {
  const text = readFileSync('in/' + name, 'utf8')
  if (text === 'wrong') process.exit(1)
  writeFileSync('build/out/' + name, text)
  if (text === 'slow') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000)
}`

const step = (settings = {}) => ({
  name: 'copy',
  inputs: [{ folder: 'in', ends: ['.txt'] }, 'libraries'],
  outputs: [{ folder: 'build/out', ends: ['.txt'] }],
  commands: [[process.execPath, '-e', COPY]],
  settings,
})

/** How often the step was done by that. */
const timesDone = (settings?: object): number => {
  write('log', '')
  assert.equal(build(folder.path, [step(settings)]), true)
  return read('log').length
}

mkdirSync(path('in'))
write('in/a.txt', 'first')

test('what nothing has changed in is not made again', () => {
  assert.equal(timesDone(), 1)
  assert.equal(timesDone(), 0)
  utimesSync(path('in/a.txt'), 0, 0)
  assert.equal(timesDone(), 0, 'times tell nothing')
})

test('it is when an input has changed, came or went, whose outputs go with it', () => {
  write('in/a.txt', 'other')
  assert.equal(timesDone(), 1)
  assert.equal(read('build/out/a.txt'), 'other')
  write('in/b.txt', 'second')
  assert.equal(timesDone(), 1)
  rmSync(path('in/a.txt'))
  assert.equal(timesDone(), 1)
  assert.ok(existsSync(path('build/out/b.txt')) && !existsSync(path('build/out/a.txt')))
  assert.equal(timesDone(), 0)
})

test('when what it needs was installed, or it was told something else', () => {
  write('libraries', '{}')
  assert.equal(timesDone(), 1)
  assert.equal(timesDone({ CC: 'clang' }), 1)
  assert.equal(timesDone({ CC: 'clang' }), 0)
  assert.equal(timesDone(), 1)
})

test('when an output is gone, or is another', () => {
  rmSync(path('build/out/b.txt'))
  assert.equal(timesDone(), 1)
  write('build/out/b.txt', 'by hand')
  assert.equal(timesDone(), 1)
  assert.equal(read('build/out/b.txt'), 'second')
})

test('when it failed, also after the input was put back', () => {
  write('in/b.txt', 'wrong')
  assert.equal(build(folder.path, [step()]), false)
  assert.equal(build(folder.path, [step()]), false)
  write('in/b.txt', 'second')
  assert.equal(timesDone(), 1)
})

test('when it was killed in the middle', async () => {
  write('in/b.txt', 'slow')
  write('log', '')
  const program = `import { build } from '${MODULE}'; build('${folder.path}', JSON.parse(process.argv[1]))`
  const args = ['--input-type=module', '-e', program, JSON.stringify([step()])]
  const child = spawn(process.execPath, args, { detached: true, stdio: 'ignore' })
  while (!existsSync(path('build/out/b.txt')) || read('build/out/b.txt') !== 'slow')
    await new Promise(resolve => setTimeout(resolve, 20))
  process.kill(-(child.pid ?? 0), 'SIGKILL')
  write('in/b.txt', 'second')
  write('build/out/b.txt', 'second') // all looks as it did when it was done last
  assert.equal(timesDone(), 1)
})

test('links are not followed: what lies elsewhere is neither read nor removed', () => {
  mkdirSync(path('elsewhere'))
  write('elsewhere/c.txt', 'third')
  symlinkSync('../../elsewhere', path('build/out/link'))
  utimesSync(path('elsewhere/c.txt'), 0, 0)
  write('in/b.txt', 'again')
  assert.equal(timesDone(), 1)
  assert.equal(read('elsewhere/c.txt'), 'third')
  write('elsewhere/c.txt', 'fourth')
  assert.equal(timesDone(), 0)
})
