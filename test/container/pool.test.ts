import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { file, IoMapping, memory, PAGE_SIZE } from 'io-mapping'
import { giveBackSpace, takeSpace } from '#io-mapping/container/pool.js'
import { native } from '#io-mapping/system/native.js'
import { runModule } from '../support/child.js'
import { collect } from '../support/collect.js'
import { unlessEmulated } from '../support/emulated.js'
import { TempFolder } from '../support/files.js'
import { processStat } from '../support/process-stat.js'
import { pattern } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'
import { needs64 } from '../support/widths.js'

const SIZE = 4 * PAGE_SIZE

const maps = () => readFileSync('/proc/self/maps', 'utf8')

const take = (count: number, size: number) => Array.from({ length: count }, () => takeSpace(size))

describe('the pool of address space', () => {
  test('gives one back that was given', () => {
    const space = takeSpace(SIZE)
    giveBackSpace(space)
    assert.equal(takeSpace(SIZE), space)
    giveBackSpace(space)
  })

  test('never one that is not to be used again: its views are empty', () => {
    const space = takeSpace(SIZE)
    const bytes = new Uint8Array(space.buffer)
    space.reusable = false
    giveBackSpace(space)
    assert.equal(bytes.length, 0)
    const others = take(40, SIZE)
    assert.ok(!others.includes(space))
    for (const each of others) giveBackSpace(each)
  })

  test('gives none that is too small', () => {
    giveBackSpace(takeSpace(65536))
    for (const size of [65537, 2 ** 20, 2 ** 24]) {
      const space = takeSpace(size)
      assert.ok(space.byteLength >= size)
      giveBackSpace(space)
    }
  })

  test('keeps a large one for large ones', () => {
    const drained = take(20, PAGE_SIZE)
    const large = takeSpace(2 ** 24)
    giveBackSpace(large)
    const small = takeSpace(PAGE_SIZE)
    assert.notEqual(small, large)
    assert.equal(takeSpace(2 ** 24), large)
    for (const each of [large, small, ...drained]) giveBackSpace(each)
  })

  test('keeps a few, and leaves the rest to the collector', () => {
    const size = 2 ** 22
    const taken = take(40, size)
    for (const each of taken) giveBackSpace(each)
    const again = take(40, size)
    assert.ok(again.filter(each => taken.includes(each)).length <= 16)
    for (const each of again) giveBackSpace(each)
  })

  test('full of small ones, keeps a large one in place of one of them', () => {
    for (const each of take(20, PAGE_SIZE)) giveBackSpace(each)
    const large = takeSpace(2 ** 25)
    giveBackSpace(large)
    assert.equal(takeSpace(2 ** 25), large)
    giveBackSpace(large)
  })

  test('keeps the arrays of one whose handles are unmapped, for whoever wants such', () => {
    const size = 2 ** 27 // which no other is near
    const space = takeSpace(size)
    const arrays = space.arrays(0, true)
    giveBackSpace(space)
    assert.equal(takeSpace(size), space)
    assert.equal(space.arrays(0, true), arrays)
    assert.equal(arrays.w32, arrays.u32)
    const readOnly = space.arrays(0, false)
    assert.deepEqual([arrays.u8.length, arrays.w8.length], [0, 0])
    assert.ok(readOnly.u8.length >= size)
    assert.equal(readOnly.w8.length, 0)
    const shifted = space.arrays(PAGE_SIZE, false)
    assert.equal(shifted.u8.length, readOnly.u8.length === 0 ? space.byteLength - PAGE_SIZE : Number.NaN)
    giveBackSpace(space)
  })

  test('empties the arrays of one that it drops', () => {
    const taken = take(20, SIZE)
    const arrays = taken.map(space => space.arrays(0, true))
    for (const each of taken) giveBackSpace(each)
    const kept = arrays.filter(({ u8 }) => u8.length > 0)
    assert.ok(kept.length >= 1 && kept.length <= 16, `${kept.length} of 20`)
    assert.ok((arrays[19]?.u8.length ?? 0) >= SIZE)
  })

  test('never lends one twice at a time', () => {
    const taken = take(40, SIZE)
    assert.equal(new Set(taken).size, 40)
    for (const each of taken) giveBackSpace(each)
    const again = take(40, SIZE)
    assert.equal(new Set(again).size, 40)
    for (const each of again) giveBackSpace(each)
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
      mapping.map(0).write8(0, 1)
      mapping.free()
    }
    for (let i = 0; i < 20; i++) once()
    const before = processStat()
    for (let i = 0; i < 200; i++) once()
    const after = processStat()
    assert.ok(after.address - before.address < 1024, `${before.address} MiB, then ${after.address}`)
  })

  const apart =
    needs64('memories with a guard between, which are mappings of their own') ||
    unlessEmulated('its /proc/self/stat and maps are not quite its own')
  test('what views lay in is never another’s, and gone when no one has such a view any more', {
    skip: apart,
  }, async () => {
    const address = () => {
      const mapping = IoMapping.createWc(memory(SIZE), strategy)
      const { u8 } = mapping.map(0)
      const at = native.addressOf(u8)
      mapping.free()
      return { at, u8 }
    }
    const kept = Array.from({ length: 50 }, address)
    assert.equal(new Set(kept.map(({ at }) => at)).size, 50)
    const before = processStat()
    kept.length = 0
    for (let i = 0; i < 3; i++) {
      collect()
      await setImmediate()
    }
    const after = processStat()
    assert.ok(before.mappings - after.mappings >= 50, `${before.mappings}, then ${after.mappings}`)
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
