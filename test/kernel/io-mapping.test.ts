import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as root from 'io-mapping'
import { IoMapping, type IoMem, iomem, memory, PAGE_SIZE } from 'io-mapping'
import * as kernel from 'io-mapping/kernel'
import {
  io_mapping,
  io_mapping_create_wc,
  io_mapping_fini,
  io_mapping_free,
  io_mapping_init_wc,
  io_mapping_map_atomic_wc,
  io_mapping_map_local_wc,
  io_mapping_map_wc,
  io_mapping_unmap,
  io_mapping_unmap_atomic,
  io_mapping_unmap_local,
} from 'io-mapping/kernel'
import { FakeDevice } from '../support/device.js'
import { throwsCode } from '../support/errors.js'
import { Rig } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'

const SIZE = 4 * PAGE_SIZE

const MAPS = { io_mapping_map_wc, io_mapping_map_local_wc, io_mapping_map_atomic_wc }
const UNMAPS = { io_mapping_unmap, io_mapping_unmap_local, io_mapping_unmap_atomic }
type Map = keyof typeof MAPS
type Unmap = keyof typeof UNMAPS

/** Which call unmaps what another mapped. */
const PAIRS: Record<Map, Unmap> = {
  io_mapping_map_wc: 'io_mapping_unmap',
  io_mapping_map_local_wc: 'io_mapping_unmap_local',
  io_mapping_map_atomic_wc: 'io_mapping_unmap_atomic',
}
const maps = Object.keys(PAIRS) as Map[]
const unmaps = Object.values(PAIRS)

describe('io_mapping_create_wc and io_mapping_free', () => {
  test('map what iomem has at a bus address', () => {
    const aperture = memory(SIZE)
    iomem.add(aperture)
    try {
      const mapping = io_mapping_create_wc(aperture.base, SIZE)
      assert.ok(mapping instanceof IoMapping)
      assert.deepEqual([mapping.base, mapping.size, mapping.memoryType], [aperture.base, SIZE, 'write-back'])
      const page = io_mapping_map_wc(mapping, PAGE_SIZE)
      kernel.writel(7, page)
      io_mapping_free(mapping)
      assert.equal(page.mapped, false)
      io_mapping_free(mapping)

      const part = io_mapping_create_wc(aperture.base + PAGE_SIZE, PAGE_SIZE)
      assert.deepEqual([part.base, part.size], [aperture.base + PAGE_SIZE, PAGE_SIZE])
      assert.equal(kernel.readl(io_mapping_map_wc(part, 0)), 7)
      io_mapping_free(part)
    } finally {
      iomem.remove(aperture)
    }
  })

  test('ERR_IO_NO_APERTURE: nothing there, or not all of it', () => {
    const aperture = memory(SIZE)
    iomem.add(aperture)
    try {
      const { base } = aperture
      for (const [from, size] of [
        [base - 1, 2],
        [base, SIZE + 1],
        [base + SIZE, 1],
        [base + 1, SIZE],
      ] as const) {
        throwsCode('ERR_IO_NO_APERTURE', 'No aperture holds', () => io_mapping_create_wc(from, size))
      }
    } finally {
      iomem.remove(aperture)
    }
    throwsCode('ERR_IO_NO_APERTURE', 'No aperture holds', () => io_mapping_create_wc(aperture.base, SIZE))
  })

  test('ERR_IO_RANGE: a base or a size that is none', () => {
    for (const size of [0, -1, 0.5, Number.NaN, 2 ** 53]) {
      throwsCode('ERR_IO_RANGE', 'iomem.find: size ', () => io_mapping_create_wc(0, size))
    }
    for (const base of [-1, 0.5, Number.NaN, 2 ** 53]) {
      throwsCode('ERR_IO_RANGE', 'iomem.find: base ', () => io_mapping_create_wc(base, 1))
    }
  })

  test('ERR_IO_MEMORY_TYPE: a range that can’t be write-combined is never opened', () => {
    using device = new FakeDevice(SIZE, ['uncached'])
    iomem.add(device.aperture)
    try {
      throwsCode('ERR_IO_MEMORY_TYPE', 'createWc: ', () => io_mapping_create_wc(device.aperture.base, SIZE))
      assert.equal(device.opened, 0)
    } finally {
      iomem.remove(device.aperture)
    }
  })
})

