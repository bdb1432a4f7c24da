import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { describe, test } from 'node:test'
import { PAGE_SIZE } from 'io-mapping'
import { checkError, throwsCode } from '../support/errors.js'
import { Losable } from '../support/lost.js'
import { pattern, Rig } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'

const SIZE = 3 * 256 * 1024 + 5 * PAGE_SIZE + 3

inEachStrategy('streams', strategy => {
  test('read a range, and write one', async () => {
    using from = new Rig(SIZE, strategy)
    using to = new Rig(SIZE, strategy)
    const part = await buffer(from.mapping.createReadStream(7, SIZE - 100))
    assert.ok(part.equals(pattern(SIZE).subarray(7, SIZE - 93)))
    await to.mapping.writeAsync(0, new Uint8Array(SIZE))
    await pipeline(from.mapping.createReadStream(), to.mapping.createWriteStream())
    assert.ok(to.bytes().equals(pattern(SIZE)))
    assert.equal(from.mapping.stats.live + to.mapping.stats.live, 0)
  })

  test('memory that goes away is their error', async () => {
    using losable = new Losable(strategy, SIZE)
    const stream = losable.mapping.createReadStream()
    await once(stream, 'readable')
    losable.truncate()
    const error = await buffer(stream).catch(each => each)
    checkError(error, 'ERR_IO_FAULT', 'createReadStream: ')
  })
})

describe('streams', () => {
  test('by exact accesses, whatever pieces come', async () => {
    using rig = new Rig(SIZE - 3)
    const bytes = pattern(4 * 1001)
    const pieces = function* () {
      for (let at = 0, size = 1; at < bytes.length; at += size++)
        yield bytes.subarray(at, Math.min(at + size, bytes.length))
    }
    await pipeline(Readable.from(pieces()), rig.mapping.createWriteStream(8, { width: 4 }))
    assert.ok(
      rig
        .bytes()
        .subarray(8, 8 + bytes.length)
        .equals(bytes),
    )
    assert.ok(
      rig
        .bytes()
        .subarray(8 + bytes.length)
        .equals(pattern(SIZE - 3).subarray(8 + bytes.length)),
    )
    const read = rig.mapping.createReadStream(8, bytes.length, { width: 4, highWaterMark: 13 })
    assert.ok((await buffer(read)).equals(bytes))
  })

  test('a stream that ends within an element', async () => {
    using rig = new Rig(SIZE)
    const error = await pipeline(
      Readable.from([Buffer.alloc(6)]),
      rig.mapping.createWriteStream(0, { width: 4 }),
    ).catch(each => each)
    checkError(error, 'ERR_IO_ALIGN', 'createWriteStream: ')
  })

  test('more than there is', async () => {
    using rig = new Rig(PAGE_SIZE)
    const error = await pipeline(
      Readable.from([Buffer.alloc(PAGE_SIZE), Buffer.alloc(1)]),
      rig.mapping.createWriteStream(),
    ).catch(each => each)
    checkError(error, 'ERR_IO_RANGE', 'createWriteStream: ')
  })

  test('destroyed, and ended by a signal', async () => {
    using rig = new Rig(SIZE)
    const destroyed = rig.mapping.createReadStream(0, SIZE, { width: 1 })
    destroyed.once('data', () => destroyed.destroy())
    await once(destroyed, 'close')
    assert.equal(rig.mapping.stats.live, 0, 'closed, it holds no window')
    const controller = new AbortController()
    const ended = rig.mapping.createReadStream(0, SIZE, { signal: controller.signal })
    ended.once('data', () => controller.abort())
    await assert.rejects(buffer(ended), { name: 'AbortError' })
  })

  test('the mapping is freed meanwhile', async () => {
    using rig = new Rig(SIZE)
    const stream = rig.mapping.createReadStream()
    stream.once('data', () => rig.mapping.free())
    checkError(await buffer(stream).catch(each => each), 'ERR_IO_FREED', 'createReadStream: ')
  })

  test('refuse what is wrong', () => {
    using rig = new Rig(SIZE)
    const { mapping } = rig
    throwsCode('ERR_IO_RANGE', 'createReadStream: ', () => mapping.createReadStream(SIZE))
    throwsCode('ERR_IO_RANGE', 'createReadStream: ', () => mapping.createReadStream(0, 0))
    throwsCode('ERR_IO_RANGE', 'createReadStream: ', () => mapping.createReadStream(-1, 1))
    throwsCode('ERR_IO_RANGE', 'createWriteStream: ', () => mapping.createWriteStream(SIZE))
    throwsCode('ERR_IO_ALIGN', 'createReadStream: ', () => mapping.createReadStream(0, 5, { width: 4 }))
    using readOnly = new Rig(SIZE, { writable: false })
    throwsCode('ERR_IO_READ_ONLY', 'createWriteStream: ', () => readOnly.mapping.createWriteStream())
    readOnly.mapping.free()
    throwsCode('ERR_IO_FREED', 'createReadStream: ', () => readOnly.mapping.createReadStream())
    for (const options of [{ width: 5 }, { signal: 1 }, { highWaterMark: 0 }, { highWater: 9 }]) {
      throwsCode('ERR_IO_ARGUMENT', 'createReadStream: ', () =>
        mapping.createReadStream(0, 8, options as never),
      )
      throwsCode('ERR_IO_ARGUMENT', 'createWriteStream: ', () =>
        mapping.createWriteStream(0, options as never),
      )
    }
  })
})
