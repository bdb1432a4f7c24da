import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROOT } from '../support/root.js'
import { iomap } from './iomap.js'

const COMMANDS = [
  ...[
    'demo',
    'list',
    'info',
    'doctor',
    'config',
    'read',
    'write',
    'dump',
    'load',
    'fill',
    'search',
    'compare',
    'image',
    'svd',
  ],
]

test('without words it prints its help, with the commands and the exit codes', async () => {
  const { code, stdout, stderr } = await iomap([])
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
  for (const command of COMMANDS) assert.match(stdout, new RegExp(`^ {2}${command} `, 'm'))
  assert.match(stdout, /^Exit codes:\n {2}0 {2}\S.*\n {2}1 {2}\S.*\n {2}2 {2}\S/m)
  assert.deepEqual(await iomap(['--help']), { code, stdout, stderr })
  assert.deepEqual(await iomap(['help']), { code, stdout, stderr })
})

for (const command of COMMANDS) {
  test(`${command} --help has examples of memory, a file and a device`, async () => {
    const { code, stdout, stderr } = await iomap([command, '--help'])
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.equal((await iomap(['help', command])).stdout, stdout)
    const examples = stdout.slice(stdout.indexOf('\nExamples:\n'))
    assert.match(examples, new RegExp(`^ {2}iomap ${command}\\b`, 'm'))
    if (!['list', 'config', 'svd'].includes(command))
      for (const kind of ['memory:', 'file:', 'pci:']) assert.ok(examples.includes(kind), kind)
  })
}

test('--version is the package’s', async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  assert.deepEqual(await iomap(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' })
})

test('words for a width are those of the library: never "word"', async () => {
  const { stdout } = await iomap(['read', '--help'])
  assert.match(stdout, /u8.*u16.*u32.*u64/s)
  assert.doesNotMatch(stdout, /\bd?word\b/i)
})