describe('a struct io_mapping of the driver’s own', () => {
  const withStruct = (use: (iomap: io_mapping, base: number) => void): void => {
    const aperture = memory(SIZE)
    iomem.add(aperture)
    try {
      use(new io_mapping(), aperture.base)
    } finally {
      iomem.remove(aperture)
    }
  }

  test('is initialised, mapped from, ended, and initialised again', () => {
    withStruct((iomap, base) => {
      assert.deepEqual([iomap.base, iomap.size], [0, 0])
      for (const value of [1, 2]) {
        assert.equal(io_mapping_init_wc(iomap, base, SIZE), iomap)
        assert.deepEqual([iomap.base, iomap.size], [base, SIZE])
        for (const map of maps) {
          const page = MAPS[map](iomap, PAGE_SIZE)
          page.write8(0, value)
          UNMAPS[PAIRS[map]](page)
        }
        const held = io_mapping_map_wc(iomap, PAGE_SIZE, 2 * PAGE_SIZE)
        assert.deepEqual([held.length, held.read8(0)], [2 * PAGE_SIZE, value])
        io_mapping_fini(iomap)
        io_mapping_fini(iomap)
        assert.deepEqual([held.mapped, iomap.base, iomap.size], [false, 0, 0])
        for (const map of maps) throwsCode('ERR_IO_FREED', `${map}: `, () => MAPS[map](iomap, 0))
      }
    })
  })

  test('ERR_IO_ARGUMENT: what is none, or not initialised, or initialised already', () => {
    withStruct((iomap, base) => {
      for (const map of maps) throwsCode('ERR_IO_ARGUMENT', `${map}: `, () => MAPS[map](iomap, 0))
      throwsCode('ERR_IO_ARGUMENT', 'io_mapping_fini: ', () => io_mapping_fini(iomap))
      for (const wrong of [undefined, null, {}, 5] as never[]) {
        throwsCode('ERR_IO_ARGUMENT', 'io_mapping_init_wc: ', () => io_mapping_init_wc(wrong, base, SIZE))
        throwsCode('ERR_IO_ARGUMENT', 'io_mapping_fini: ', () => io_mapping_fini(wrong))
      }
      io_mapping_init_wc(iomap, base, SIZE)
      throwsCode('ERR_IO_ARGUMENT', 'io_mapping_init_wc: ', () => io_mapping_init_wc(iomap, base, SIZE))
      throwsCode('ERR_IO_ARGUMENT', 'io_mapping_free: ', () => io_mapping_free(iomap as never))
      io_mapping_fini(iomap)
      const created = io_mapping_create_wc(base, SIZE)
      throwsCode('ERR_IO_ARGUMENT', 'io_mapping_fini: ', () => io_mapping_fini(created as never))
      io_mapping_free(created)
    })
  })

  test('what can’t be mapped leaves it as it was', () => {
    withStruct((iomap, base) => {
      throwsCode('ERR_IO_NO_APERTURE', 'No aperture', () => io_mapping_init_wc(iomap, base, SIZE + 1))
      assert.equal(iomap.size, 0)
      io_mapping_fini(io_mapping_init_wc(iomap, base, SIZE))
    })
  })
})

test('io_mapping_map_wc maps as many bytes as it is asked for, a page if it isn’t', () => {
  using rig = new Rig(2 * PAGE_SIZE + 100)
  const lengths = [undefined, 1, PAGE_SIZE, 2 * PAGE_SIZE, PAGE_SIZE + 100].map(
    size => io_mapping_map_wc(rig.mapping, 0, size).length,
  )
  assert.deepEqual(lengths, [PAGE_SIZE, 1, PAGE_SIZE, 2 * PAGE_SIZE, PAGE_SIZE + 100])
  assert.equal(io_mapping_map_wc(rig.mapping, 2 * PAGE_SIZE).length, 100)
  rig.untouched(() => {
    for (const size of [0, -1, 0.5, 2 * PAGE_SIZE + 101, 2 ** 32])
      throwsCode('ERR_IO_RANGE', 'io_mapping_map_wc: ', () => io_mapping_map_wc(rig.mapping, 0, size))
    throwsCode('ERR_IO_RANGE', 'io_mapping_map_wc: ', () =>
      io_mapping_map_wc(rig.mapping, 2 * PAGE_SIZE, PAGE_SIZE),
    )
    throwsCode('ERR_IO_ALIGN', 'io_mapping_map_wc: ', () => io_mapping_map_wc(rig.mapping, 8, PAGE_SIZE))
  })
})

