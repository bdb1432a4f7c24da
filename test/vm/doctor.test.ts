// `iomap doctor` on a real kernel and emulated devices: what it says is what happens. What runs there is in guest/kit/.
import assert from 'node:assert/strict'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { type ArchitectureName, findArchitecture } from '../../vm/architectures.js'
import { runGuest } from '../../vm/guest.js'
import { findKernel } from '../../vm/kernel.js'
import { machineTests } from './support.js'

const check = (status: number, output: string): void => {
  assert.equal(status, 0, output.slice(-6000))
  assert.match(output, /^\S+ fail 0$/m)
  assert.match(output, /^\S+ pass [1-9]/m)
}

/** How the guest's kernel was built, where Debian has it. */
const kernelConfig = async (arch: ArchitectureName): Promise<Record<string, string>> => {
  const { bootImage, release } = await findKernel(findArchitecture(arch), undefined, () => {})
  const name = `config-${release}`
  return { [`/boot/${name}`]: join(dirname(bootImage), name) }
}

/** A machine with VT-d, as the guests of --iommu have it, but for what it lacks. */
const LACKING = {
  none: {},
  off: { machine: 'q35', devices: ['-device', 'intel-iommu,intremap=on'], append: 'intel_iommu=off' },
  interrupts: { machine: 'q35', devices: ['-device', 'intel-iommu,intremap=off'], append: 'intel_iommu=on' },
}

const APERTURES = [
  'pci:0000:00:02.0/0',
  'pci:0000:00:04.0/2',
  'vfio:0000:00:03.0/0',
  'physical:0xfea00000+4K',
]

machineTests('iomap doctor', arch => {
  if (arch === 'arm64') {
    test('arm64: what is in the way is, on a machine with a device tree', { timeout: 400_000 }, async () => {
      const { status, output } = await runGuest({
        arch,
        command: ['node', 'build/test/vm/guest/kit/doctor-arm64.js'],
        copy: await kernelConfig(arch),
        timeoutSeconds: 300,
      })
      check(status, output)
    })
    return
  }

  test(`${arch}: what is in the way is, and what it says to type puts it out of the way`, {
    timeout: 300_000,
  }, async () => {
    const { status, output } = await runGuest({
      command: ['node', 'build/test/vm/guest/kit/doctor.js'],
      iommu: true,
      modules: ['nvme', 'uio_pci_generic'],
      copy: await kernelConfig(arch),
      timeoutSeconds: 200,
    })
    check(status, output)
  })

  for (const [lack, options] of Object.entries(LACKING))
    test(`${arch}: an IOMMU that lacks something: ${lack}`, { timeout: 200_000 }, async () => {
      const { status, output } = await runGuest({
        command: ['node', 'build/test/vm/guest/kit/doctor-without.js', lack],
        modules: ['vfio-pci', 'vfio_iommu_type1'],
        ...options,
        timeoutSeconds: 150,
      })
      check(status, output)
    })

  test(`${arch}: it accesses no device`, { timeout: 200_000 }, async () => {
    const all = ['iomap doctor', ...APERTURES.map(text => `iomap doctor ${text}`)]
    const { output, trace } = await runGuest({
      command: ['sh', '-c', all.join(';')],
      iommu: true,
      modules: ['uio_pci_generic'],
      trace: true,
      timeoutSeconds: 150,
    })
    for (const text of APERTURES)
      assert.match(output, new RegExp(`^${text.replaceAll(/[+.]/g, '\\$&')}$`, 'm'))
    assert.deepEqual(trace, [])
  })
})
