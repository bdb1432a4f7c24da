import assert from 'node:assert/strict'
import { once } from 'node:events'
import { closeSync, fstatSync, openSync } from 'node:fs'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { IoMapping, memory, PAGE_SIZE } from 'io-mapping'
import { TempFolder } from '../support/files.js'
import { inEachStrategy } from '../support/strategies.js'
import { inWorker } from '../support/worker.js'

inEachStrategy('in a Worker', strategy => {
  test('a Worker maps, reads and writes for itself', async () => {
    const result = await inWorker(`
      const mapping = io.IoMapping.createWc(io.memory(2 * io.PAGE_SIZE), ${JSON.stringify(strategy)})
      const page = mapping.map(io.PAGE_SIZE)
      page.write32(8, 0x12345678)
      const seen = page.read32(8)
      const view = page.u32
      mapping.free()
      return [mapping.strategy, seen, page.mapped, view.length]`)
    assert.deepEqual(result, [strategy.strategy, 0x12345678, false, 0])
  })

  test('a Worker that is ended in the middle of its work leaves the others theirs', async () => {
    using mapping = IoMapping.createWc(memory(PAGE_SIZE), strategy)
    const page = mapping.map(0)
    const { u8 } = page
    for (let i = 0; i < 3; i++) {
      const worker = new Worker(
        `const { parentPort } = require('node:worker_threads')
        import('io-mapping').then(io => {
          const mapping = io.IoMapping.createWc(io.memory(256 * io.PAGE_SIZE), ${JSON.stringify(strategy)})
          const page = mapping.map(0)
          parentPort.postMessage('ready')
          for (let i = 0; ; i = (i + 1) % 256) {
            mapping.atomic(i * io.PAGE_SIZE, other => other.write32(0, page.read32(0) ^ page.u32[1]))
          }
        })`,
        { eval: true },
      )
      await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
      await worker.terminate()
      u8[0] = i
      assert.equal(page.read8(0), i)
    }
    using again = IoMapping.createWc(memory(PAGE_SIZE), strategy)
    assert.equal(again.map(0).read8(0), 0)
  })
})

test('16 atomic pages are held per thread: a Worker has its own', async () => {
  using mapping = IoMapping.createWc(memory(PAGE_SIZE))
  const mine = Array.from({ length: 16 }, () => mapping.mapAtomic(0))
  for (const page of mine.reverse()) page.unmap()
  const result = await inWorker(`
    const mapping = io.IoMapping.createWc('memory:4K')
    const pages = Array.from({ length: 16 }, () => mapping.mapAtomic(0))
    let code
    try { mapping.mapAtomic(0) } catch (error) { code = error.code }
    for (const page of pages.reverse()) page.unmap()
    return [pages.length, code]`)
  assert.deepEqual(result, [16, 'ERR_IO_ATOMIC'])
})

test('a Worker that ends closes no descriptor of another thread', async () => {
  using folder = new TempFolder()
  const path = folder.write('image', new Uint8Array(PAGE_SIZE))
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads')
    import('io-mapping').then(({ IoMapping }) => {
      IoMapping.createWc('file:' + workerData).free()
      parentPort.postMessage('freed')
      parentPort.once('message', () => process.exit())
    })`,
    { eval: true, workerData: path },
  )
  await once(worker, 'message')
  const mine = Array.from({ length: 8 }, () => openSync(path, 'r')) // the numbers that the Worker's had
  worker.postMessage('end')
  await once(worker, 'exit')
  for (const fd of mine) {
    fstatSync(fd)
    closeSync(fd)
  }
})
