import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IoMapping, IoMem, TransferOptions } from 'io-mapping'
import { readRow } from '../../src/cli/commands/image.js'
import { verify } from '../../src/cli/commands/write.js'
import { Interrupted } from '../../src/cli/failure.js'
import { CHUNK, chunksOf, type Region, readChunk, writeChunk } from '../../src/cli/memory/chunks.js'
import { copyWidth, widthOf } from '../../src/cli/typed/widths.js'

/** A mapping that writes down what is asked of it. */
const witness = () => {
  const seen: unknown[] = []
  const readAsync = async (offset: number, length: number, { width }: TransferOptions) => {
    seen.push(['read', offset, length, width])
    return new Uint8Array(length)
  }
  const writeAsync = async (offset: number, data: Uint8Array, { width, onProgress }: TransferOptions) => {
    seen.push(['write', offset, data.length, width])
    onProgress?.(data.length, data.length)
  }
  return { seen, mapping: { readAsync, writeAsync } as unknown as IoMapping }
}

const { signal } = new AbortController()

test('a device is copied by exact 32-bit accesses unless another width is asked for, memory by any', () => {
  assert.equal(copyWidth(undefined, false)?.bytes, 4)
  assert.equal(copyWidth('u8', false)?.bytes, 1)
  assert.equal(copyWidth(undefined, true), undefined)
  assert.equal(copyWidth('u64', true)?.bytes, 8)
})

test('a region is read in chunks that follow each other, each at its width', async () => {
  const { seen, mapping } = witness()
  const region: Region = { mapping, offset: 0x100, length: 2 * CHUNK + 12, width: widthOf('u32') }
  for await (const chunk of chunksOf(region, signal)) await readChunk(region, chunk, signal)
  assert.deepEqual(seen, [
    ['read', 0x100, CHUNK, 4],
    ['read', 0x100 + CHUNK, CHUNK, 4],
    ['read', 0x100 + 2 * CHUNK, 12, 4],
  ])
})

test('a region is written at its width, and memory without one', async () => {
  for (const [width, bytes] of [
    [widthOf('u16'), 2],
    [undefined, undefined],
  ] as const) {
    const { seen, mapping } = witness()
    const region: Region = { mapping, offset: 8, length: 6, width }
    const written: number[] = []
    for await (const chunk of chunksOf(region, signal))
      await writeChunk(region, chunk, new Uint8Array(chunk.length), signal, done => written.push(done))
    assert.deepEqual(seen, [['write', 8, 6, bytes]])
    assert.deepEqual(written, [6])
  }
})

test('an aborted signal ends a chunk that is being copied', async () => {
  const controller = new AbortController()
  const readAsync = (_offset: number, _length: number, { signal: given }: TransferOptions) =>
    new Promise((_resolve, reject) => given?.addEventListener('abort', () => reject(given.reason)))
  const region = { mapping: { readAsync } as unknown as IoMapping, offset: 0, length: 8, width: undefined }
  const reading = readChunk(region, { offset: 0, length: 8, done: 0 }, controller.signal)
  const reason = new Interrupted(130)
  controller.abort(reason)
  await assert.rejects(reading, reason)
})

test('an aborted signal ends it before the next chunk', async () => {
  const { mapping } = witness()
  const region: Region = { mapping, offset: 0, length: 3 * CHUNK, width: undefined }
  const controller = new AbortController()
  const reason = new Interrupted(130)
  const offsets: number[] = []
  await assert.rejects(async () => {
    for await (const { offset } of chunksOf(region, controller.signal)) {
      offsets.push(offset)
      if (offset > 0) controller.abort(reason)
    }
  }, reason)
  assert.deepEqual(offsets, [0, CHUNK])
})

test("an image's row is read from a device by 32-bit accesses, whatever its pixels are", () => {
  const bytes = Uint8Array.from({ length: 64 }, (_, i) => i)
  const seen: unknown[] = []
  const map = (offset: number, length: number) => ({
    copyTo: (target: Uint8Array, options: object) => {
      seen.push([offset, length, options])
      target.set(bytes.subarray(offset, offset + length))
    },
    [Symbol.dispose]: () => {},
  })
  const row = new Uint8Array(9)
  readRow({ map, memoryType: 'uncached' } as unknown as IoMapping, 7, row)
  readRow({ map, memoryType: 'write-back' } as unknown as IoMapping, 7, row)
  assert.deepEqual(seen, [
    [4, 12, { width: 4 }],
    [7, 9, {}],
  ])
  assert.deepEqual([...row], [7, 8, 9, 10, 11, 12, 13, 14, 15])
})

test('--verify reads each value once, and fails at the first that is another', () => {
  const reads: number[] = []
  const read16 = (offset: number) => {
    reads.push(offset)
    return offset === 2 ? 0xbeee : 0xbeef
  }
  const window = { offset: 0x10, read16 } as unknown as IoMem
  verify(window, [0xbeefn], widthOf('u16'))
  assert.throws(() => verify(window, [0xbeefn, 0xbeefn], widthOf('u16')), {
    message: '0x12 reads 0xbeee after 0xbeef was written there',
  })
  assert.deepEqual(reads, [0, 0, 2])
})
