import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { iomap, noise, temporaryFolder } from './iomap.js'

const folder = temporaryFolder()
const card = join(folder, 'card')
const CHUNK = 256 * 1024
const SIZE = 2 * CHUNK + 0x1000
const bytes = Buffer.from(noise(SIZE))

const put = (offset: number, what: number[] | string): void =>
  bytes.set(typeof what === 'string' ? Buffer.from(what) : what, offset)
put(0x10, [0xef, 0xbe, 0xad, 0xde])
put(0x22, [0xef, 0xbe, 0xad, 0xde]) // at no multiple of 4
put(CHUNK - 20, [0xef, 0xbe, 0xad, 0xde])
put(2 * CHUNK - 3, [0xef, 0xbe, 0xad, 0xde]) // across two chunks
put(SIZE - 4, [0xde, 0xad, 0xbe, 0xef])
put(CHUNK - 7, 'Schlüssel')
put(0x4000, 'Schlüssel')
writeFileSync(card, bytes)

const search = async (...words: string[]) => {
  const { code, stdout, stderr } = await iomap(['search', `file:${card}`, ...words])
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
  return stdout
}
const offsets = (...all: number[]): string => all.map(each => `0x${each.toString(16)}\n`).join('')
const values = (value: string, ...all: number[]): string =>
  all.map(each => `0x${each.toString(16)}: ${value}\n`).join('')

describe('search finds', () => {
  test('a value at multiples of its width, or at any offset', async () => {
    const aligned = [0x10, CHUNK - 20]
    assert.equal(await search('0xdeadbeef'), values('0xdeadbeef', ...aligned))
    assert.equal(
      await search('0xdeadbeef', '--unaligned'),
      values('0xdeadbeef', 0x10, 0x22, CHUNK - 20, 2 * CHUNK - 3),
    )
    assert.equal(await search('0xdeadbeef', '--endian', 'big'), values('0xdeadbeef', SIZE - 4))
  })

  test('a value in a part, the ends included', async () => {
    assert.equal(await search('0xdeadbeef', '0x10', '4'), values('0xdeadbeef', 0x10))
    assert.equal(
      await search('0xdeadbeef', '0x11', '--unaligned', '--max', '1', '0x15'),
      values('0xdeadbeef', 0x22),
    )
  })

  test('the bits of a mask', async () => {
    const found = await search('0xbe00', '0', '0x40', '--mask', '0xff00', '--width', 'u16')
    const expected: string[] = []
    for (let at = 0; at < 0x40; at += 2)
      if (bytes[at + 1] === 0xbe)
        expected.push(values(`0x${bytes.readUInt16LE(at).toString(16).padStart(4, '0')}`, at))
    assert.ok(expected.length > 0)
    assert.equal(found, expected.join(''))
  })

  test('a text, as UTF-8, also where two chunks meet', async () => {
    assert.equal(await search('--text', 'Schlüssel'), offsets(0x4000, CHUNK - 7))
    assert.equal(await search('--text', 'Schlüssel', '0x4001'), offsets(CHUNK - 7))
  })

  test('bytes, however they are written, also where two chunks meet', async () => {
    for (const text of ['ef be ad de', 'EFBEADDE', '0xef,0xbe,0xad,0xde', 'ef:be:ad:de'])
      assert.equal(await search('--bytes', text), offsets(0x10, 0x22, CHUNK - 20, 2 * CHUNK - 3))
    assert.equal(await search('--bytes', 'de ad be ef', '0x80000'), offsets(SIZE - 4))
  })

  test('no more than --max, and says that there are more', async () => {
    const { code, stdout, stderr } = await iomap(['search', 'memory:1M', '0', '--max', '3'])
    assert.deepEqual(
      { code, stdout, stderr },
      {
        code: 0,
        stdout: values('0x00000000', 0, 4, 8),
        stderr: 'there are more than 3; --max shows more of them\n',
      },
    )
    const all = await iomap(['search', 'memory:12', '0', '--max', '3'])
    assert.deepEqual(all, { code: 0, stdout: values('0x00000000', 0, 4, 8), stderr: '' })
  })

  test('and prints JSON', async () => {
    const part = { aperture: `file:${card}`, offset: 0, length: 0x1000, more: false }
    assert.deepEqual(JSON.parse(await search('0xdeadbeef', '0', '4K', '--json')), {
      ...part,
      matches: [{ offset: 0x10, value: 0xdeadbeef }],
    })
    const eight = `0x${bytes.readBigUInt64LE(0x18).toString(16)}`
    assert.deepEqual(JSON.parse(await search(eight, '0', '4K', '--width', 'u64', '--json')), {
      ...part,
      matches: [{ offset: 0x18, value: eight }],
    })
    assert.deepEqual(JSON.parse(await search('--bytes', 'efbeadde', '0', '4K', '--json')), {
      ...part,
      matches: [{ offset: 0x10 }, { offset: 0x22 }],
    })
  })
})

