// iomap list and iomap config beside lspci and setpci, in a guest with what PCI Express has: what runs there is in guest/pci-tool.ts.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runGuest } from '../../vm/guest.js'
import { pciutils, skipWithoutPciutils } from './pciutils.js'
import { machineTests } from './support.js'

/** A bridge of PCI, root ports, a switch, a bridge from PCI Express to PCI; behind each a device. */
const devices = [
  ['e1000e', 'addr=06.0'],
  ['pci-bridge', 'id=bridge', 'chassis_nr=3', 'addr=07.0'],
  ['pci-serial', 'bus=bridge', 'addr=01.0'],
  ['pcie-root-port', 'id=port1', 'slot=8', 'chassis=1', 'addr=08.0'],
  ['nvme-subsys', 'id=subsystem'],
  [
    ...['nvme', 'serial=y', 'bus=port1', 'subsys=subsystem', 'sriov_max_vfs=2', 'msix_qsize=3'],
    ...['sriov_vq_flexible=4', 'sriov_vi_flexible=2', 'max_ioqpairs=6'],
  ],
  ['pcie-root-port', 'id=port2', 'slot=9', 'chassis=2', 'addr=09.0'],
  ['x3130-upstream', 'id=up', 'bus=port2'],
  ['xio3130-downstream', 'id=down', 'bus=up', 'chassis=4', 'slot=2'],
  ['qemu-xhci', 'bus=down'],
  ['virtio-rng-pci', 'addr=0a.0'],
  ['pcie-root-port', 'id=port3', 'slot=10', 'chassis=5', 'addr=0c.0'],
  ['virtio-rng-pci', 'bus=port3', 'ats=on', 'iommu_platform=on', 'disable-legacy=on'],
  ['pcie-pci-bridge', 'id=bridge2', 'addr=0b.0'],
  ['edu', 'bus=bridge2', 'addr=02.0'],
  // a root of its own, which is near to a node of memory
  ['pxb-pcie', 'id=root2', 'bus_nr=128', 'numa_node=0'],
  ['pcie-root-port', 'id=port4', 'bus=root2', 'slot=11', 'chassis=6'],
  ['virtio-rng-pci', 'bus=port4'],
].flatMap(words => ['-device', words.join(',')])

const node = ['-object', 'memory-backend-ram,id=ram,size=2048M', '-numa', 'node,nodeid=0,memdev=ram']

machineTests('iomap beside lspci and setpci', arch => {
  if (arch !== 'x64') return // the same programs, and this machine's alone are here to be copied
  test(`${arch}: iomap list and iomap config beside lspci and setpci`, {
    timeout: 400_000,
    skip: skipWithoutPciutils,
  }, async t => {
    const { status, output } = await runGuest({
      command: ['node', 'build/test/vm/guest/pci-tool.js'],
      arch,
      iommu: true,
      modules: ['nvme', 'e1000e', 'xhci_pci', 'virtio_pci'],
      devices: [...node, ...devices],
      copy: { ...pciutils },
      timeoutSeconds: 300,
    })
    assert.equal(status, 0, output.slice(-6000))
    assert.match(output, /^\S+ fail 0$/m)
    assert.match(output, /^\S+ pass [1-9]/m)
    t.diagnostic(output.match(/[0-9]+ facts/)?.[0] ?? assert.fail('nothing was compared'))
  })
})
