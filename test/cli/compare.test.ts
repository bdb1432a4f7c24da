import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROOT } from '../support/root.js'
import { iomap, noise, type Outcome, outcome, start, temporaryFolder } from './iomap.js'

const folder = temporaryFolder()
const at = (name: string) => join(folder, name)
const SIZE = 600_000 // several chunks
const before = Buffer.from(noise(SIZE))
const after = Buffer.from(before)
const CHANGED = [0x10, 0x11, 0x14, 0x40000, 0x40004, SIZE - 1]
for (const each of CHANGED) after[each] = (after[each] as number) ^ 0xff
writeFileSync(at('before'), before)
writeFileSync(at('after'), after)
writeFileSync(at('short'), before.subarray(0, 1000))
writeFileSync(at('empty'), '')

const compare = (...words: string[]): Promise<Outcome> => iomap(['compare', ...words], folder)
const word = (bytes: Buffer, offset: number) =>
  `0x${bytes.readUInt32LE(offset).toString(16).padStart(8, '0')}`
const lines = (...offsets: number[]) =>
  offsets.map(each => `0x${each.toString(16)}: ${word(before, each)} ${word(after, each)}\n`).join('')

test('what is equal', async () => {
  const equal = { code: 0, stdout: `equal: ${SIZE} bytes\n`, stderr: '' }
  assert.deepEqual(await compare('before', 'before'), equal)
  assert.deepEqual(await compare('before', `file:${at('before')}`), equal)
  assert.deepEqual(await compare(`file:${at('after')}`, `file:${at('after')}`), equal)
  assert.deepEqual(await compare('empty', 'empty'), { ...equal, stdout: 'equal: 0 bytes\n' })
})

test('the values that differ, by offset, and how many', async () => {
  const all = lines(0x10, 0x14, 0x40000, 0x40004, SIZE - 4)
  for (const operands of [
    ['before', 'after'],
    [`file:${at('before')}`, 'after'],
    ['before', `file:${at('after')}`],
    [`file:${at('before')}`, `file:${at('after')}+${SIZE}`],
  ])
    assert.deepEqual(await compare(...operands), {
      ...{ code: 1, stdout: all },
      stderr: `iomap: 5 of ${SIZE / 4} u32 differ, in 3 ranges\n`,
    })
})

test('--max of them are printed, and all are counted', async () => {
  assert.deepEqual(await compare('before', 'after', '--max', '2'), {
    ...{ code: 1, stdout: lines(0x10, 0x14) },
    stderr: `iomap: 5 of ${SIZE / 4} u32 differ, in 3 ranges (shown: 2; --max shows more)\n`,
  })
})

test('values of another width and order', async () => {
  const { stdout, stderr } = await compare('before', 'after', '--width', 'u8', '--max', '1')
  const byte = (of: Buffer) => `0x${of.toString('hex', 0x10, 0x11)}`
  assert.equal(stdout, `0x10: ${byte(before)} ${byte(after)}\n`)
  assert.match(stderr, new RegExp(`: ${CHANGED.length} of ${SIZE} u8 differ, in 5 ranges`))
  const big = await compare('before', 'after', '--width', 'u64', '--endian', 'big', '--max', '1')
  const value = (of: Buffer) => `0x${of.toString('hex', 0x10, 0x18)}`
  assert.equal(big.stdout, `0x10: ${value(before)} ${value(after)}\n`)
})

test('a part of both, or of each its own; offsets are of the first', async () => {
  assert.equal((await compare('before', 'after', '--offset', '0x18', '--length', '4K')).code, 0)
  const one = await compare('before', 'after', '--offset', '0x14', '--length', '4')
  assert.deepEqual([one.code, one.stdout], [1, lines(0x14)])
  writeFileSync(at('part'), after.subarray(0x10, 0x20))
  const own = await compare('before', 'part', '--offset', '0x10:0', '--length', '16')
  assert.deepEqual([own.code, own.stdout], [1, lines(0x10, 0x14)])
  assert.equal((await compare('after', 'part', '--offset', '0x10:0', '--length', '16')).code, 0)
})

test('the last value may be cut short', async () => {
  const { stdout, stderr } = await compare('before', 'after', '--offset', '0x10', '--length', '6')
  const cut = (of: Buffer) => `0x${of.readUInt16LE(0x14).toString(16).padStart(4, '0')}`
  assert.equal(stdout, `${lines(0x10)}0x14: ${cut(before)} ${cut(after)}\n`)
  assert.match(stderr, /: 2 of 2 u32 differ, in 1 range\n/)
})

test('one that is longer is different', async () => {
  assert.deepEqual(await compare('before', 'short'), {
    ...{ code: 1, stdout: '' },
    stderr: 'iomap: 1000 bytes are equal; before is longer: it goes on after these 1000 bytes\n',
  })
  const both = await compare('short', 'after')
  assert.equal(both.stdout, lines(0x10, 0x14))
  assert.match(
    both.stderr,
    /: 2 of 250 u32 differ, in 1 range; after is longer: it goes on after these 1000 /,
  )
  assert.equal((await compare('before', 'empty')).code, 1)
  assert.equal((await compare('before', 'short', '--length', '1000')).code, 0)
})

