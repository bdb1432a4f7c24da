import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { file, IoMapping, type IoMem, memory, PAGE_SIZE } from 'io-mapping'
import { LEFT } from '#io-mapping/system/native.js'
import { formatSize } from '#io-mapping/system/numbers.js'
import { IS_32_BIT } from '#io-mapping/system/word-size.js'
import { unlessEmulated } from '../support/emulated.js'
import { throwsCode } from '../support/errors.js'
import { TempFolder } from '../support/files.js'
import { countCalls, patchNative } from '../support/patch.js'
import { pattern, Rig } from '../support/rig.js'
import { SLOT_PAGES, sweepCalls } from '../support/strategies.js'

const GIB = 2 ** 30
/** Few enough pages for as many slots of one page each. */
const SLOTS = 16
const SLOT_BYTES = SLOTS * PAGE_SIZE
const slots = { strategy: 'slots', slotBytes: SLOT_BYTES } as const

describe('an aperture many times the address space of its slots', () => {
  for (const slotBytes of [SLOT_BYTES, 2 ** 20, 64 * 2 ** 20]) {
    test(`64 GiB through ${slotBytes} bytes: each page is itself, seen by another mapping`, {
      skip: IS_32_BIT && unlessEmulated('its mmap2 drops what is beyond 4 GiB'),
    }, () => {
      const aperture = memory(64 * GIB)
      using writer = IoMapping.createWc(aperture, { strategy: 'slots', slotBytes })
      using reader = IoMapping.createWc(aperture, { strategy: 'per-call' })
      const offsets = [0, 3 * GIB, 4 * GIB, 60 * GIB, 64 * GIB - PAGE_SIZE]
      for (const [i, offset] of offsets.entries()) writer.atomic(offset, page => page.write32(8, i + 1))
      for (const [i, offset] of offsets.entries()) {
        assert.equal(
          reader.atomic(offset, page => page.read32(8)),
          i + 1,
        )
        using page = writer.map(offset)
        assert.equal(page.read32(8), i + 1)
        assert.equal(page.u32[2], i + 1)
      }
      assert.deepEqual(writer.stats, { maps: 10, live: 0, hits: 5, misses: 5, recycles: 0 })
    })
  }

  test('windows across 4 GiB, at any offset', () => {
    const aperture = memory(8 * GIB)
    using mapping = IoMapping.createWc(aperture, slots)
    using control = IoMapping.createWc(aperture, { strategy: 'per-call' })
    using across = mapping.map(4 * GIB - 101, 202)
    across.copyFrom(pattern(202))
    across.u8[201] = 0x5a
    using seen = control.map(4 * GIB - 101, 202)
    const copy = Buffer.alloc(202)
    seen.copyTo(copy)
    assert.ok(copy.subarray(0, 201).equals(pattern(202).subarray(0, 201)))
    assert.equal(copy[201], 0x5a)
  })
})

