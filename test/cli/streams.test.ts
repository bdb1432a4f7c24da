// Standard input and output in place of files, and files that stay as they were until the new ones are whole.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { ROOT } from '../support/root.js'
import { iomap, noise, start, temporaryFolder } from './iomap.js'

const folder = temporaryFolder()
const at = (name: string) => join(folder, name)
const bytes = Buffer.from(noise(300_000))
writeFileSync(at('card'), bytes)

/** Runs it with bytes as its standard input; what it prints, as bytes. */
const fed = async (words: readonly string[], input: Uint8Array) => {
  const child = spawn(process.execPath, [join(ROOT, 'dist/cli/iomap.js'), ...words], { cwd: folder })
  child.stdin.on('error', () => {}) // it may have read enough
  child.stdin.end(input)
  const read = async (stream: AsyncIterable<Uint8Array>) => {
    const pieces: Uint8Array[] = []
    for await (const piece of stream) pieces.push(piece)
    return Buffer.concat(pieces)
  }
  const [stdout, stderr, code] = await Promise.all([
    read(child.stdout),
    read(child.stderr),
    new Promise<number | null>(resolve => child.once('close', resolve)),
  ])
  return { stdout, stderr: stderr.toString(), code }
}

test('dump --output - gives the bytes as they are, and makes no file', async () => {
  const { stdout, stderr, code } = await fed(
    ['dump', `file:${at('card')}`, '0x1000', '200000', '--output', '-'],
    Buffer.alloc(0),
  )
  assert.deepEqual([code, stderr], [0, ''])
  assert.ok(stdout.equals(bytes.subarray(0x1000, 0x1000 + 200_000)))
  assert.ok(!existsSync(at('-')))
})

test('load - takes standard input, and --verify reads it back', async () => {
  writeFileSync(at('target'), Buffer.alloc(400_000))
  const { stdout, code } = await fed(['load', `file:${at('target')}`, '0x10', '-', '--verify'], bytes)
  assert.equal(code, 0)
  assert.equal(
    stdout.toString(),
    `wrote 300000 bytes of standard input at 0x10 of file:${at('target')}\nread back: all as written\n`,
  )
  assert.ok(
    readFileSync(at('target'))
      .subarray(0x10, 0x10 + bytes.length)
      .equals(bytes),
  )
})

test('files whose size is not what can be read of them, as those of /proc and /sys', async () => {
  for (const path of ['/proc/version', '/sys/kernel/mm/transparent_hugepage/enabled']) {
    if (!existsSync(path)) continue
    const { length } = readFileSync(path)
    const { code, stdout } = await iomap(['load', 'memory:1M', '0', path])
    assert.deepEqual([code, stdout], [0, `wrote ${length} bytes of ${path} at 0x0 of memory:1M\n`])
    writeFileSync(at('copy'), readFileSync(path))
    assert.equal((await iomap(['compare', path, at('copy')])).stdout, `equal: ${length} bytes\n`)
  }
})

test('load - refuses more than there is room for, and nothing at all', async () => {
  const target = Buffer.alloc(1000, 7)
  writeFileSync(at('small'), target)
  const { stderr, code } = await fed(['load', `file:${at('small')}`, '0', '-'], bytes)
  assert.equal(code, 1)
  assert.match(stderr, /^iomap: ERR_IO_RANGE: load: 0x[0-9a-f]+ bytes at offset 0x0 are not in /)
  assert.ok(readFileSync(at('small')).equals(target))
  const empty = await fed(['load', `file:${at('small')}`, '0', '-'], Buffer.alloc(0))
  assert.deepEqual(
    [empty.code, empty.stderr],
    [1, 'iomap: standard input is empty: there is nothing to write\n'],
  )
})

