// Where a command's file goes: onto what stands there, through links, into folders of others.
import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { Failure, UsageError } from '../../src/cli/failure.js'
import { checkWritable, OutputFile, saveFile, writeWhole } from '../../src/cli/files/output-file.js'
import { withFileMounted } from '../support/namespaces.js'
import { ROOT } from '../support/root.js'
import { start, temporaryFolder } from './iomap.js'

const folder = temporaryFolder()
const at = (name: string): string => join(folder, name)
const text = (name: string): string => readFileSync(at(name), 'utf8')
const hidden = (where = folder): string[] => readdirSync(where).filter(name => name.startsWith('.'))

test('a link stays one, though nothing is yet where it leads to', async () => {
  mkdirSync(at('there'))
  symlinkSync('there', at('folder'))
  symlinkSync('../new', at('there/second'))
  symlinkSync('folder/second', at('first'))
  await checkWritable(at('first'))
  assert.ok(!readdirSync(folder).includes('new'))
  await writeWhole(at('first'), 'x')
  assert.ok(lstatSync(at('first')).isSymbolicLink() && lstatSync(at('there/second')).isSymbolicLink())
  assert.equal(text('new'), 'x')
})

test('a link that leads to itself is refused, and left', async () => {
  symlinkSync('loop', at('loop'))
  await assert.rejects(writeWhole(at('loop'), 'x'), /ELOOP/)
  assert.ok(lstatSync(at('loop')).isSymbolicLink())
})

test('a name as long as names may be, in bytes; a longer one is refused before anything is written', async () => {
  const name = `${'ä'.repeat(127)}x`
  await writeWhole(at(name), 'x')
  assert.equal(text(name), 'x')
  await assert.rejects(OutputFile.create(at(`${name}y`)), /ENAMETOOLONG/)
})

test('/dev/stdout, which may lead to a pipe', () => {
  const line = '"$0" "$1" dump memory:1M 0 16 --output /dev/stdout 2>&1 | wc -c'
  const words = ['-c', line, process.execPath, join(ROOT, 'dist/cli/iomap.js')]
  const { stdout } = spawnSync('sh', words, { encoding: 'utf8' })
  assert.equal(Number(stdout), 16 + 'wrote 16 bytes of memory:1M, from 0x0 on, to /dev/stdout\n'.length)
})

test('no name', () => assert.rejects(writeWhole('', 'x'), UsageError))

test('the mode of what stood there stays, whatever the umask; so does its owner', async () => {
  writeFileSync(at('mode'), 'old')
  chmodSync(at('mode'), 0o666)
  const isRoot = process.geteuid?.() === 0
  if (isRoot) chownSync(at('mode'), 4321, 4321)
  await writeWhole(at('mode'), 'new')
  const { mode, uid } = statSync(at('mode'))
  assert.deepEqual([mode & 0o777, text('mode')], [0o666, 'new'])
  if (isRoot) assert.equal(uid, 4321)
})

test('in a folder in which nothing may be made, and in one whose files are kept, a file is written in its own place', async t => {
  const { geteuid, seteuid } = process
  if (!geteuid || !seteuid || geteuid() !== 0) return t.skip('only root can be several users')
  chmodSync(folder, 0o755)
  for (const [name, mode] of [
    ['closed', 0o755],
    ['sticky', 0o1777],
  ] as const) {
    mkdirSync(at(name))
    chmodSync(at(name), mode)
    const file = join(name, 'file')
    writeFileSync(at(file), 'old and long')
    chmodSync(at(file), 0o666)
    linkSync(at(file), at(`${name} link`))
    seteuid(4321)
    try {
      await checkWritable(at(file))
      assert.equal(text(file), 'old and long')
      await writeWhole(at(file), 'new')
    } finally {
      seteuid(0)
    }
    assert.deepEqual([text(file), text(`${name} link`), hidden(at(name))], ['new', 'new', []])
  }
})

test('two at once: the file is whole, of one of them', async () => {
  const all = ['a', 'b', 'c'].map(each => each.repeat(1_000_000))
  await Promise.all(all.map(each => writeWhole(at('both'), each)))
  assert.ok(all.includes(text('both')))
  assert.deepEqual(hidden(), [])
})

test('a file that is mounted in its place, as containers do it, is written there', async t => {
  writeFileSync(at('outside'), 'old and long, longer than sixteen bytes')
  writeFileSync(at('inside'), '')
  const iomap = [process.execPath, join(ROOT, 'dist/cli/iomap.js')]
  const words = ['dump', 'memory:1M', '0', '16', '--output', at('inside')]
  await withFileMounted(t, at('outside'), at('inside'), async ([program = '', ...within]) => {
    const { status, stderr } = spawnSync(program, [...within, ...iomap, ...words], { encoding: 'utf8' })
    assert.deepEqual([status, stderr], [0, `wrote 16 bytes of memory:1M, from 0x0 on, to ${at('inside')}\n`])
  })
  assert.deepEqual([text('outside'), text('inside'), hidden()], ['\0'.repeat(16), '', []])
})

test('a folder is refused before the work is done', async () => {
  for (const name of [at('none/'), folder]) {
    const refused = { constructor: Failure, message: `${name} is a folder; name a file in it` }
    await assert.rejects(checkWritable(name), refused)
    await assert.rejects(writeWhole(name, 'x'), refused)
  }
})

test('a signal while the new file is put in its place leaves nothing beside it', async () => {
  const before = process.listenerCount('SIGTERM')
  await saveFile(at('late'), async file => {
    await file.write('x')
    const commit = file.commit.bind(file)
    file.commit = async () => {
      assert.ok(process.listenerCount('SIGTERM') > before, 'it would end the process')
      process.kill(process.pid, 'SIGTERM')
      await setTimeout(100)
      await commit()
    }
  })
  assert.deepEqual([text('late'), hidden()], ['x', []])
})

test('a signal ends the wait for the reader of a pipe', { timeout: 20_000 }, async () => {
  execFileSync('mkfifo', [at('pipe')])
  const reader = spawn('sh', ['-c', 'exec 3<"$0"; echo; read line', at('pipe')])
  const child = start(['dump', 'memory:16M', '--output', at('pipe')])
  await once(reader.stdout, 'data')
  await setTimeout(500) // until the pipe is full
  child.kill('SIGTERM')
  const [, signal] = await once(child, 'exit')
  assert.equal(signal, 'SIGTERM')
  reader.stdin.end()
})