describe('a window', () => {
  test('stays in its slot when it is unmapped: mapping it again is a hit, without a system call', () => {
    using mapping = IoMapping.createWc(memory(64 * PAGE_SIZE), slots)
    for (let page = 0; page < 8; page += 2) mapping.map(page * PAGE_SIZE).unmap()
    using calls = countCalls('lay', 'clear', 'prefault')
    for (let round = 0; round < 100; round++)
      for (let page = 0; page < 8; page += 2) mapping.map(page * PAGE_SIZE).unmap()
    assert.deepEqual(calls.counts, { lay: 0, clear: 0, prefault: 0 })
    assert.deepEqual(mapping.stats, { maps: 404, live: 0, hits: 400, misses: 4, recycles: 0 })
  })

  test('is filled in ahead in a sweep, and only there: elsewhere its other pages may never be used', () => {
    const windows = 64
    const half = (windows / 2) * SLOT_PAGES
    using mapping = IoMapping.createWc(memory(2 * half * PAGE_SIZE), { strategy: 'slots' })
    using calls = countCalls('lay', 'prefault')
    for (let window = windows - 1; window >= windows / 2; window--)
      mapping.map(window * SLOT_PAGES * PAGE_SIZE).unmap()
    assert.deepEqual(calls.counts, { lay: windows / 2, prefault: 0 })
    for (let page = 0; page < half; page++) mapping.map(page * PAGE_SIZE).unmap()
    assert.equal(calls.counts.prefault, calls.counts.lay - windows / 2 - 1, 'all but the first of the sweep')
    assert.equal(calls.counts.lay, windows / 2 + sweepCalls(half), 'a few calls map it all')
  })

  test('that is held is never disturbed, whatever else is mapped', () => {
    using rig = new Rig(64 * PAGE_SIZE, slots)
    const { mapping } = rig
    const bytes = pattern(64 * PAGE_SIZE)
    const held = [0, 7, 8, 33, 63].map(page => mapping.map(page * PAGE_SIZE))
    for (let i = 0; i < 20_000; i++) {
      const offset = ((i * 7919) % 64) * PAGE_SIZE
      mapping.atomic(offset, page => assert.equal(page.read8(5), bytes[offset + 5]))
    }
    assert.ok(mapping.stats.recycles > 1000)
    for (const window of held) {
      const copy = Buffer.alloc(PAGE_SIZE)
      window.copyTo(copy)
      assert.ok(copy.equals(bytes.subarray(window.offset, window.offset + PAGE_SIZE)))
      window.write32(0, window.offset)
      assert.equal(rig.bytes().readUInt32LE(window.offset), window.offset)
    }
  })

  test('that is mapped twice is held until both are unmapped', () => {
    using mapping = IoMapping.createWc(memory(64 * PAGE_SIZE), slots)
    const first = mapping.map(0)
    const second = mapping.map(0)
    first.unmap()
    for (let page = 1; page < 64; page++) mapping.map(page * PAGE_SIZE).unmap()
    second.write32(0, 7)
    assert.equal(second.read32(0), 7)
    const before = mapping.stats
    mapping.map(0).unmap()
    assert.equal(mapping.stats.misses, before.misses, 'it is where it was')
  })

  test('that is used again and again outlives those that are used once', () => {
    using mapping = IoMapping.createWc(memory(4096 * PAGE_SIZE), slots)
    let missed = 0
    for (let i = 0; i < 4000; i++) {
      const { misses } = mapping.stats
      mapping.map(0).unmap()
      missed += mapping.stats.misses - misses
      mapping.map((2 + ((i * 2) % 4000)) * PAGE_SIZE).unmap()
    }
    assert.ok(missed < 5, `the hot page was mapped ${missed} times`)
  })
})

describe('a range that crosses windows', () => {
  test('takes slots in a row, and is itself, held or not, among others', () => {
    using rig = new Rig(64 * PAGE_SIZE, slots)
    const model = pattern(64 * PAGE_SIZE)
    const held: IoMem[] = []
    let seed = 1
    const random = (below: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      return Math.floor((seed / 2 ** 32) * below)
    }
    for (let i = 0; i < 5000; i++) {
      const length = 1 + random(4 * PAGE_SIZE)
      const window = rig.mapping.map(random(64 * PAGE_SIZE - length), length)
      const at = random(length)
      assert.equal(window.read8(at), model[window.offset + at])
      window.write8(at, i & 0xff)
      model[window.offset + at] = i & 0xff
      held.push(window)
      if (held.length > 1) held.splice(random(2), 1)[0]?.unmap()
      for (const each of held) assert.equal(each.read8(0), model[each.offset])
    }
    assert.ok(rig.bytes().equals(model))
  })

  test('is a hit where its windows lie in a row already', () => {
    using mapping = IoMapping.createWc(memory(64 * PAGE_SIZE), slots)
    mapping.map(0, 4 * PAGE_SIZE).unmap()
    mapping.map(PAGE_SIZE - 1, 2).unmap()
    mapping.map(100, 3 * PAGE_SIZE).unmap()
    assert.deepEqual(mapping.stats, { maps: 3, live: 0, hits: 2, misses: 1, recycles: 0 })
  })

  test('as long as all slots; not longer', () => {
    using rig = new Rig(64 * PAGE_SIZE, slots)
    using all = rig.mapping.map(3, SLOT_BYTES - 3)
    assert.equal(all.read8(SLOT_BYTES - 4), pattern(SLOT_BYTES)[SLOT_BYTES - 1])
    all.unmap()
    const { message } = throwsCode('ERR_IO_SLOTS', 'map: ', () => rig.mapping.map(3, SLOT_BYTES))
    const there = `there are 16 of ${formatSize(PAGE_SIZE)}`
    assert.match(message, new RegExp(`needs 17 slots in a row, and ${there}; .*larger slotBytes.*'per-call'`))
  })

  test('of the last, part page', () => {
    using folder = new TempFolder()
    const bytes = pattern(5 * PAGE_SIZE + 100)
    using mapping = IoMapping.createWc(file(folder.write('image', bytes), { offset: 50 }), slots)
    using end = mapping.map(4 * PAGE_SIZE, mapping.size - 4 * PAGE_SIZE)
    assert.equal(end.read8(end.length - 1), bytes.at(-1))
    throwsCode('ERR_IO_RANGE', 'read8: ', () => end.read8(end.length))
  })
})

