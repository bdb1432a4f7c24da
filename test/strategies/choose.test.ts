import assert from 'node:assert/strict'
import { readFileSync, truncateSync } from 'node:fs'
import { describe, test } from 'node:test'
import { type Aperture, file, IoMapping, type IoMappingOptions, memory, PAGE_SIZE } from 'io-mapping'
import { IS_32_BIT } from '#io-mapping/system/word-size.js'
import { runModule } from '../support/child.js'
import { unlessEmulated } from '../support/emulated.js'
import { throwsCode } from '../support/errors.js'
import { TempFolder } from '../support/files.js'
import { withLayRefused } from '../support/patch.js'
import { needs64 } from '../support/widths.js'

const MIB = 2 ** 20
const GIB = 2 ** 30
/** The largest aperture that is mapped whole. */
const LARGEST = IS_32_BIT ? 256 * MIB : 64 * GIB
const skip = needs64('address space for more than one container')

/** Checks that both ends of an aperture are where they belong: written through `mapping`, read through another. */
const checkEnds = (mapping: IoMapping, aperture: Aperture): void => {
  using control = IoMapping.create(aperture, { strategy: 'per-call' })
  for (const offset of [0, aperture.size - PAGE_SIZE]) {
    using page = mapping.map(offset)
    using same = control.map(offset)
    page.write32(8, 0x600d0000 + (offset % 251))
    assert.equal(same.read32(8), 0x600d0000 + (offset % 251))
  }
}

/** A file of `size` bytes, which takes no room. Two containers hold one of 6 GiB. */
const sparse = (folder: TempFolder, size: number): Aperture => {
  const path = folder.write('image', '')
  truncateSync(path, size)
  return file(path)
}

describe('auto takes', () => {
  const cases: [string, number, 'permanent' | 'slots'][] = [
    ['a page', PAGE_SIZE, 'permanent'],
    ['a BAR of 256 MiB', 256 * MIB, 'permanent'],
    ['the largest that fits the address space well', LARGEST, 'permanent'],
    ['a page more', LARGEST + PAGE_SIZE, 'slots'],
    ['more than there is address space', IS_32_BIT ? 2 ** 40 : 2 ** 47, 'slots'],
  ]
  for (const [what, size, expected] of cases) {
    test(`${expected} for ${what}`, () => {
      const aperture = memory(size)
      for (const options of [{}, { strategy: 'auto' }, { slotBytes: MIB }] as IoMappingOptions[]) {
        using mapping = IoMapping.createWc(aperture, options)
        assert.equal(mapping.strategy, expected)
        checkEnds(mapping, aperture)
      }
    })
  }
})

describe('when the system has no room to map an aperture whole', () => {
  test('auto takes slots, and keeps nothing of what it tried', { skip }, () => {
    using folder = new TempFolder()
    const large = sparse(folder, 6 * GIB)
    for (const nth of [1, 2]) {
      withLayRefused('ENOMEM', nth, () => {
        using mapping = IoMapping.createWc(large)
        assert.equal(mapping.strategy, 'slots')
        assert.doesNotMatch(readFileSync('/proc/self/maps', 'utf8'), new RegExp(folder.path))
        mapping.map(0).write8(0, 7)
        assert.equal(mapping.map(0).read8(0), 7)
      })
    }
  })

  test('permanent is refused, and keeps nothing of what it tried', { skip }, () => {
    using folder = new TempFolder()
    const large = sparse(folder, 6 * GIB)
    for (const nth of [1, 2]) {
      withLayRefused('ENOMEM', nth, () => {
        const { message } = throwsCode('ERR_IO_ADDRESS_SPACE', 'file:', () =>
          IoMapping.createWc(large, { strategy: 'permanent' }),
        )
        assert.match(message, /ENOMEM from mmap.*max_map_count/)
      })
    }
    assert.doesNotMatch(readFileSync('/proc/self/maps', 'utf8'), new RegExp(folder.path))
  })

  test('any other refusal is told, and no strategy tried in its place', () => {
    withLayRefused('EACCES', 1, () => {
      throwsCode('ERR_IO_ACCESS', 'memory:', () => IoMapping.createWc(memory(PAGE_SIZE)))
    })
  })
})

describe('when the system has no room for the usual slots', () => {
  /** Tells how many bytes of slots a mapping has, where no container may have more than `most`; or why it has none. */
  const SLOT_BYTES = `
    import { IoMapping, memory } from 'io-mapping'
    const { Memory } = WebAssembly
    let most = 0
    WebAssembly.Memory = function (type) {
      if (type.initial * 65536 > most) throw new RangeError('no room')
      return new Memory(type)
    }
    const slotBytes = (limit, options) => {
      most = limit * 2 ** 20
      let held = 0
      try {
        const mapping = IoMapping.createWc(memory(2 ** 37), options)
        try {
          for (;;) held += mapping.map(held, 65536).length
        } catch ({ code }) {
          mapping.free()
          return code === 'ERR_IO_SLOTS' ? held / 2 ** 20 : code
        }
      } catch ({ code }) {
        return code
      }
    }
    const report = [[2], [2, 4], [2, 2], [4], [4, 8], [8], [15], [100], [4096]].map(([limit, slots]) =>
      slotBytes(limit, slots === undefined ? {} : { strategy: 'auto', slotBytes: slots * 2 ** 20 }))
    console.log(JSON.stringify(report))`

  test('auto makes do with fewer, down to 4 MiB; but not with fewer than were asked for', async () => {
    const { stdout, stderr } = await runModule(SLOT_BYTES)
    const none = 'ERR_IO_ADDRESS_SPACE'
    assert.deepEqual(
      JSON.parse(stdout || '[]'),
      [none, none, 2, 4, none, 8, 8, 64, IS_32_BIT ? 64 : 128],
      stderr,
    )
  })
})

describe('under ulimit -v', { skip: skip || unlessEmulated('it keeps no limit on address space') }, () => {
  const mapped = (gibibytes: readonly number[], options = {}) => `
    import { IoMapping, memory, PAGE_SIZE } from 'io-mapping'
    for (const gibibytes of ${JSON.stringify(gibibytes)}) {
      try {
        const mapping = IoMapping.createWc(memory(gibibytes * 2 ** 30), ${JSON.stringify(options)})
        const last = gibibytes * 2 ** 30 - PAGE_SIZE
        mapping.map(last).write8(5, 7)
        console.log(mapping.strategy, mapping.map(last).read8(5))
        mapping.free()
      } catch ({ code }) {
        console.log(code)
      }
    }`

  test('auto takes slots for what does not fit, again and again', async () => {
    const program = mapped([0.5, 16, 16, 64, 16])
    const { stdout, stderr } = await runModule(program, { ulimit: `-v ${14 * 2 ** 20}` })
    assert.equal(stdout, `permanent 7\n${'slots 7\n'.repeat(4)}`, stderr)
  })

  // Node 20 and 22 need 10 GiB for any container; later lines make do with what it holds, and find room for a few slots.
  test('auto is refused where the slots that were asked for do not fit', async () => {
    const program = mapped([16, 64, 16], { slotBytes: GIB })
    const { stdout, stderr } = await runModule(program, { ulimit: `-v ${2 * 2 ** 20}` })
    assert.equal(stdout, 'ERR_IO_ADDRESS_SPACE\n'.repeat(3), stderr)
  })
})