for (const map of maps) {
  const unmap = PAIRS[map]

  inEachStrategy(map, strategy => {
    test(`maps a page until ${unmap}`, () => {
      using rig = new Rig(SIZE, strategy)
      const page = MAPS[map](rig.mapping, PAGE_SIZE)
      assert.deepEqual([page.offset, page.length, page.mapped], [PAGE_SIZE, PAGE_SIZE, true])
      kernel.writeb(0x5a, page, 3)
      assert.equal(rig.bytes()[PAGE_SIZE + 3], 0x5a)
      UNMAPS[unmap](page)
      assert.equal(page.mapped, false)
      assert.deepEqual([rig.mapping.stats.maps, rig.mapping.stats.live], [1, 0])
    })

    test('is unmapped by unmap and by using too', () => {
      using rig = new Rig(SIZE, strategy)
      const page = MAPS[map](rig.mapping, 0)
      page.unmap()
      {
        using _again = MAPS[map](rig.mapping, 0)
        assert.equal(rig.mapping.stats.live, 1)
      }
      assert.equal(rig.mapping.stats.live, 0)
    })

    test('ERR_IO_ALIGN: an offset that is not page aligned', () => {
      using rig = new Rig(SIZE, strategy)
      rig.untouched(() => {
        for (const offset of [1, 4, 8, PAGE_SIZE - 1, PAGE_SIZE + 1, SIZE - 1, SIZE + 1, 2 ** 53 - 1]) {
          throwsCode('ERR_IO_ALIGN', `${map}: `, () => MAPS[map](rig.mapping, offset))
        }
      })
    })

    test('ERR_IO_RANGE: an offset outside, or none', () => {
      using rig = new Rig(SIZE, strategy)
      rig.untouched(() => {
        for (const offset of [
          SIZE,
          -1,
          -PAGE_SIZE,
          2 ** 40,
          0.5,
          Number.NaN,
          Number.POSITIVE_INFINITY,
          2 ** 53,
        ]) {
          throwsCode('ERR_IO_RANGE', `${map}: `, () => MAPS[map](rig.mapping, offset))
        }
      })
    })

    test('ERR_IO_FREED: after free', () => {
      const mapping = IoMapping.createWc(memory(SIZE), strategy)
      io_mapping_free(mapping)
      throwsCode('ERR_IO_FREED', `${map}: `, () => MAPS[map](mapping, 0))
    })

    test('ERR_IO_MEMORY_TYPE: a mapping that create made', () => {
      using rig = new Rig(SIZE, { ...strategy, memoryType: 'write-back' })
      rig.untouched(() => throwsCode('ERR_IO_MEMORY_TYPE', `${map}: `, () => MAPS[map](rig.mapping, 0)))
      using asked = new Rig(SIZE, { ...strategy, memoryType: 'write-combining' })
      asked.untouched(() => throwsCode('ERR_IO_MEMORY_TYPE', `${map}: `, () => MAPS[map](asked.mapping, 0)))
    })

    for (const wrong of unmaps.filter(each => each !== unmap)) {
      test(`ERR_IO_UNMAPPED: ${wrong}`, () => {
        using rig = new Rig(SIZE, strategy)
        const page = MAPS[map](rig.mapping, PAGE_SIZE)
        rig.untouched(() => {
          const { message } = throwsCode('ERR_IO_UNMAPPED', `${wrong}: `, () => UNMAPS[wrong](page))
          assert.match(message, new RegExp(`or ${unmap}$`))
        })
        assert.equal(page.mapped, true)
        assert.equal(page.read8(0), rig.bytes()[PAGE_SIZE])
        UNMAPS[unmap](page)
      })
    }

    for (const first of ['unmap', unmap] as const) {
      test(`ERR_IO_UNMAPPED: any call after ${first}`, () => {
        using rig = new Rig(SIZE, strategy)
        const page = MAPS[map](rig.mapping, PAGE_SIZE)
        if (first === 'unmap') page.unmap()
        else UNMAPS[first](page)
        rig.untouched(() => {
          for (const each of unmaps) throwsCode('ERR_IO_UNMAPPED', `${each}: `, () => UNMAPS[each](page))
          throwsCode('ERR_IO_UNMAPPED', 'unmap: ', () => page.unmap())
        })
      })
    }

    test('ERR_IO_UNMAPPED: unmapped after free', () => {
      const mapping = IoMapping.createWc(memory(SIZE), strategy)
      const page = MAPS[map](mapping, 0)
      io_mapping_free(mapping)
      throwsCode('ERR_IO_UNMAPPED', `${unmap}: `, () => UNMAPS[unmap](page))
    })
  })
}