describe('ERR_IO_SLOTS', () => {
  test('when all slots are held; they stay as they are, and one that is unmapped serves again', () => {
    using rig = new Rig(64 * PAGE_SIZE, slots)
    const held = Array.from({ length: SLOTS }, (_, i) => rig.mapping.map(i * 2 * PAGE_SIZE))
    rig.untouched(() => {
      const { message } = throwsCode('ERR_IO_SLOTS', 'map: ', () => rig.mapping.map(PAGE_SIZE))
      const there = `there are 16 of ${formatSize(PAGE_SIZE)}`
      assert.match(
        message,
        new RegExp(`no slot is free .* ${there}, held by windows .*unmap some, .*slotBytes`),
      )
      throwsCode('ERR_IO_SLOTS', 'map: ', () => rig.mapping.atomic(PAGE_SIZE, () => {}))
      throwsCode('ERR_IO_SLOTS', 'map: ', () => rig.mapping.mapAtomic(PAGE_SIZE))
    })
    using again = rig.mapping.map(2 * PAGE_SIZE) // held ones can be mapped once more
    assert.equal(again.read8(0), held[1]?.read8(0))
    held[5]?.unmap()
    using page = rig.mapping.map(PAGE_SIZE)
    assert.equal(page.read8(9), pattern(2 * PAGE_SIZE)[PAGE_SIZE + 9])
    for (const [i, window] of held.entries())
      if (i !== 5) assert.equal(window.read8(1), pattern(64 * PAGE_SIZE)[i * 2 * PAGE_SIZE + 1])
  })

  test('when there are not so many in a row', () => {
    using mapping = IoMapping.createWc(memory(64 * PAGE_SIZE), slots)
    const held = Array.from({ length: SLOTS }, (_, i) => mapping.map(i * 2 * PAGE_SIZE))
    for (const [i, window] of held.entries()) if (i % 2 === 1) window.unmap()
    const { message } = throwsCode('ERR_IO_SLOTS', 'map: ', () => mapping.map(PAGE_SIZE, 2 * PAGE_SIZE))
    assert.match(message, /no 2 slots in a row are free/)
    held[4]?.unmap()
    mapping.map(PAGE_SIZE, 3 * PAGE_SIZE).unmap()
  })
})

describe('a stale view', () => {
  test('of a window whose slot is another’s now is empty', () => {
    using mapping = IoMapping.createWc(memory(64 * PAGE_SIZE), slots)
    const views: Uint8Array[] = []
    for (let i = 0; i < 200; i++) {
      using page = mapping.map((i % 64) * PAGE_SIZE)
      page.u8[0] = i
      views.push(page.u8)
      for (const stale of views.slice(0, -1)) assert.equal(stale.length, 0)
    }
  })

  test('of one window goes, those of the others stay, though they are neighbours', () => {
    using mapping = IoMapping.createWc(memory(64 * PAGE_SIZE), slots)
    const [first, second] = [mapping.map(0), mapping.map(PAGE_SIZE)]
    const [one, other] = [first.u8, second.u8]
    other[3] = 9
    first.unmap()
    assert.equal(one.length, 0)
    assert.equal(other.length, PAGE_SIZE)
    assert.equal(second.read8(3), 9)
  })

  test('of the same window again and again maps once', () => {
    using mapping = IoMapping.createWc(memory(64 * PAGE_SIZE), slots)
    mapping.map(0).unmap()
    using calls = countCalls('lay', 'clear')
    for (let i = 0; i < 100; i++) {
      using page = mapping.map(0)
      page.u32[0] = i
      assert.equal(page.read32(0), i)
    }
    assert.deepEqual(calls.counts, { lay: 1, clear: 0 })
  })
})

