import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { IS_32_BIT } from '#io-mapping/system/word-size.js'
import { needs32, needs64 } from '../support/widths.js'
import { iomap, noise, temporaryFolder } from './iomap.js'

const folder = temporaryFolder()
const card = join(folder, 'card')
const bytes = Buffer.from(noise(8192))
const fresh = () => writeFileSync(card, bytes)
const ok = (stdout: string) => ({ code: 0, stdout, stderr: '' })
fresh()

test('read: one value alone, of each width', async () => {
  const at = 0x1238
  const value = bytes.readBigUInt64LE(at).toString(16).padStart(16, '0')
  const read = (width: string[]) => iomap(['read', `file:${card}`, '0x1238', ...width])
  if (!IS_32_BIT) assert.deepEqual(await read(['--width', 'u64']), ok(`0x${value}\n`))
  assert.deepEqual(await read([]), ok(`0x${value.slice(8)}\n`))
  assert.deepEqual(await read(['-w', 'u16']), ok(`0x${value.slice(12)}\n`))
  assert.deepEqual(await read(['--width', 'u8']), ok(`0x${value.slice(14)}\n`))
})

test('read: several values with their offsets, up to the end', async () => {
  const word = (at: number) => `0x${bytes.readUInt16LE(at).toString(16).padStart(4, '0')}`
  assert.deepEqual(
    await iomap(['read', `file:${card}`, '8186', '--width', 'u16', '--count', '3']),
    ok(`0x1ffa: ${word(8186)}\n0x1ffc: ${word(8188)}\n0x1ffe: ${word(8190)}\n`),
  )
})

test('read --json: numbers', async () => {
  const narrow = await iomap(['read', `file:${card}`, '4K', '--count', '2', '--json'])
  assert.deepEqual(JSON.parse(narrow.stdout), {
    aperture: `file:${card}`,
    offset: 4096,
    width: 'u32',
    values: [bytes.readUInt32LE(4096), bytes.readUInt32LE(4100)],
  })
})

test('read --json: 64-bit numbers as strings', { skip: needs64('64-bit access') }, async () => {
  const wide = await iomap(['read', `file:${card}`, '0', '--width', 'u64', '--json'])
  assert.deepEqual(JSON.parse(wide.stdout).values, [`0x${bytes.readBigUInt64LE(0).toString(16)}`])
})

test('u64 in a 32-bit process is refused, and nothing is written', {
  skip: needs32('has no 64-bit access'),
}, async () => {
  fresh()
  for (const words of [['read'], ['write', '1']]) {
    const [command = '', ...values] = words
    const ended = await iomap([command, `file:${card}`, '0', ...values, '--width', 'u64'])
    assert.deepEqual({ code: ended.code, stdout: ended.stdout }, { code: 1, stdout: '' })
    assert.match(ended.stderr, /^iomap: ERR_IO_WIDTH: .*\n$/)
  }
  assert.ok(readFileSync(card).equals(bytes))
})

test('read: more values than are read at once', async () => {
  const { stdout } = await iomap(['read', `file:${card}`, '0', '--width', 'u8', '--count', '5000'])
  const expected = [...bytes.subarray(0, 5000)].map(
    (each, at) => `0x${at.toString(16)}: 0x${each.toString(16).padStart(2, '0')}`,
  )
  assert.deepEqual(stdout.trimEnd().split('\n'), expected)
})

test('write: values go next to each other, nothing else changes, and it says what it wrote', async () => {
  fresh()
  const written = await iomap(['write', `file:${card}`, '0x10', '0xabcd', '7', '-2', '--width', 'u16'])
  assert.deepEqual(
    written,
    ok(
      ['0xabcd at 0x10', '0x0007 at 0x12', '0xfffe at 0x14']
        .map(what => `wrote u16 ${what} of file:${card}\n`)
        .join(''),
    ),
  )
  const expected = Buffer.from(bytes)
  expected.writeUInt16LE(0xabcd, 0x10)
  expected.writeUInt16LE(7, 0x12)
  expected.writeUInt16LE(0xfffe, 0x14)
  assert.ok(readFileSync(card).equals(expected))
})

test('write: of each width, and --verify reads it back', async () => {
  for (const [width, digits] of [
    ['u8', 2],
    ['u16', 4],
    ['u32', 8],
    ['u64', 16],
  ] as const) {
    if (IS_32_BIT && width === 'u64') continue
    fresh()
    const value = '0xf1e2d3c4b5a69788'.slice(0, 2 + digits)
    const { code, stdout } = await iomap([
      'write',
      `file:${card}`,
      '8',
      value,
      '--width',
      width,
      '--verify',
      '--wc',
    ])
    assert.equal(code, 0)
    assert.equal(stdout, `wrote ${width} ${value} at 0x8 of file:${card}\nread back: all as written\n`)
    const found = readFileSync(card)
      .subarray(8, 8 + digits / 2)
      .reverse()
    assert.equal(`0x${found.toString('hex')}`, value)
  }
})

test('write: a value that does not fit leaves all as it was', async () => {
  fresh()
  const { code } = await iomap(['write', `file:${card}`, '0', '1', '0x100', '--width', 'u8'])
  assert.equal(code, 2)
  assert.ok(readFileSync(card).equals(bytes))
})
