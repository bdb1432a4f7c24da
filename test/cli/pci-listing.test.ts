import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pciDevices } from 'io-mapping'
import { PciIds } from '../../src/cli/pci/ids.js'
import { describeDevice, deviceEntry } from '../../src/cli/pci/listing.js'
import { formatListing } from '../../src/cli/shown/listing.js'
import { FakeSysfs, MEMORY_BAR, PORTS_BAR, PREFETCHABLE_BAR, WIDE_BAR } from '../support/sysfs.js'

const IDS = new PciIds(
  '1234  Technical Corp.\n\t1111  Virtual Video\nC 03  Display controller\n\t00  VGA compatible controller\n',
)

/** A graphics card with a driver, and a device with I/O ports. */
const listed = () => {
  using sysfs = new FakeSysfs()
  sysfs.add('0000:00:02.0', {
    bars: {
      0: { base: 0xfd000000, size: 16 * 1024 ** 2, flags: PREFETCHABLE_BAR },
      2: { base: 0xfebf0000, size: 4096, flags: MEMORY_BAR },
    },
    resources: { resource0: 1, resource0_wc: 1, resource2: 1 },
    driver: 'bochs-drm',
  })
  sysfs.add('0000:00:05.0', {
    ...{ vendor: 0xabcd, device: 1, class: 0x020000 },
    bars: {
      0: { base: 0xc000, size: 32, flags: PORTS_BAR },
      1: { base: 0x800000000, size: 16384, flags: WIDE_BAR },
    },
    resources: { resource0: 1, resource1: 1 },
  })
  return pciDevices(sysfs.root).map(device => describeDevice(device, IDS))
}

test('a listing in words', () => {
  assert.equal(
    formatListing(listed().map(deviceEntry)),
    `0000:00:02.0  VGA compatible controller: Technical Corp. Virtual Video [1234:1111], driver bochs-drm
    BAR 0  0xfd000000   16M   32-bit, prefetchable  write-combining, uncached  pci:0000:00:02.0/0
    BAR 2  0xfebf0000   4K    32-bit                uncached                   pci:0000:00:02.0/2
0000:00:05.0  Network controller: [abcd:0001], no driver
    BAR 0  0xc000       0x20  I/O ports                                        can't be mapped
    BAR 1  0x800000000  16K   64-bit, prefetchable  uncached                   pci:0000:00:05.0/1
`,
  )
})

test('a listing in data', () => {
  const [card] = listed()
  assert.deepEqual(card, {
    bus: 'pci',
    address: '0000:00:02.0',
    class: 0x030000,
    className: 'VGA compatible controller',
    vendor: 0x1234,
    vendorName: 'Technical Corp.',
    device: 0x1111,
    deviceName: 'Virtual Video',
    driver: 'bochs-drm',
    bars: [
      {
        index: 0,
        base: 0xfd000000,
        size: 16 * 1024 ** 2,
        kind: 'memory',
        prefetchable: true,
        wide: false,
        memoryTypes: ['write-combining', 'uncached'],
        aperture: 'pci:0000:00:02.0/0',
      },
      {
        index: 2,
        base: 0xfebf0000,
        size: 4096,
        kind: 'memory',
        prefetchable: false,
        wide: false,
        memoryTypes: ['uncached'],
        aperture: 'pci:0000:00:02.0/2',
      },
    ],
  })
})
