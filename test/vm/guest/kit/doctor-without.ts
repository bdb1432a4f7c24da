// In the guest: what `iomap doctor` says of one whose IOMMU lacks something, as its first word tells.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { edu } from '../machine.js'
import { bind } from './binding.js'

interface Finding {
  readonly check: string
  readonly state: string
  readonly found: string
  readonly advice?: string
  readonly commands?: readonly string[]
}

const text = `vfio:${edu().address}/0`

const doctor = (
  ...words: string[]
): { code: number | null; of: (check: string) => Finding; bad: string[] } => {
  const { status: code, stdout } = spawnSync('iomap', ['doctor', ...words, '--json'], { encoding: 'utf8' })
  const findings = JSON.parse(stdout).sections.flatMap(
    (each: { findings: Finding[] }) => each.findings,
  ) as Finding[]
  return {
    code,
    of: check => findings.find(each => each.check === check) ?? assert.fail(`no ${check}`),
    bad: findings.filter(({ state }) => state === 'obstacle').map(({ check }) => check),
  }
}

const read = () => spawnSync('iomap', ['read', text, '0'], { encoding: 'utf8' })

/** What is found, and what is to be done, by what there is. */
const SAID: Readonly<Record<string, readonly [found: RegExp, advice: RegExp]>> = {
  none: [/tells of none/, /QEMU/],
  off: [/VT-d .*: intel_iommu=off$/, /without intel_iommu=off/],
}

const [, , lack = ''] = process.argv

if (lack === 'interrupts')
  test('no interrupt remapping: refused; as it says, it is had', () => {
    bind(edu().address, 'vfio-pci')
    assert.equal(doctor().of('interrupt remapping').state, 'warning')
    const report = doctor(text)
    assert.deepEqual(report.bad, ['interrupt remapping'])
    assert.match(read().stderr, /no interrupt remapping/)
    for (const command of report.of('interrupt remapping').commands ?? [])
      execFileSync('sh', ['-ec', command])
    assert.deepEqual([doctor(text).bad, read().status], [[], 0])
  })
else
  test('no IOMMU: a warning; in the way of a device by VFIO', () => {
    const [found, advice] = SAID[lack] ?? assert.fail(`nothing is known of '${lack}'`)
    const { code, of } = doctor()
    assert.equal(code, 0)
    assert.equal(of('IOMMU').state, 'warning')
    assert.match(of('IOMMU').found, found)
    assert.match(of('IOMMU').advice ?? '', advice)
    const report = doctor(text)
    assert.deepEqual([report.code, report.bad], [1, ['driver', 'IOMMU group']])
    assert.match(report.of('IOMMU group').found, /no IOMMU group/)
    assert.match(report.of('IOMMU group').advice ?? '', advice)
    assert.match(read().stderr, /no IOMMU group/)
  })
