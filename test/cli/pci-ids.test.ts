import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { installedPciIds, PciIds } from '../../src/cli/pci/ids.js'
import { temporaryFolder } from './iomap.js'

const TEXT = `#
#\tList of PCI ID's
#

1234  Technical Corp.
\t1111  QEMU Virtual Video Controller
\t\t1af4 1100  Not the device's own name
\t11e8  Device with  two spaces
8086  Intel Corporation
\t0d57  Skylake-E
\tABCD  Upper case

C 03  Display controller
\t00  VGA compatible controller
\t\t00  VGA controller
\t01  XGA compatible controller
C ff  Unassigned class
`
const ids = new PciIds(TEXT)

test('vendors and their devices', () => {
  assert.equal(ids.vendor(0x1234), 'Technical Corp.')
  assert.equal(ids.device(0x1234, 0x1111), 'QEMU Virtual Video Controller')
  assert.equal(ids.device(0x1234, 0x11e8), 'Device with  two spaces')
  assert.equal(ids.device(0x8086, 0xabcd), 'Upper case')
})

test('subsystems by all four of their ids; interfaces below their subclass', () => {
  assert.equal(ids.subsystem(0x1234, 0x1111, { vendor: 0x1af4, device: 0x1100 }), "Not the device's own name")
  assert.equal(ids.subsystem(0x1234, 0x11e8, { vendor: 0x1af4, device: 0x1100 }), undefined)
  const own = { vendor: 0x8086, device: 0x0d57 }
  assert.equal(ids.subsystem(own.vendor, own.device, own), 'Skylake-E')
  assert.equal(ids.interfaceName(0x030000), 'VGA controller')
  assert.equal(ids.interfaceName(0x030100), undefined)
})

test('a name is looked for below its own vendor only, and subsystems are no devices', () => {
  assert.equal(ids.device(0x8086, 0x1111), undefined)
  assert.equal(ids.device(0x1234, 0x1af4), undefined)
  assert.equal(ids.vendor(0xdead), undefined)
})

test('classes: the subclass where it has a name, else the class', () => {
  assert.equal(ids.className(0x030000), 'VGA compatible controller')
  assert.equal(ids.className(0x030100), 'XGA compatible controller')
  assert.equal(ids.className(0x038000), 'Display controller')
  assert.equal(ids.className(0xff0000), 'Unassigned class')
  assert.equal(ids.className(0x020000), undefined)
})

test('the first file that there is, packed or not', () => {
  const folder = temporaryFolder()
  const [plain, packed, none] = ['pci.ids', 'pci.ids.gz', 'none'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ]
  writeFileSync(plain, TEXT)
  writeFileSync(packed, gzipSync(TEXT.replace('Technical Corp.', 'Packed Corp.')))
  assert.equal(installedPciIds([none, plain, packed]).vendor(0x1234), 'Technical Corp.')
  assert.equal(installedPciIds([none, packed]).vendor(0x1234), 'Packed Corp.')
  assert.equal(installedPciIds([none]).vendor(0x1234), undefined)
})
