import assert from 'node:assert/strict'
import { closeSync, openSync, readFileSync, readSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { IS_32_BIT } from '#io-mapping/system/word-size.js'
import { iomap, noise, outcome, start, temporaryFolder } from './iomap.js'

const folder = temporaryFolder()
const card = join(folder, 'card')
const KIB = 1024
const MIB = KIB * KIB

test('fill writes a value all over a range, and nothing around it', async () => {
  const before = Buffer.from(noise(3 * MIB))
  const cases: [options: string[], value: string, one: number[]][] = [
    [[], '0xdeadbeef', [0xef, 0xbe, 0xad, 0xde]],
    [['--wc'], '1', [1, 0, 0, 0]],
    [['--width', 'u8'], '-0x80', [0x80]],
    [['--width', 'u16', '--endian', 'big'], '0x1234', [0x12, 0x34]],
    [['--width', 'u16', '--endian', 'little'], '-2', [0xfe, 0xff]],
    [['--width', 'u64'], '1<<56|2', [2, 0, 0, 0, 0, 0, 0, 1]],
  ]
  for (const [options, value, one] of cases) {
    writeFileSync(card, before)
    const length = 2 * MIB + 8 // more than a chunk, and no multiple of one
    const { code, stdout, stderr } = await iomap(
      ['fill', `file:${card}`, '0x1008', String(length), value, '--verify', ...options],
      folder,
    )
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    const times = length / one.length
    const written = new RegExp(`^wrote u\\d+ 0x\\w+ ${times} times, ${length} bytes at 0x1008 of file:.*\\n`)
    assert.match(stdout, written)
    assert.match(stdout, /\nread back: all as written\n$/)
    const expected = Buffer.from(before)
    expected.fill(Buffer.from(one), 0x1008, 0x1008 + length)
    assert.ok(readFileSync(card).equals(expected), value)
  }
})

const REFUSED: [words: string, code: number, message: RegExp][] = [
  ['0 4K 256 --width u8', 2, /VALUE is 256, which does not fit a u8/],
  ['0 4K zz', 2, /VALUE is 'zz'; it must be a whole number/],
  ['0 0 1', 2, /LENGTH is 0; it must be 1 or more/],
  ['0 4K', 2, /missing required argument 'value'/],
  ['2 4K 1', 1, /ERR_IO_ALIGN: fill: offset 0x2 of file:\S+ is not at a multiple of 4/],
  ['0 6 1', 1, /ERR_IO_ALIGN: fill: 0x6 bytes are no multiple of 4/],
  ['0x2000 4K 1', 1, /ERR_IO_RANGE: fill: 0x1000 bytes at offset 0x2000 are not in/],
  ['4K 8K 1', 1, /ERR_IO_RANGE: fill: /],
]
for (const [words, exit, message] of REFUSED) {
  test(`refused before anything is written: fill … ${words}`, async () => {
    const before = Buffer.from(noise(8 * KIB))
    writeFileSync(card, before)
    const { code, stdout, stderr } = await iomap(['fill', `file:${card}`, ...words.split(' ')])
    assert.deepEqual({ code, stdout }, { code: exit, stdout: '' })
    assert.match(stderr, message)
    assert.ok(readFileSync(card).equals(before))
  })
}

const firstByte = (path: string): number => {
  const file = openSync(path, 'r')
  const byte = Buffer.alloc(1)
  readSync(file, byte)
  closeSync(file)
  return byte.readUInt8()
}

test('Ctrl-C ends it, and tells how much is written', async () => {
  const long = (IS_32_BIT ? 768 : 64 * KIB) * MIB
  const sparse = join(folder, 'sparse')
  writeFileSync(sparse, '')
  truncateSync(sparse, long)
  const child = start(['fill', `file:${sparse}`, '0', String(long), '0xff', '--width', 'u8'])
  const ended = outcome(child)
  while (firstByte(sparse) === 0 && child.exitCode === null) await setTimeout(5)
  child.kill('SIGINT')
  const { code, stderr } = await ended
  truncateSync(sparse, 0)
  assert.equal(code, 130)
  const state = `interrupted: the first [1-9][0-9]* of ${long} bytes are written`
  assert.match(stderr, new RegExp(`^iomap: ${state}\\n$`))
})