test('svd, image and demo write to standard output, too', async () => {
  for (const words of [
    ['image', `file:${at('card')}`, '--size', '16x16', '--output', '-'],
    ['demo', '--output', '-'],
  ]) {
    const { stdout, code } = await fed(words, Buffer.alloc(0))
    assert.equal(code, 0)
    assert.equal(stdout.subarray(1, 4).toString(), 'PNG')
    assert.equal(stdout.subarray(-8, -4).toString(), 'IEND', 'and no more')
  }
})

test('a file that is replaced keeps its mode and its link; nothing is left beside it', async () => {
  writeFileSync(at('old'), 'old')
  chmodSync(at('old'), 0o640)
  symlinkSync('old', at('link'))
  const { code } = await iomap(['dump', `file:${at('card')}`, '0', '16', '--output', at('link')])
  assert.equal(code, 0)
  assert.ok(lstatSync(at('link')).isSymbolicLink())
  assert.equal(statSync(at('old')).mode & 0o777, 0o640)
  assert.ok(readFileSync(at('old')).equals(bytes.subarray(0, 16)))
  assert.deepEqual(
    readdirSync(folder).filter(name => name.startsWith('.')),
    [],
  )
})

test('demo says at once that it may not write, before it draws', async () => {
  const { code, stderr } = await iomap(['demo', '--output', '/proc/nothing.png'])
  assert.deepEqual([code, /ENOENT|EACCES|EPERM/.test(stderr)], [1, true], stderr)
})

test('--endian big: values as they lie the other way round', async () => {
  writeFileSync(at('order'), Buffer.from('0011223344556677', 'hex'))
  const order = `file:${at('order')}`
  const out = async (...words: string[]) => (await iomap(words)).stdout
  assert.equal(await out('read', order, '0', '--endian', 'big'), '0x00112233\n')
  assert.equal(await out('read', order, '0', '--endian', 'little'), '0x33221100\n')
  assert.equal(await out('read', order, '2', '--width', 'u16', '--endian', 'big'), '0x2233\n')
  assert.match(await out('dump', order, '--width', 'u32', '--endian', 'big'), /^00000000: 00112233 44556677 /)
  await iomap(['write', order, '0', '0xdeadbeef', '--endian', 'big', '--verify'])
  assert.equal(readFileSync(at('order')).toString('hex'), 'deadbeef44556677')
})

test('values as people type them', async () => {
  writeFileSync(at('values'), Buffer.alloc(64))
  await iomap(['write', `file:${at('values')}`, '0b100', '0xFFFF_0000', '-0x1', '1<<7', '~0x80'])
  const { stdout } = await iomap(['read', `file:${at('values')}`, '1<<2', '--count', '4'])
  assert.equal(stdout, '0x4: 0xffff0000\n0x8: 0xffffffff\n0xc: 0x00000080\n0x10: 0xffffff7f\n')
})

test('what is not verified, or compared, as its reader has gone, is not done', async () => {
  writeFileSync(at('loaded'), bytes)
  writeFileSync(at('other'), Buffer.alloc(bytes.length))
  for (const [words, expected] of [
    [['load', `file:${at('loaded')}`, '0', at('card'), '--verify'], 141],
    [['compare', at('card'), at('other')], 141],
  ] as const) {
    const child = start(words)
    child.stdout?.destroy()
    const [code] = await once(child, 'close')
    assert.equal(code, expected, words[0])
  }
})

for (const [signal, expected] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  test(`${signal} ends it while the reader of its output takes nothing`, { timeout: 20_000 }, async () => {
    writeFileSync(at('screen'), randomBytes(2048 * 2048))
    for (const words of [
      ['dump', 'memory:16M', '--output', '-'],
      ['image', `file:${at('screen')}`, '--size', '2048x2048', '--format', 'gray8', '--output', '-'],
    ]) {
      const child = start(words)
      await once(child.stdout as NodeJS.ReadableStream, 'readable') // it has begun; what is behind waits in the pipe
      await setTimeout(300) // and it waits, too
      child.kill(signal)
      const [code] = await once(child, 'exit')
      assert.equal(code, expected, words.join(' '))
      child.stdout?.destroy()
    }
  })
