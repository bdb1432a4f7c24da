import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { pci, pciDevices } from 'io-mapping'
import { parseResources } from '#io-mapping/apertures/pci/resources.js'
import { throwsCode } from '../support/errors.js'
import { FAKE_BUS, FakeSysfs, MEMORY_BAR, PORTS_BAR, PREFETCHABLE_BAR, WIDE_BAR } from '../support/sysfs.js'

describe('pci', () => {
  test('takes a full address, a short one in domain 0000, either case', () => {
    using sysfs = new FakeSysfs()
    sysfs.add('0000:00:1f.2')
    sysfs.add('0001:0a:00.0')
    sysfs.add('10000:e1:00.7')
    const addresses = [
      ['0000:00:1f.2', '0000:00:1f.2'],
      ['00:1f.2', '0000:00:1f.2'],
      ['0000:00:1F.2', '0000:00:1f.2'],
      ['0001:0A:00.0', '0001:0a:00.0'],
      ['10000:e1:00.7', '10000:e1:00.7'],
    ] as const
    for (const [given, address] of addresses) assert.equal(pci(given, sysfs.root).address, address)
  })

  test('ERR_IO_NO_APERTURE: no such device', () => {
    using sysfs = new FakeSysfs()
    sysfs.add('0000:00:02.0')
    for (const address of ['0000:00:02.1', '0001:00:02.0', '00:03.0']) {
      throwsCode('ERR_IO_NO_APERTURE', 'There is no PCI device ', () => pci(address, sysfs.root))
    }
  })

  const wrong = [
    '',
    '0',
    '02.0',
    '0000:00:02',
    '0000:00:02.8',
    '000:00:02.0',
    '0000:00:2.0',
    '0000:00:02.0/0',
    'g0:00.0',
  ]
  for (const address of [
    ...wrong,
    '../../../etc',
    '0000:00:02.0\n',
    undefined,
    null,
    2,
  ] as unknown as string[]) {
    test(`ERR_IO_ARGUMENT: ${JSON.stringify(address)}`, () => {
      using sysfs = new FakeSysfs()
      sysfs.add('0000:00:02.0')
      throwsCode('ERR_IO_ARGUMENT', 'A PCI address ', () => pci(address, sysfs.root))
    })
  }
})

describe('pciDevices', () => {
  test('lists in the order of addresses', () => {
    using sysfs = new FakeSysfs()
    for (const address of ['0000:03:00.0', '0000:00:1f.2', '0001:00:00.0', '0000:00:02.0']) sysfs.add(address)
    assert.deepEqual(
      pciDevices(sysfs.root).map(({ address }) => address),
      ['0000:00:02.0', '0000:00:1f.2', '0000:03:00.0', '0001:00:00.0'],
    )
  })

  test('is empty where there is no PCI', () => {
    assert.deepEqual(pciDevices('/nowhere'), [])
  })
})

describe('a PCI device', () => {
  test('tells who it is', () => {
    using sysfs = new FakeSysfs()
    sysfs.add('0000:00:02.0', {
      vendor: 0x8086,
      device: 0x5916,
      class: 0x020000,
      driver: 'i915',
      command: 0x7,
    })
    const { vendor, device, class: kind, driver, enabled } = pci('00:02.0', sysfs.root)
    assert.deepEqual([vendor, device, kind, driver, enabled], [0x8086, 0x5916, 0x020000, 'i915', true])
  })

  test('may have no driver, be disabled, or not tell', () => {
    using sysfs = new FakeSysfs()
    sysfs.add('0000:00:02.0', { command: 0x5 })
    sysfs.add('0000:00:03.0')
    sysfs.add('0000:00:04.0')
    sysfs.write('0000:00:04.0', 'config', 'abc')
    const enabled = pciDevices(sysfs.root).map(device => device.enabled)
    assert.deepEqual(enabled, [false, undefined, undefined])
    assert.equal(pci('00:02.0', sysfs.root).driver, undefined)
  })

  test('is enabled by its file', () => {
    using sysfs = new FakeSysfs()
    sysfs.add('0000:00:02.0')
    pci('00:02.0', sysfs.root).enable()
    assert.equal(readFileSync(sysfs.path('0000:00:02.0', 'enable'), 'utf8'), '1')
  })

  test('ERR_IO_ACCESS: it can’t be enabled', () => {
    using sysfs = new FakeSysfs()
    sysfs.add('0000:00:02.0')
    const device = pci('00:02.0', sysfs.root)
    sysfs[Symbol.dispose]()
    throwsCode('ERR_IO_NO_APERTURE', "pci:0000:00:02.0 can't ", () => device.enable())
  })

  test('that is gone throws an IoMappingError, not the file’s', () => {
    using sysfs = new FakeSysfs()
    sysfs.add('0000:00:02.0')
    const device = pci('00:02.0', sysfs.root)
    sysfs[Symbol.dispose]()
    throwsCode('ERR_IO_NO_APERTURE', 'The resource of pci:0000:00:02.0', () => device.bar(0))
    throwsCode('ERR_IO_NO_APERTURE', 'The vendor of pci:0000:00:02.0', () => device.vendor)
  })
})

test('parseResources reads one BAR a line, where there is one', () => {
  const lines = [
    [FAKE_BUS, FAKE_BUS + 0xffffff, PREFETCHABLE_BAR],
    [0, 0, 0],
    [0xfebf0000, 0xfebf0fff, MEMORY_BAR],
    [0x1000, 0x101f, PORTS_BAR],
    [2 ** 40, 2 ** 40 + 2 ** 35 - 1, WIDE_BAR],
    [0xfebf1010, 0xfebf101f, MEMORY_BAR],
    [0xfeb00000, 0xfeb0ffff, 0x46200], // the ROM: no BAR
  ]
  const text = lines.map(line => line.map(value => `0x${value.toString(16)}`).join(' ')).join('\n')
  const common = { kind: 'memory', prefetchable: false, wide: false }
  assert.deepEqual(parseResources(text), [
    { ...common, index: 0, base: FAKE_BUS, size: 2 ** 24, prefetchable: true },
    { ...common, index: 2, base: 0xfebf0000, size: 4096 },
    { ...common, index: 3, base: 0x1000, size: 32, kind: 'ports' },
    { ...common, index: 4, base: 2 ** 40, size: 2 ** 35, prefetchable: true, wide: true },
    { ...common, index: 5, base: 0xfebf1010, size: 16 },
  ])
  assert.deepEqual(parseResources(''), [])
  assert.deepEqual(parseResources('\n\n'), [])
})

test('parseResources leaves out a BAR that the system did not place, or has disabled', () => {
  const unset = '0x0 0xfff 0x20040200'
  const disabled = '0xfebf0000 0xfebf0fff 0x10040200'
  assert.deepEqual(parseResources(`${unset}\n${disabled}\n`), [])
  assert.deepEqual(
    parseResources('0xfebf1000 0xfebf0fff 0x40200\n'),
    [],
    'nor one that ends before it starts',
  )
})
