// Workers that end in the middle of everything, a hundred times, leave nothing behind.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { file, IoMapping, PAGE_SIZE } from 'io-mapping'
import { IS_32_BIT } from '#io-mapping/system/word-size.js'
import { TempFolder } from '../support/files.js'
import { processStat } from '../support/process-stat.js'
import { assertNothingLeft, resources } from '../support/resources.js'
import { pattern } from '../support/rig.js'
import { messageOf, startWorker } from '../support/worker.js'

/** Fewer where Workers take seconds to start. */
const ROUNDS = Math.min(100, Number(process.env.IO_MAPPING_ROUNDS ?? 100_000) / 1000)
const SIZE = 2 * 1024 ** 2

/** Has live windows, views, listeners and descriptors of every kind when it ends. */
const LIVE = `
  const mappings = [
    ...['permanent', 'slots', 'per-call'].map(strategy => io.IoMapping.create(io.file(data.path), { strategy })),
    io.IoMapping.create('memory:1M'),
    io.IoMapping.attach(data.own),
    io.IoMapping.attach(data.shared),
  ]
  const pages = mappings.map(mapping => mapping.map(0))
  for (const page of pages) page.u8[1] = page.read8(0)
  for (const mapping of mappings) mapping.on('fault', () => {})
  if (data.memory) mappings[0].mapInto(data.memory, io.PAGE_SIZE, 0, io.PAGE_SIZE)
  const copying = () => {
    for (const mapping of mappings) {
      mapping.readAsync(0, mapping.size, { width: 1 }).catch(() => {})
      mapping.writeAsync(0, new Uint8Array(mapping.size), { width: 1 }).catch(() => {})
    }
  }
  tell('live')
`

const ENDINGS = {
  'returns, and leaves all to the end of its thread':
    'for (const mapping of mappings) mapping.removeAllListeners()',
  exits: 'process.exit(0)',
  'exits while others copy': 'copying(); setTimeout(() => process.exit(0), 5)',
  'is terminated while others copy': 'copying()',
  'is terminated while it copies': `const all = mappings[0].map(0, mappings[0].size), bytes = new Uint8Array(all.length)
    for (;;) all.copyTo(bytes, { width: 1 })`,
  'is terminated in a loop of accesses': 'for (;;) for (const page of pages) page.write32(0, page.read32(4))',
}

const run = async (path: string, rounds: number): Promise<void> => {
  using own = IoMapping.create(file(path))
  using shared = IoMapping.create(file(path), { shared: true })
  const page = own.map(PAGE_SIZE)
  const memory = IS_32_BIT ? undefined : new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true })
  const data = { path, own: own.share(), shared: shared.share(), memory }
  const endings = Object.values(ENDINGS)
  for (let round = 0; round < rounds; round++) {
    const worker = startWorker(`${LIVE}${endings[round % endings.length]}`, data)
    const exit = once(worker, 'exit')
    assert.equal(await messageOf(worker), 'live')
    if (round % endings.length >= 3) {
      await setTimeout(Math.random() * 5)
      await worker.terminate()
    }
    await exit
    page.write32(8, round)
    assert.equal(page.read32(8), round)
    assert.equal(own.faults + shared.faults, 0)
  }
}

describe('a Worker with live mappings', () => {
  test(`${ROUNDS} that end, in every way`, { timeout: 300_000 }, async () => {
    using folder = new TempFolder()
    const path = folder.write('card', pattern(SIZE))
    await run(path, 1) // V8 keeps mappings of its own of the first Workers
    const before = resources()
    const first = processStat().mappings
    await run(path, ROUNDS)
    assertNothingLeft(before)
    const { mappings } = processStat()
    assert.ok(mappings < first + 200, `${first} mappings, then ${mappings}`)
  })
})
