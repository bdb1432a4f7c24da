import assert from 'node:assert/strict'
import { readdirSync, readlinkSync, truncateSync } from 'node:fs'
import { describe, test } from 'node:test'
import { IoMapping, memory, PAGE_SIZE } from 'io-mapping'
import { runModule } from '../support/child.js'
import { throwsCode } from '../support/errors.js'

const memories = () =>
  readdirSync('/proc/self/fd').filter(fd => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('/memfd:io-mapping')
    } catch {
      return false // the descriptor that listed the folder
    }
  })

describe('memory', () => {
  const names: [number, string][] = [
    [1, 'memory:0x1'],
    [100, 'memory:0x64'],
    [4096, 'memory:4K'],
    [5000, 'memory:0x1388'],
    [2 ** 20, 'memory:1M'],
    [3 * 2 ** 29, 'memory:1536M'],
    [2 ** 40, 'memory:1T'],
  ]
  for (const [size, name] of names) {
    test(`of ${size} bytes is ${name}`, () => {
      const aperture = memory(size)
      assert.deepEqual([aperture.name, aperture.size, aperture.memoryTypes], [name, size, ['write-back']])
    })
  }

  test('each is memory of its own', () => {
    using one = IoMapping.createWc(memory(PAGE_SIZE))
    using other = IoMapping.createWc(memory(PAGE_SIZE))
    one.map(0).write8(0, 1)
    assert.equal(other.map(0).read8(0), 0)
  })

  test('lives as long as a mapping of it, which does not close it', () => {
    const aperture = memory(PAGE_SIZE)
    const count = memories().length
    for (let i = 0; i < 10; i++) {
      using mapping = IoMapping.createWc(aperture)
      const page = mapping.map(0)
      assert.equal(page.read32(0), i)
      page.write32(0, i + 1)
    }
    assert.equal(memories().length, count)
  })

  test('can neither shrink nor grow', () => {
    const before = new Set(memories())
    const aperture = memory(2 * PAGE_SIZE)
    const [fd] = memories().filter(each => !before.has(each))
    for (const size of [0, PAGE_SIZE, 3 * PAGE_SIZE]) {
      assert.throws(() => truncateSync(`/proc/self/fd/${fd}`, size), { code: 'EPERM' })
    }
    using mapping = IoMapping.createWc(aperture)
    assert.equal(mapping.map(PAGE_SIZE).read8(0), 0)
  })

  for (const size of [0, -1, -4096, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 1e300]) {
    test(`ERR_IO_RANGE: ${size} bytes`, () => {
      const before = memories().length
      throwsCode('ERR_IO_RANGE', 'memory: size ', () => memory(size))
      assert.equal(memories().length, before)
    })
  }

  for (const size of [undefined, null, '4096', 4096n, {}] as unknown as number[]) {
    test(`ERR_IO_ARGUMENT: a size that is a ${typeof size}`, () => {
      throwsCode('ERR_IO_ARGUMENT', 'memory: size ', () => memory(size))
    })
  }

  test('ERR_IO_ACCESS: no descriptor is left', async () => {
    const { stdout, stderr } = await runModule(
      `import { memory } from 'io-mapping'
      const kept = []
      try {
        for (;;) kept.push(memory(4096))
      } catch ({ name, code, message }) {
        console.log(JSON.stringify({ name, code, message, kept: kept.length }))
      }`,
      { ulimit: '-n 128' },
    )
    const { name, code, message, kept } = JSON.parse(stdout || '{}')
    assert.deepEqual([name, code], ['IoMappingError', 'ERR_IO_ACCESS'], stderr)
    assert.match(message, /^memory:4K can't be mapped \(EMFILE from memfd_create\).*ulimit -n/)
    assert.ok(kept > 10, `${kept} could be made`)
  })
})
