import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HexDump } from '../../src/cli/shown/hex-dump.js'

const ABC = Uint8Array.from({ length: 40 }, (_, i) => 0x41 + i)
const dump = (width: 1 | 2 | 4 | 8, offset: number, bytes: Uint8Array) =>
  new HexDump({ bytes: width, swaps: false }, offset + bytes.length).text(offset, bytes).toString()

test('bytes are shown as xxd -g1 shows them', () => {
  assert.equal(
    dump(1, 0x1000, ABC),
    '00001000: 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f 50  ABCDEFGHIJKLMNOP\n' +
      '00001010: 51 52 53 54 55 56 57 58 59 5a 5b 5c 5d 5e 5f 60  QRSTUVWXYZ[\\]^_`\n' +
      '00001020: 61 62 63 64 65 66 67 68                          abcdefgh\n',
  )
})

test('wider values are numbers, as xxd -e shows them', () => {
  assert.equal(
    dump(2, 0, ABC.subarray(0, 16)),
    '00000000: 4241 4443 4645 4847 4a49 4c4b 4e4d 504f  ABCDEFGHIJKLMNOP\n',
  )
  assert.equal(
    dump(4, 0, ABC.subarray(0, 24)),
    '00000000: 44434241 48474645 4c4b4a49 504f4e4d  ABCDEFGHIJKLMNOP\n' +
      '00000010: 54535251 58575655                    QRSTUVWX\n',
  )
  assert.equal(
    dump(8, 0, ABC.subarray(0, 16)),
    '00000000: 4847464544434241 504f4e4d4c4b4a49  ABCDEFGHIJKLMNOP\n',
  )
})

test('what is not ASCII is a dot', () => {
  assert.match(dump(1, 0, Uint8Array.of(0x1f, 0x20, 0x7e, 0x7f, 0x80, 0xff)), / {2}\. ~\.\.\.\n$/)
})

test('equal lines are folded, the last line is shown', () => {
  const bytes = new Uint8Array(16 * 6)
  bytes[0] = 1
  const lines = dump(1, 0, bytes)
    .split('\n')
    .map(line => line.slice(0, 12))
  assert.deepEqual(lines, ['00000000: 01', '00000010: 00', '*', '00000050: 00', ''])
})

test('a run of two needs no fold, and a second run gets its own', () => {
  const bytes = new Uint8Array(16 * 7)
  bytes[16 * 3 + 15] = 9
  const lines = dump(1, 0, bytes)
    .split('\n')
    .map(line => line.slice(0, 9))
  assert.deepEqual(lines, ['00000000:', '*', '00000030:', '00000040:', '*', '00000060:', ''])
})

test('folding goes on from one chunk to the next', () => {
  const whole = new HexDump({ bytes: 1, swaps: false }, 96)
  const first = whole.text(0, new Uint8Array(48)).toString()
  const second = whole.text(48, new Uint8Array(48)).toString()
  assert.equal(`${first}${second}`, dump(1, 0, new Uint8Array(96)))
  assert.equal(second.split('\n').length, 2)
})

test('offsets beyond 4 GiB get the digits they need, from the start', () => {
  const text = new HexDump({ bytes: 1, swaps: false }, 0x1_0000_0010)
    .text(0xffff_fff0, new Uint8Array(32))
    .toString()
  assert.deepEqual(
    text.split('\n').map(line => line.slice(0, 10)),
    ['0fffffff0:', '100000000:', ''],
  )
})
