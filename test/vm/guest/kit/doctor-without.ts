// In the guest: what `iomap doctor` says of one whose IOMMU lacks something, as its first word tells.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { edu } from '../machine.js'
import { bind } from './binding.js'
import { doctor, finding, obey, read } from './doctor-says.js'

const text = `vfio:${edu().address}/0`

/** What is found, and what is to be done, by what there is. */
const SAID: Readonly<Record<string, readonly [found: RegExp, advice: RegExp]>> = {
  none: [/tells of none/, /QEMU: -device intel-iommu/],
  off: [/VT-d .*: intel_iommu=off$/, /without intel_iommu=off/],
}

const [, , lack = ''] = process.argv

if (lack === 'interrupts')
  test('no interrupt remapping: refused; as it says, it is had', () => {
    bind(edu().address, 'vfio-pci')
    assert.equal(finding(doctor(), 'interrupt remapping').state, 'warning')
    const report = doctor(text)
    assert.deepEqual(report.bad, ['interrupt remapping'])
    assert.match(read(text).stderr, /no interrupt remapping/)
    obey(finding(report, 'interrupt remapping'))
    assert.deepEqual([doctor(text).bad, read(text).code], [[], 0])
  })
else
  test('no IOMMU: a warning; in the way of a device by VFIO', () => {
    const [found, advice] = SAID[lack] ?? assert.fail(`nothing is known of '${lack}'`)
    const iommu = finding(doctor(), 'IOMMU')
    assert.equal(iommu.state, 'warning')
    assert.match(iommu.found, found)
    assert.match(iommu.advice ?? '', advice)
    const report = doctor(text)
    assert.deepEqual(report.bad, ['driver', 'IOMMU group'])
    const group = finding(report, 'IOMMU group')
    assert.match(group.found, /no IOMMU group/)
    assert.match(group.advice ?? '', advice)
    assert.match(read(text).stderr, /no IOMMU group/)
  })