test('as JSON', async () => {
  const { code, stdout } = await compare('short', 'after', '--json', '--max', '1')
  assert.equal(code, 1)
  assert.deepEqual(JSON.parse(stdout), {
    ...{ one: 'short', other: 'after', offsets: [0, 0], length: 1000, width: 'u32' },
    ...{ equal: false, differing: 2, ranges: 1, longer: 'after' },
    differences: [{ offset: 0x10, one: before.readUInt32LE(0x10), other: after.readUInt32LE(0x10) }],
  })
  const wide = await compare('short', 'short', '--json', '--width', 'u64')
  assert.equal(wide.code, 0)
  assert.equal(JSON.parse(wide.stdout).equal, true)
})

const piped = (input: Uint8Array, ...words: string[]): Promise<Outcome> => {
  const child = spawn(process.execPath, [join(ROOT, 'dist/cli/iomap.js'), 'compare', ...words], {
    cwd: folder,
  })
  child.stdin.on('error', () => {}) // closed, once no more is needed
  child.stdin.end(input)
  return outcome(child)
}

test('standard input, on either side', async () => {
  for (const words of [
    ['before', '-'],
    ['-', 'before'],
    ['-', `file:${at('before')}`],
  ]) {
    assert.deepEqual(await piped(before, ...words), { code: 0, stdout: `equal: ${SIZE} bytes\n`, stderr: '' })
    assert.match((await piped(before.subarray(4), ...words)).stderr, /\d+ of \d+ u32 differ/)
  }
  const longer = await piped(Buffer.concat([before, before]), '-', 'before')
  assert.match(longer.stderr, /600000 bytes are equal; standard input is longer/)
  const late = await piped(Buffer.concat([after, before]), 'before', '-', '--offset', `0:${SIZE}`)
  assert.deepEqual(late, { code: 0, stdout: `equal: ${SIZE} bytes\n`, stderr: '' })
})

test('a device’s memory is read at its width, which must fit', async () => {
  writeFileSync(at('zeros'), '')
  truncateSync(at('zeros'), 4096)
  assert.equal((await compare('file:/dev/zero+4K', 'zeros')).code, 0)
  const { code, stderr } = await compare('file:/dev/zero+4K', 'zeros', '--length', '6')
  assert.deepEqual([code, /^iomap: ERR_IO_ALIGN: compare: 0x6 bytes are no/.test(stderr)], [1, true], stderr)
})

test('more differences than memory would hold', { timeout: 120_000 }, async () => {
  const size = 2 << 20
  writeFileSync(at('many'), Buffer.alloc(size, 1))
  writeFileSync(at('zeros'), Buffer.alloc(size))
  const env = { ...process.env, NODE_OPTIONS: '--max-old-space-size=128' }
  const child = start(['compare', 'many', 'zeros', '--width', 'u8', '--max', '1G'], folder, env)
  const { code, stdout, stderr } = await outcome(child)
  const all = `iomap: ${size} of ${size} u8 differ, in 1 range\n`
  assert.deepEqual([code, stdout.split('\n').length], [1, size + 1])
  assert.ok(stderr.endsWith(all), stderr)
})

const REFUSED: [words: string[], code: number, message: RegExp][] = [
  [['before'], 2, /missing required argument 'other'/],
  [['-', '-'], 2, /both are -, and there is one standard input/],
  [['before', 'none'], 1, /ENOENT: .*none/],
  [['before', '.'], 1, /is a folder; name a file in it/],
  [['before', '00:03.0/0'], 2, /there is no file '00:03\.0\/0'\. Did you mean pci:0000:00:03\.0\/0\?/],
  [['before', 'memory:lots'], 2, /the size in memory:SIZE is 'lots'/],
  [['before', 'after', '--offset', '1:2:3'], 2, /--offset is '1:2:3'; it must be one offset, or two/],
  [['before', 'after', '--offset', '1:x'], 2, /--offset is 'x'/],
  [['before', 'short', '--length', '1001'], 1, /0x3e9 bytes at offset 0x0 are not in short, which has 0x3e8/],
  [['before', 'short', '--offset', '0:1001'], 1, /offset 0x3e9 is not in short, which has 0x3e8 bytes/],
  [
    ['before', 'after', '--max', '2M', '--json'],
    2,
    /--max is 2097152; with --json it must be at most 1000000,/,
  ],
  [['before', 'after', '--length', '0'], 2, /--length is 0; it must be 1 or more/],
]
for (const [words, exit, message] of REFUSED) {
  test(`refused: compare ${words.join(' ')}`, async () => {
    const { code, stdout, stderr } = await compare(...words)
    assert.match(stderr, message)
    assert.match(stderr, /^iomap: [^\n]+\n$/)
    assert.deepEqual({ code, stdout }, { code: exit, stdout: '' })
  })
}