const NOTHING: [words: string[], stdout: RegExp, message: RegExp][] = [
  [['0xdeadbeef', '0x11', '0x13'], /^$/, /u32 0xdeadbeef is not in 0x13 bytes at 0x11 of file:/],
  [['--text', 'no such text'], /^$/, /the text 'no such text' is not in /],
  [['--bytes', 'efbeadde', '0x11', '0x14'], /^$/, /the byte sequence ef be ad de is not in /],
  [['0x1', '0', '8', '--json'], /"matches": \[\]/, /u32 0x00000001 is not in /],
]
for (const [words, out, message] of NOTHING) {
  test(`1 where nothing is found: search … ${words.join(' ')}`, async () => {
    const { code, stdout, stderr } = await iomap(['search', `file:${card}`, ...words])
    assert.match(stdout, out)
    assert.match(stderr, message)
    assert.equal(code, 1)
  })
}

const MISTAKES: [words: string[], message: RegExp][] = [
  [[], /VALUE is missing: say what to look for, or give --text or --bytes/],
  [['zz'], /VALUE is 'zz'/],
  [['256', '--width', 'u8'], /VALUE is 256, which does not fit a u8/],
  [['1', 'zz'], /OFFSET is 'zz'/],
  [['1', '0', '0'], /LENGTH is 0; it must be 1 or more/],
  [['0x12', '--mask', '0xf0'], /VALUE is 0x12, which has bits that --mask 0xf0 leaves out/],
  [['1', '--mask', 'x'], /--mask is 'x'; it must be a whole number/],
  [['--text', ''], /--text is empty/],
  [['--bytes', 'abc'], /--bytes is 'abc'; it must be bytes of two hexadecimal digits each/],
  [['--bytes', ''], /--bytes is ''/],
  [['--text', 'a', '--bytes', 'aa'], /give one/],
  [['--text', 'a', '--mask', '1'], /--mask, --unaligned and --endian are of a value/],
  [['--text', 'a', '1', '2', '3'], /too many arguments/],
  [['1', '--max', '0'], /--max is 0; it must be 1 or more/],
  [['1', '--max', '2M', '--json'], /--max is 2097152; with --json it must be at most 1000000,/],
]
for (const [words, message] of MISTAKES) {
  test(`a mistake: search … ${words.join(' ')}`, async () => {
    const { code, stdout, stderr } = await iomap(['search', `file:${card}`, ...words])
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' })
    assert.match(stderr, message)
    assert.match(stderr, /^iomap: [^\n]+\n$/)
  })
}

test('a driver’s node is read by exact accesses, and so at multiples of their width', async () => {
  const { code, stderr } = await iomap(['search', 'file:/dev/zero+4K', '--text', 'x', '1', '4'])
  assert.match(stderr, /^iomap: ERR_IO_ALIGN: search: offset 0x1 /)
  assert.equal(code, 1)
  assert.equal(
    (await iomap(['search', 'file:/dev/zero+4K', '--bytes', '00 00', '1', '2', '--width', 'u8'])).stdout,
    offsets(1),
  )
})
