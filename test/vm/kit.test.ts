// The driver kit on a real kernel and emulated devices, on every line of Node: what runs there is in guest/kit/.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeLines, runGuest } from '../../vm/guest.js'
import { Drive } from './drive.js'
import { guestTests } from './support.js'

/** Whatever the line of Node's test runner prints. */
const check = (status: number, output: string): void => {
  assert.equal(status, 0, output.slice(-6000))
  assert.match(output, /^\S+ fail 0$/m)
  assert.match(output, /^\S+ pass [1-9]/m)
}

guestTests('devices by UIO and their ports', ({ arch, line, name }) => {
  test(`${name}: UIO, interrupts, I/O ports, configuration space`, { timeout: 400_000 }, async () => {
    const { status, output } = await runGuest({
      command: ['node', 'build/test/vm/guest/kit/uio.js'],
      arch,
      node: line,
      modules: ['uio_pci_generic', 'uio_cif', 'uio_aec', 'nvme'],
      devices: arch === 'x64' ? ['-device', 'pci-serial'] : [], // on arm64, the guest's own terminal is one
      timeoutSeconds: 300,
    })
    check(status, output)
    if (arch === 'x64') assert.doesNotMatch(output, /no serial card/)
  })
})

guestTests('devices by VFIO', ({ arch, line, name }) => {
  test(`${name}: VFIO, interrupts, DMA through an IOMMU`, { timeout: 400_000 }, async () => {
    const { status, output } = await runGuest({
      command: ['node', 'build/test/vm/guest/kit/vfio.js'],
      arch,
      node: line,
      iommu: true,
      modules: ['nvme'],
      timeoutSeconds: 300,
    })
    check(status, output)
  })
})

const isAll = process.env.IO_MAPPING_NODE_LINES === 'all'
/** Of starts and stops, of pulls, of blocks that are compared, of requests: all of them on one line, where there is time for it. */
const amountsOn = (line: number): number[] =>
  isAll && line === nodeLines[0] ? [50, 50, 1_000_000, 1_000_000] : [10, 5, 100_000, 20_000]
/** In seconds: an arm64 that is emulated takes ten minutes for all of it on an idle machine. */
const most = isAll ? 2400 : 900

guestTests('an NVMe driver', ({ arch, line, name }) => {
  test(`${name}: an NVMe driver beside the kernel's, started, stopped and pulled under load`, {
    timeout: (most + 100) * 1000,
  }, async t => {
    using drive = new Drive()
    const { status, output } = await runGuest({
      command: ['node', '--expose-gc', 'build/test/vm/guest/kit/nvme.js', ...amountsOn(line).map(String)],
      arch,
      node: line,
      iommu: true,
      modules: ['nvme'],
      devices: drive.devices(),
      onLine: (text, guest) => drive.obey(text, guest),
      timeoutSeconds: most,
    })
    check(status, output)
    t.diagnostic(output.match(/[0-9]+ requests: .*/)?.[0] ?? assert.fail('nothing is said of the heap'))
  })
})
