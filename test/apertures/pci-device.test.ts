import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { IoMapping, PAGE_SIZE, type PciDevice, pci } from 'io-mapping'
import { throwsCode } from '../support/errors.js'
import { systemCallError, withOpen } from '../support/patch.js'
import { pattern } from '../support/rig.js'
import { FAKE_BUS, FakeSysfs, MEMORY_BAR, PORTS_BAR, PREFETCHABLE_BAR } from '../support/sysfs.js'

const SIZE = 4 * PAGE_SIZE
const ADDRESS = '0000:00:02.0'

/** A graphics card: BAR 0 prefetchable, 1 ports, 2 not prefetchable, 3 without a resource file, 5 within a page. */
class Card implements Disposable {
  readonly sysfs = new FakeSysfs()
  readonly device: PciDevice

  constructor(command = 0x7, driver?: string) {
    this.sysfs.add(ADDRESS, {
      command,
      ...(driver === undefined ? {} : { driver }),
      bars: {
        0: { base: FAKE_BUS, size: SIZE, flags: PREFETCHABLE_BAR },
        1: { base: 0xc000, size: 32, flags: PORTS_BAR },
        2: { base: FAKE_BUS + 0x100000, size: PAGE_SIZE, flags: MEMORY_BAR },
        3: { base: FAKE_BUS + 0x200000, size: PAGE_SIZE, flags: MEMORY_BAR },
        5: { base: FAKE_BUS + 0x300010, size: 16, flags: MEMORY_BAR },
      },
      resources: {
        resource0: SIZE,
        resource0_wc: SIZE,
        resource1: 32,
        resource2: PAGE_SIZE,
        resource5: PAGE_SIZE,
      },
    })
    this.device = pci(ADDRESS, this.sysfs.root)
  }

  path(name: string): string {
    return this.sysfs.path(ADDRESS, name)
  }

  [Symbol.dispose](): void {
    this.sysfs[Symbol.dispose]()
  }
}

describe('a BAR', () => {
  test('offers the memory types that the kernel has files for', () => {
    using card = new Card()
    const types = card.device.bars.map(({ index, memoryTypes }) => [index, memoryTypes])
    assert.deepEqual(types, [
      [0, ['write-combining', 'uncached']],
      [1, []],
      [2, ['uncached']],
      [3, []],
      [5, ['uncached']],
    ])
  })

  test('is an aperture at its bus address', () => {
    using card = new Card()
    const { name, base, size, memoryTypes } = card.device.bar(0)
    assert.deepEqual(
      { name, base, size, memoryTypes },
      { name: `pci:${ADDRESS}/0`, base: FAKE_BUS, size: SIZE, memoryTypes: ['write-combining', 'uncached'] },
    )
  })

  test('createWc maps its _wc file, create the other: never the one for the other', () => {
    using card = new Card()
    const aperture = card.device.bar(0)
    using wc = IoMapping.createWc(aperture)
    using registers = IoMapping.create(aperture)
    assert.deepEqual([wc.memoryType, registers.memoryType], ['write-combining', 'uncached'])
    wc.map(PAGE_SIZE).write8(0, 0x11)
    registers.map(PAGE_SIZE).write8(0, 0x22)
    assert.equal(readFileSync(card.path('resource0_wc'))[PAGE_SIZE], 0x11)
    assert.equal(readFileSync(card.path('resource0'))[PAGE_SIZE], 0x22)
  })

  test('is as writable as it is asked for', () => {
    using card = new Card()
    const mapped = (path: string) =>
      readFileSync('/proc/self/maps', 'utf8')
        .split('\n')
        .filter(line => line.endsWith(path))
        .map(line => line.split(' ')[1])
    using reader = IoMapping.create(card.device.bar(0), { writable: false })
    assert.deepEqual(mapped(card.path('resource0')), ['r--s'])
    using writer = IoMapping.createWc(card.device.bar(0))
    assert.deepEqual(mapped(card.path('resource0_wc')), ['rw-s'])
    assert.equal(reader.map(0).read8(5), pattern(6)[5])
    assert.equal(reader.map(0).u8[5], pattern(6)[5])
    assert.equal(writer.map(0).u8[5], pattern(6)[5])
  })

  test('smaller than a page lies where it lies in its page', () => {
    using card = new Card()
    using mapping = IoMapping.create(card.device.bar(5))
    assert.deepEqual([mapping.base, mapping.size], [FAKE_BUS + 0x300010, 16])
    using window = mapping.map(0, 16)
    const copy = Buffer.alloc(16)
    window.copyTo(copy)
    assert.ok(copy.equals(pattern(32).subarray(16)))
    throwsCode('ERR_IO_RANGE', 'read8: ', () => window.read8(16))
  })

  test('a slice of it is that part', () => {
    using card = new Card()
    using mapping = IoMapping.createWc(card.device.bar(0).slice(PAGE_SIZE + 8, 100))
    assert.equal(mapping.base, FAKE_BUS + PAGE_SIZE + 8)
    assert.equal(mapping.map(0, 1).read8(0), pattern(SIZE)[PAGE_SIZE + 8])
  })
})

