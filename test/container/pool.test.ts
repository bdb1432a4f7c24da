import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { file, IoMapping, memory, PAGE_SIZE } from 'io-mapping'
import { giveBackContainer, giveBackUnmapped, takeContainer } from '#io-mapping/container/pool.js'
import { native } from '#io-mapping/system/native.js'
import { runModule } from '../support/child.js'
import { TempFolder } from '../support/files.js'
import { processStat } from '../support/process-stat.js'
import { pattern } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'
import { needs64 } from '../support/widths.js'

const SIZE = 4 * PAGE_SIZE
const LEASE = native.createLease()

const maps = () => readFileSync('/proc/self/maps', 'utf8')

describe('the pool of containers', () => {
  test('gives one back that was given, cleared, with its views detached', () => {
    const container = takeContainer(SIZE, LEASE)
    const bytes = new Uint8Array(container.buffer)
    bytes.fill(7)
    giveBackContainer(container)
    assert.equal(bytes.length, 0)
    const again = takeContainer(SIZE, LEASE)
    assert.equal(again, container)
    assert.ok(new Uint8Array(again.buffer).every(byte => byte === 0))
    giveBackContainer(again)
  })

  test('gives no container that is too small', () => {
    giveBackContainer(takeContainer(65536, LEASE))
    for (const size of [65537, 2 ** 20, 2 ** 24]) {
      const container = takeContainer(size, LEASE)
      assert.ok(container.byteLength >= size)
      giveBackContainer(container)
    }
  })

  test('keeps a large one for large ones', () => {
    const drained = Array.from({ length: 20 }, () => takeContainer(PAGE_SIZE, LEASE))
    const large = takeContainer(2 ** 24, LEASE)
    giveBackContainer(large)
    const small = takeContainer(PAGE_SIZE, LEASE)
    assert.notEqual(small, large)
    assert.equal(takeContainer(2 ** 24, LEASE), large)
    for (const each of [large, small, ...drained]) giveBackContainer(each)
  })

  test('keeps a few, and leaves the rest to the collector', () => {
    const size = 2 ** 22
    const taken = Array.from({ length: 40 }, () => takeContainer(size, LEASE))
    for (const each of taken) giveBackContainer(each)
    const again = Array.from({ length: 40 }, () => takeContainer(size, LEASE))
    assert.ok(again.filter(each => taken.includes(each)).length <= 16)
    for (const each of again) giveBackContainer(each)
  })

  test('full of small ones, keeps a large one in place of one of them', () => {
    const small = Array.from({ length: 20 }, () => takeContainer(PAGE_SIZE, LEASE))
    for (const each of small) giveBackContainer(each)
    const large = takeContainer(2 ** 25, LEASE)
    giveBackContainer(large)
    assert.equal(takeContainer(2 ** 25, LEASE), large)
    giveBackContainer(large)
  })

  test('keeps the arrays of one whose handles are unmapped, for whoever wants such', () => {
    const size = 2 ** 27 // which no other is near
    const container = takeContainer(size, LEASE)
    const arrays = container.arrays(true)
    giveBackUnmapped(container)
    assert.equal(takeContainer(size, LEASE), container)
    assert.equal(container.arrays(true), arrays)
    assert.equal(arrays.w32, arrays.u32)
    const readOnly = container.arrays(false)
    assert.deepEqual([arrays.u8.length, arrays.w8.length], [0, 0])
    assert.ok(readOnly.u8.length >= size)
    assert.equal(readOnly.w8.length, 0)
    giveBackContainer(container)
    assert.equal(readOnly.u8.length, 0)
  })

  test('empties the arrays of one that it drops', () => {
    const taken = Array.from({ length: 20 }, () => takeContainer(SIZE, LEASE))
    const arrays = taken.map(container => container.arrays(true))
    for (const each of taken) giveBackUnmapped(each)
    const kept = arrays.filter(({ u8 }) => u8.length > 0)
    assert.ok(kept.length >= 1 && kept.length <= 16, `${kept.length} of 20`)
    assert.ok((arrays[19]?.u8.length ?? 0) >= SIZE)
  })

  test('never lends one twice at a time', () => {
    const taken = Array.from({ length: 40 }, () => takeContainer(SIZE, LEASE))
    assert.equal(new Set(taken).size, 40)
    for (const each of taken) giveBackContainer(each)
    const again = Array.from({ length: 40 }, () => takeContainer(SIZE, LEASE))
    assert.equal(new Set(again).size, 40)
    for (const each of again) giveBackContainer(each)
  })
})

inEachStrategy('after free', strategy => {
  test('nothing of the aperture is mapped in the process, and the next mapping starts with its own', () => {
    using folder = new TempFolder()
    const path = folder.write('image', pattern(SIZE))
    const mapping = IoMapping.createWc(file(path), strategy)
    const window = mapping.map(0, SIZE)
    window.u8[0] = 0xee
    assert.match(maps(), new RegExp(path))
    mapping.free()
    assert.doesNotMatch(maps(), new RegExp(path))

    using fresh = IoMapping.createWc(memory(SIZE), strategy)
    const page = fresh.map(0, SIZE)
    assert.ok(Buffer.from(page.u8).equals(Buffer.alloc(SIZE)))
    assert.equal(page.read8(0), 0)
  })

  test('mapping on and on takes no more address space', () => {
    const once = () => {
      const mapping = IoMapping.createWc(memory(SIZE), strategy)
      mapping.map(0).u8[0] = 1
      mapping.free()
    }
    for (let i = 0; i < 20; i++) once()
    const before = processStat()
    for (let i = 0; i < 200; i++) once()
    const after = processStat()
    assert.ok(after.address - before.address < 1024, `${before.address} MiB, then ${after.address}`)
  })

  // 24 GiB hold two containers of this size, so the third needs what the first two had.
  const skip = needs64('containers that reserve 10 GiB each')
  test('a freed mapping that is still referred to keeps no address space', { skip }, async () => {
    const { stdout, stderr } = await runModule(
      `import { IoMapping, memory } from 'io-mapping'
      const strategy = ${JSON.stringify(strategy)}
      const kept = []
      for (let i = 0; i < 20; i++) {
        const mapping = IoMapping.createWc(memory(2 ** 28), strategy)
        const page = mapping.map(0)
        page.u8[0] = 1
        mapping.free()
        kept.push(mapping, page)
        const small = IoMapping.createWc(memory(4096), strategy)
        small.map(0).write8(0, 1)
        small.free()
        const large = IoMapping.createWc(memory(2 ** 32), { strategy: 'permanent' }) // what was kept is too small for it
        large.map(0).write8(0, 1)
        large.free()
        kept.push(small, large)
      }
      console.log('made', kept.length)`,
      { ulimit: `-v ${26 * 2 ** 20}` },
    )
    assert.equal(stdout, 'made 80\n', stderr)
  })
})
