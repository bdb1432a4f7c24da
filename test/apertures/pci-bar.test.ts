import assert from 'node:assert/strict'
import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { file, IoMapping, PAGE_SIZE, pci } from 'io-mapping'
import { throwsCode } from '../support/errors.js'
import { TempFolder } from '../support/files.js'
import { systemCallError, withOpen } from '../support/patch.js'
import { ADDRESS, PciCard, SIZE } from '../support/pci-card.js'
import { pattern } from '../support/rig.js'
import { FAKE_BUS, FakeSysfs, MEMORY_BAR } from '../support/sysfs.js'

describe('a BAR', () => {
  test('offers the memory types that the kernel has files for', () => {
    using card = new PciCard()
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
    using card = new PciCard()
    const { name, base, size, memoryTypes } = card.device.bar(0)
    assert.deepEqual(
      { name, base, size, memoryTypes },
      { name: `pci:${ADDRESS}/0`, base: FAKE_BUS, size: SIZE, memoryTypes: ['write-combining', 'uncached'] },
    )
  })

  test('createWc maps its _wc file, create the other: never the one for the other', () => {
    using card = new PciCard()
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
    using card = new PciCard()
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
    using card = new PciCard()
    using mapping = IoMapping.create(card.device.bar(5))
    assert.deepEqual([mapping.base, mapping.size], [FAKE_BUS + 0x300010, 16])
    using window = mapping.map(0, 16)
    const copy = Buffer.alloc(16)
    window.copyTo(copy)
    assert.ok(copy.equals(pattern(32).subarray(16)))
    throwsCode('ERR_IO_RANGE', 'read8: ', () => window.read8(16))
  })

  test('a slice of it is that part', () => {
    using card = new PciCard()
    using mapping = IoMapping.createWc(card.device.bar(0).slice(PAGE_SIZE + 8, 100))
    assert.equal(mapping.base, FAKE_BUS + PAGE_SIZE + 8)
    assert.equal(mapping.map(0, 1).read8(0), pattern(SIZE)[PAGE_SIZE + 8])
  })

  test('by its file in sysfs it is the same BAR, which need not start with the page', () => {
    using card = new PciCard()
    const small = file(card.path('resource5'))
    const { name, base, size, memoryTypes } = card.device.bar(5)
    assert.deepEqual([small.name, small.base, small.size, small.memoryTypes], [name, base, size, memoryTypes])
    using mapping = IoMapping.create(small)
    mapping.map(0, 4).write32(0, 0x12345678)
    const page = readFileSync(card.path('resource5'))
    assert.equal(page.readUInt32LE(0x10), 0x12345678, 'where it lies in its page')
    assert.ok(
      page.subarray(0, 0x10).equals(Buffer.from(pattern(0x10))),
      'and what lies before it is as it was',
    )
    assert.deepEqual(file(card.path('resource0_wc')).memoryTypes, ['write-combining'])
    assert.deepEqual(file(card.path('resource0')).memoryTypes, ['uncached'])
    assert.equal(file(card.path('resource0'), { offset: 0x1000, size: 16 }).base, FAKE_BUS + 0x1000)
    throwsCode('ERR_IO_RANGE', 'file:', () => file(card.path('resource5'), { offset: 8, size: 16 }))
    for (const offset of [16, 17]) {
      const refused = () => file(card.path('resource5'), { offset })
      assert.match(throwsCode('ERR_IO_RANGE', 'file:', refused).message, /: offset 0x1.*has 0x10 bytes$/)
    }
    const missing = () => file(card.path('resource2_wc'))
    assert.match(throwsCode('ERR_IO_NO_APERTURE', 'There is no file', missing).message, /only uncached$/)
    throwsCode('ERR_IO_NO_APERTURE', 'BAR 1 ', () => file(card.path('resource1')))
  })

  test('by whatever link its file is named', () => {
    using card = new PciCard()
    using folder = new TempFolder()
    symlinkSync(card.path(''), join(folder.path, 'device')) // as in /sys/class/drm/card0
    symlinkSync(card.path('resource5'), join(folder.path, 'registers'))
    for (const path of ['device/resource5', 'registers']) {
      const { name, size } = file(join(folder.path, path))
      assert.deepEqual([name, size], [`pci:${ADDRESS}/5`, 16])
    }
  })
})

describe('a BAR refused', () => {
  test('ERR_IO_MEMORY_TYPE: write-combining of one that is not prefetchable', () => {
    using card = new PciCard()
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
      using card = new PciCard()
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
      using card = new PciCard()
      throwsCode('ERR_IO_ARGUMENT', `The BAR of pci:${ADDRESS} `, () => card.device.bar(index))
    })
  }

  test('ERR_IO_ACCESS: the device is disabled', () => {
    using card = new PciCard(0x5)
    for (const create of [IoMapping.createWc, IoMapping.create]) {
      const { message } = throwsCode('ERR_IO_ACCESS', `pci:${ADDRESS}/0 can't be mapped`, () =>
        create(card.device.bar(0)),
      )
      assert.match(message, /disabled.*enable\(\)/)
    }
  })

  test('a disabled device: the remedy is one that helps', () => {
    const remedyOf = (card: PciCard) =>
      throwsCode('ERR_IO_ACCESS', 'pci:', () => IoMapping.create(card.device.bar(0))).message
    using plain = new PciCard(0x5)
    assert.match(remedyOf(plain), /: echo 1 > .*\/enable, or pci\('0000:00:02\.0'\)\.enable\(\)$/)
    plain.sysfs.write(ADDRESS, 'enable', '1\n')
    assert.match(
      remedyOf(plain),
      /: setpci -s 0000:00:02\.0 COMMAND=2:2 \(echo 1 > .*\/enable would only count once more\), or pci\(.*enable\(\)$/,
    )
    using bound = new PciCard(0x5, 'nvme')
    assert.match(remedyOf(bound), /Its driver 'nvme' has it switched off; unbind that first: echo/)
  })

  test('ERR_IO_NO_APERTURE: a BAR that the system found no place for', () => {
    using sysfs = new FakeSysfs()
    const UNSET = 0x20000000
    sysfs.add(ADDRESS, { bars: { 1: { base: 0, size: 0x10000, flags: MEMORY_BAR | UNSET } }, command: 0x7 })
    const { message } = throwsCode('ERR_IO_NO_APERTURE', `BAR 1 of pci:${ADDRESS} has no address`, () =>
      pci(ADDRESS, sysfs.root).bar(1),
    )
    assert.match(message, /no room.*pci=realloc/)
    throwsCode('ERR_IO_NO_APERTURE', `BAR 0 of pci:${ADDRESS} does not exist`, () =>
      pci(ADDRESS, sysfs.root).bar(0),
    )
  })

  const refusals: [string, string | undefined, RegExp][] = [
    ['EINVAL', 'nvme', /its driver 'nvme' has claimed it; .*echo 0000:00:02\.0 > .*drivers\/nvme\/unbind/],
    ['EINVAL', undefined, /a driver has claimed its range/],
    ['EACCES', 'nvme', /appended to/],
    ['ENODEV', undefined, /: the device was removed/],
  ]
  for (const [errno, driver, remedy] of refusals) {
    test(`ERR_IO_ACCESS: ${errno}, driver ${driver}, with the cause and the remedy`, () => {
      using card = new PciCard(0x7, driver)
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