inEachStrategy('pages by the kernel’s names', strategy => {
  test('io_mapping_map_wc and io_mapping_map_local_wc may be held across an await, unmapped in any order', async () => {
    using rig = new Rig(SIZE, strategy)
    const [a, b] = [io_mapping_map_wc(rig.mapping, 0), io_mapping_map_local_wc(rig.mapping, PAGE_SIZE)]
    const [c, d] = [io_mapping_map_wc(rig.mapping, 0), io_mapping_map_local_wc(rig.mapping, PAGE_SIZE)]
    await new Promise(setImmediate)
    assert.deepEqual(
      [a, b, c, d].map(({ mapped }) => mapped),
      [true, true, true, true],
    )
    io_mapping_unmap_local(b)
    io_mapping_unmap(a)
    io_mapping_unmap_local(d)
    io_mapping_unmap(c)
  })

  test('ERR_IO_ATOMIC: io_mapping_unmap_atomic must be given the last page mapped', () => {
    using rig = new Rig(SIZE, strategy)
    const first = io_mapping_map_atomic_wc(rig.mapping, 0)
    const second = io_mapping_map_atomic_wc(rig.mapping, 0)
    rig.untouched(() =>
      throwsCode('ERR_IO_ATOMIC', 'io_mapping_unmap_atomic: ', () => io_mapping_unmap_atomic(first)),
    )
    io_mapping_unmap_atomic(second)
    io_mapping_unmap_atomic(first)
  })

  test('ERR_IO_ATOMIC: io_mapping_map_atomic_wc, the seventeenth', () => {
    using rig = new Rig(SIZE, strategy)
    const pages = Array.from({ length: 16 }, () => io_mapping_map_atomic_wc(rig.mapping, 0))
    rig.untouched(() =>
      throwsCode('ERR_IO_ATOMIC', 'io_mapping_map_atomic_wc: ', () =>
        io_mapping_map_atomic_wc(rig.mapping, 0),
      ),
    )
    for (const page of pages.reverse()) io_mapping_unmap_atomic(page)
  })

  test('ERR_IO_ARGUMENT: what is no mapping, what is no window', () => {
    using rig = new Rig(SIZE, strategy)
    rig.untouched(() => {
      for (const wrong of [undefined, null, 5, {}, 'memory:4K'] as unknown[]) {
        for (const map of maps) {
          throwsCode('ERR_IO_ARGUMENT', `${map}: `, () => MAPS[map](wrong as IoMapping, 0))
        }
        for (const unmap of unmaps) {
          throwsCode('ERR_IO_ARGUMENT', `${unmap}: `, () => UNMAPS[unmap](wrong as IoMem))
        }
      }
    })
  })
})

test('the kernel’s names, all of them and nothing else', () => {
  const fences = ['mb', 'rmb', 'wmb']
  const copies = ['memcpy_fromio', 'memcpy_toio', 'memset_io']
  const accessors = ['read', 'write'].flatMap(call =>
    ['b', 'w', 'l', 'q'].flatMap(width => [`${call}${width}`, `${call}s${width}`]),
  )
  const structs = ['io_mapping', 'io_mapping_init_wc', 'io_mapping_fini']
  const mappings = ['io_mapping_create_wc', 'io_mapping_free', ...structs, ...maps, ...unmaps]
  assert.deepEqual(
    Object.keys(kernel)
      .filter(name => !/^io(read|write)/.test(name))
      .sort(), // those are told by iomap.test.ts
    [...fences, ...copies, ...accessors, ...mappings, 'iomem'].sort(),
  )
  assert.equal(kernel.iomem, root.iomem)
})
