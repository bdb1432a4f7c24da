// In the guest: a file on hugetlbfs, which is mapped in multiples of 2 MiB; of what lies beside it, nothing may change.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, truncateSync } from 'node:fs'
import { test } from 'node:test'
import { file, IoMapping, type IoMappingOptions, PAGE_SIZE } from 'io-mapping'
import { refused } from './refused.js'

const UNIT = 2 * 2 ** 20
const SIZE = 4 * UNIT
const FOLDER = '/tmp/huge'
const PATH = `${FOLDER}/card`

mkdirSync(FOLDER)
execFileSync('mount', ['-t', 'hugetlbfs', 'none', FOLDER])
// Set aside at boot (hugepages=8): a kernel that has run for a while may find a single one, and says nothing of it.
assert.match(readFileSync('/proc/meminfo', 'latin1'), /^HugePages_Free: +8$/m)
closeSync(openSync(PATH, 'w'))
truncateSync(PATH, SIZE)

const STRATEGIES: Record<string, IoMappingOptions> = {
  permanent: { strategy: 'permanent' },
  slots: { strategy: 'slots' },
  'two slots': { strategy: 'slots', slotBytes: 2 * UNIT },
  'per-call': { strategy: 'per-call' },
  auto: {},
}

const mapped = () => readFileSync('/proc/self/maps', 'latin1').includes(PATH)

for (const [name, options] of Object.entries(STRATEGIES)) {
  test(`each page is itself, and nothing stays: ${name}`, () => {
    {
      using mapping = IoMapping.create(file(PATH), options)
      assert.equal(mapping.memoryType, 'write-back')
      for (let offset = 0; offset < SIZE; offset += 64 * PAGE_SIZE) {
        using page = mapping.map(offset)
        page.write32(8, offset + 1)
        if (offset % UNIT === 0) page.u32[3] = offset + 2
      }
      for (let offset = 0; offset < SIZE; offset += 64 * PAGE_SIZE) {
        using page = mapping.map(offset)
        assert.equal(page.read32(8), offset + 1)
        if (offset % UNIT === 0) assert.equal(page.read32(12), offset + 2)
      }
      using across = mapping.map(UNIT - 4, 8)
      across.write32(4, 7)
      assert.equal(mapping.map(UNIT).read32(0), 7)
    }
    assert.equal(mapped(), false)
  })

  test(`a part that starts within a huge page: ${name}`, () => {
    const offset = UNIT + 5 * PAGE_SIZE
    using whole = IoMapping.create(file(PATH))
    using mapping = IoMapping.create(file(PATH, { offset, size: UNIT }), options)
    mapping.map(PAGE_SIZE).write32(16, 0x12345678)
    assert.equal(whole.map(offset + PAGE_SIZE).read32(16), 0x12345678)
    mapping.map(UNIT - PAGE_SIZE).u8[0] = 9
    assert.equal(whole.map(offset + UNIT - PAGE_SIZE).read8(0), 9)
  })
}

test('what can’t be in such units is refused, and its message tells the size', () => {
  const tooFew = { strategy: 'slots', slotBytes: UNIT / 2 } as const
  refused('ERR_IO_RANGE', () => IoMapping.create(file(PATH), tooFew), /2M/)
  refused('ERR_IO_ALIGN', () => IoMapping.create(file(PATH), { shared: true }), /2M/)
  using mapping = IoMapping.create(file(PATH))
  const memory = new WebAssembly.Memory({ initial: 256 })
  const bytes = new Uint8Array(memory.buffer).fill(5)
  let laid = 0
  for (let address = 0; address <= UNIT; address += 65536) {
    try {
      using window = mapping.mapInto(memory, address, 0, UNIT)
      laid++
      assert.equal(bytes[address + 8], 1)
      assert.equal(bytes[address + UNIT], 5, 'what lies behind it is as it was')
      assert.equal(window.mapped, true)
    } catch (error) {
      assert.match((error as Error).message, /0x200000 bytes/)
    }
  }
  assert.ok(laid >= 1, 'where it is aligned, it is laid')
  assert.equal(bytes.at(-1), 5)
  refused('ERR_IO_ALIGN', () => mapping.mapInto(memory, 0, PAGE_SIZE, UNIT), /0x200000 bytes/)
})

test('truncated, it is lost like any other', () => {
  const path = `${FOLDER}/other`
  closeSync(openSync(path, 'w'))
  truncateSync(path, UNIT)
  using mapping = IoMapping.create(file(path))
  const page = mapping.map(0, UNIT)
  const { u32 } = page
  assert.equal(u32[0], 0)
  truncateSync(path, 0)
  assert.equal(u32[0], 0xffffffff)
  assert.equal(u32.at(-1), 0xffffffff, 'all of it reads as ones')
  refused('ERR_IO_FAULT', () => page.read32(0), /lost/)
})

test('a file of more huge pages than there are says so', () => {
  const path = `${FOLDER}/large`
  closeSync(openSync(path, 'w'))
  truncateSync(path, 9 * UNIT)
  refused(
    'ERR_IO_ADDRESS_SPACE',
    () => IoMapping.create(file(path), { strategy: 'permanent' }),
    /nr_hugepages/,
  )
})
