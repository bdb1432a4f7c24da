// In a guest of arm64, whose kernel is small and tells of its devices by a device tree: what `iomap doctor` says, and what happens when
// one tries. How the kernel was built is in /boot.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { edu, vga } from '../machine.js'
import { barOf, disable, doctor, finding, mended, read, USER } from './doctor-says.js'

before(() => execFileSync('mount', ['-t', 'securityfs', 'securityfs', '/sys/kernel/security']))

test('the machine: no IOMMU, and how to have one; nothing is in the way of all', () => {
  const report = doctor()
  assert.deepEqual(report.bad, [])
  assert.equal(finding(report, 'IOMMU').state, 'warning')
  assert.match(finding(report, 'IOMMU').advice ?? '', /SMMU.*QEMU: -machine virt,iommu=smmuv3/)
  assert.equal(finding(report, 'lockdown').state, 'ok')
  assert.equal(finding(report, 'IO_STRICT_DEVMEM').found, 'yes')
  assert.match(finding(report, 'debugfs').found, /only x86/)
})

test('a BAR that is disabled; as it says, it is mapped', () => {
  disable(edu())
  mended(barOf(edu()), 'memory enabled', /disabled/, /disabled/)
})

test('a BAR that is there for root alone', () => {
  const text = barOf(edu())
  assert.equal(read(text).code, 0)
  assert.deepEqual(doctor(text, USER).bad, ['permission'])
  assert.match(read(text, USER).stderr, /no permission/)
})

test('memory types', () => {
  assert.match(finding(doctor(barOf(vga())), 'memory types').found, /^write-combining/)
  assert.match(finding(doctor(barOf(edu())), 'memory types').found, /createWc.*refused/)
})

test('bus addresses of RAM: refused', () => {
  const text = 'physical:0x40000000+4K'
  assert.deepEqual(doctor(text).bad, ['claimed'])
  assert.match(read(text).stderr, /it is RAM/)
})

test('a clock of the device tree that a driver has claimed: a warning, and mapping is refused; without the driver, neither', () => {
  const text = 'devicetree:pl031@9010000'
  const claimed = finding(doctor(text), 'claimed')
  assert.equal(claimed.state, 'warning')
  assert.match(claimed.found, /'rtc-pl031'/)
  assert.match(read(text).stderr, /is claimed: the kernel has it as 'rtc-pl031'/)
  writeFileSync('/sys/bus/amba/drivers/rtc-pl031/unbind', '9010000.pl031')
  assert.deepEqual(doctor(text).bad, [])
  assert.equal(finding(doctor(text), 'claimed').state, 'ok')
  assert.equal(read(text).code, 0)
})

test('VFIO: what there is not is told, and no driver takes it', () => {
  const text = `vfio:${edu().address}/0`
  assert.deepEqual(doctor(text).bad, ['driver', 'IOMMU group', 'IOMMU module'])
  assert.match(read(text).stderr, /not bound to vfio-pci/)
})