describe('a BAR refused', () => {
  test('ERR_IO_MEMORY_TYPE: write-combining of one that is not prefetchable', () => {
    using card = new Card()
    const { message } = throwsCode('ERR_IO_MEMORY_TYPE', `createWc: pci:${ADDRESS}/2 `, () =>
      IoMapping.createWc(card.device.bar(2)),
    )
    assert.match(message, /IoMapping\.create\(aperture, \{ memoryType: 'uncached' \}\)/)
    IoMapping.create(card.device.bar(2), { memoryType: ['write-combining', 'uncached'] }).free()
  })

  const missing: [number, RegExp][] = [
    [1, /I\/O ports.*: 0, 2, 5$/],
    [3, /no resource file.*: 0, 2, 5$/],
    [4, /does not exist.*: 0, 2, 5$/],
  ]
  for (const [index, text] of missing) {
    test(`ERR_IO_NO_APERTURE: BAR ${index}`, () => {
      using card = new Card()
      const { message } = throwsCode('ERR_IO_NO_APERTURE', `BAR ${index} of pci:${ADDRESS} `, () =>
        card.device.bar(index),
      )
      assert.match(message, text)
    })
  }

  test('ERR_IO_NO_APERTURE: a device without BARs', () => {
    using sysfs = new FakeSysfs()
    sysfs.add(ADDRESS)
    const { message } = throwsCode('ERR_IO_NO_APERTURE', 'BAR 0 of ', () => pci(ADDRESS, sysfs.root).bar(0))
    assert.match(message, /the device has none/)
  })

  for (const index of [-1, 6, 0.5, Number.NaN, '0', undefined, null] as unknown as number[]) {
    test(`ERR_IO_ARGUMENT: BAR ${index}`, () => {
      using card = new Card()
      throwsCode('ERR_IO_ARGUMENT', `The BAR of pci:${ADDRESS} `, () => card.device.bar(index))
    })
  }

  test('ERR_IO_ACCESS: the device is disabled', () => {
    using card = new Card(0x5)
    for (const create of [IoMapping.createWc, IoMapping.create]) {
      const { message } = throwsCode('ERR_IO_ACCESS', `pci:${ADDRESS}/0 can't be mapped`, () =>
        create(card.device.bar(0)),
      )
      assert.match(message, /disabled.*enable\(\)/)
    }
  })

  const refusals: [string, string | undefined, RegExp][] = [
    ['EINVAL', 'nvme', /its driver 'nvme' has claimed it; .*echo 0000:00:02\.0 > .*drivers\/nvme\/unbind/],
    ['EINVAL', undefined, /a driver has claimed its range/],
    ['EACCES', 'nvme', /: no permission; run as root$/],
    ['ENODEV', undefined, /: the device was removed/],
    ['EPERM', undefined, /locked down/],
  ]
  for (const [errno, driver, remedy] of refusals) {
    test(`ERR_IO_ACCESS: ${errno}, driver ${driver}, with the cause and the remedy`, () => {
      using card = new Card(0x7, driver)
      const refuse = () => {
        throw systemCallError(errno, 'mmap')
      }
      withOpen(card.path('resource0_wc'), refuse, () => {
        const { message } = throwsCode('ERR_IO_ACCESS', `pci:${ADDRESS}/0 can't be mapped (${errno} `, () =>
          IoMapping.createWc(card.device.bar(0)),
        )
        assert.match(message, remedy)
      })
    })
  }
})
