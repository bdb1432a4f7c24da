import assert from 'node:assert/strict'
import { closeSync, openSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { file, IoMapping, PAGE_SIZE } from 'io-mapping'
import { checksum } from '../../examples/checksum/checksum.js'
import { runFile } from '../support/child.js'
import { TempFolder } from '../support/files.js'
import { Losable } from '../support/lost.js'
import { pattern } from '../support/rig.js'
import { ROOT } from '../support/root.js'
import { needs64 } from '../support/widths.js'

const GIB = 1024 ** 3

/** What the module computes, of a file of zeros but for these words: number i of n counts n - i times in the second sum. */
const expected = (size: number, words: ReadonlyMap<number, bigint>): string => {
  let first = 0n
  let second = 0n
  for (const [index, word] of words) {
    first += word
    second += word * BigInt(size / 8 - index)
  }
  return [second, first].map(sum => BigInt.asUintN(64, sum).toString(16).padStart(16, '0')).join('')
}

/** A sparse file; tests that are skipped in a 32-bit process make none. */
const sparse = (folder: TempFolder, size: number, words: ReadonlyMap<number, bigint>): string => {
  const path = folder.write('card', '')
  truncateSync(path, size)
  const fd = openSync(path, 'r+')
  for (const [index, word] of words) {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64LE(word)
    writeSync(fd, bytes, 0, 8, index * 8)
  }
  closeSync(fd)
  return path
}

describe('examples/checksum', { skip: needs64('memory that stays where it is as it grows') }, () => {
  test('an aperture larger than 4 GiB, through one window of 1 MiB', { timeout: 300_000 }, async () => {
    using folder = new TempFolder()
    const size = 4 * GIB + 5 * PAGE_SIZE
    const words = new Map([
      [0, 1n],
      [131_071, 0xfedcba9876543210n],
      [131_072, 3n],
      [(4 * GIB) / 8, 0x123456789n],
      [size / 8 - 1, 2n ** 63n],
    ])
    using mapping = IoMapping.create(file(sparse(folder, size, words)), { writable: false })
    const told: number[] = []
    assert.equal(await checksum(mapping, done => told.push(done)), expected(size, words))
    assert.equal(told.length, 4 * 1024 + 1)
    assert.equal(told.at(-1), size)
  })

  test('the program, and a mistake', async () => {
    using folder = new TempFolder()
    const size = 3 * PAGE_SIZE
    const words = new Map(
      Array.from({ length: size / 8 }, (_, i) => [i, pattern(size).readBigUInt64LE(i * 8)]),
    )
    const main = join(ROOT, 'build/examples/checksum/main.js')
    const path = folder.write('card', pattern(size))
    const { stdout, code } = await runFile(main, { args: [`file:${path}`] })
    assert.deepEqual({ stdout, code }, { stdout: `${expected(size, words)}  file:${path}\n`, code: 0 })
    assert.equal((await runFile(main)).code, 2)
    const missing = await runFile(main, { args: ['file:/missing'] })
    assert.deepEqual([missing.code, missing.stdout], [1, ''])
    assert.match(missing.stderr, /^There is no file/)
  })

  test('memory that goes away is an error', async () => {
    using losable = new Losable({}, 4 * 1024 ** 2)
    const sum = checksum(losable.mapping, () => losable.truncate())
    await assert.rejects(sum, /went away|ERR_IO_FAULT|lost/)
  })
})