describe('system calls', () => {
  test('a sweep maps ever more windows in one, and tears down whole runs', () => {
    const size = 64 * 2 ** 20
    using mapping = IoMapping.createWc(memory(size), { strategy: 'slots', slotBytes: size / 4 })
    using calls = countCalls('lay', 'clear')
    for (let offset = 0; offset < size; offset += PAGE_SIZE) mapping.map(offset).unmap()
    const { hits, misses, recycles } = mapping.stats
    assert.equal(hits + misses, size / PAGE_SIZE)
    const most = size / 2 ** 21 + 10 // 2 MiB by a call, once it goes on
    assert.ok(calls.counts.lay < most, `${calls.counts.lay} for ${size / PAGE_SIZE} maps`)
    assert.ok(calls.counts.clear * 10 < recycles, `${calls.counts.clear} for ${recycles} windows`)
  })

  test('kernel mappings stay bounded by the slots', () => {
    const mappings = () => readFileSync('/proc/self/maps', 'latin1').split('\n').length
    using mapping = IoMapping.createWc(memory(GIB), {
      strategy: 'slots',
      slotBytes: 64 * SLOT_PAGES * PAGE_SIZE,
    })
    const before = mappings()
    for (let i = 0; i < 50_000; i++) mapping.map((i * 7919 * PAGE_SIZE) % GIB).unmap()
    assert.ok(mappings() - before < 140, `${before}, then ${mappings()}`)
  })

  test('after free nothing of the aperture is mapped', () => {
    using folder = new TempFolder()
    const path = folder.write('image', pattern(64 * PAGE_SIZE))
    const mapping = IoMapping.createWc(file(path), slots)
    for (let page = 0; page < 40; page++) mapping.map(page * PAGE_SIZE).unmap()
    const held = mapping.map(0)
    assert.ok(held.u8.length > 0)
    assert.match(readFileSync('/proc/self/maps', 'latin1'), new RegExp(path))
    mapping.free()
    assert.doesNotMatch(readFileSync('/proc/self/maps', 'latin1'), new RegExp(path))
    throwsCode('ERR_IO_UNMAPPED', 'read32: ', () => held.read32(0))
  })

  test('a refused one is an error of this map alone', () => {
    using rig = new Rig(64 * PAGE_SIZE, slots)
    const held = rig.mapping.map(0)
    rig.untouched(() => {
      using _patch = patchNative('lay', () => 5 /* EIO */)
      throwsCode('ERR_IO_ACCESS', 'memory:', () => rig.mapping.map(9 * PAGE_SIZE))
      throwsCode('ERR_IO_ACCESS', 'memory:', () => rig.mapping.map(9 * PAGE_SIZE, 3 * PAGE_SIZE))
    })
    assert.equal(held.read8(1), pattern(2)[1])
    using page = rig.mapping.map(9 * PAGE_SIZE)
    assert.equal(page.read8(1), pattern(64 * PAGE_SIZE)[9 * PAGE_SIZE + 1])
  })

  test('where tearing down is refused, the next windows are themselves all the same', () => {
    using rig = new Rig(64 * PAGE_SIZE, slots)
    using _patch = patchNative('clear', () => LEFT.stay)
    const model = pattern(64 * PAGE_SIZE)
    for (let i = 0; i < 1000; i++) {
      const offset = ((i * 37) % 64) * PAGE_SIZE
      rig.mapping.atomic(offset, page => assert.equal(page.read8(3), model[offset + 3]))
    }
  })
})
