// What stands in the way of a device, as the library tells it without opening it.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { vfioWay } from 'io-mapping'
import { native } from '#io-mapping/system/native.js'
import { throwsCode } from '../support/errors.js'
import { ADDRESS, FakeVfio } from '../support/fake-vfio.js'
import { patchNative } from '../support/patch.js'
import { PciCard } from '../support/pci-card.js'

const UNBIND = 'echo 0000:00:02.0 > /sys/bus/pci/drivers/bochs/unbind'

describe('silence', () => {
  test('of a device that answers: none', () => {
    using card = new PciCard()
    assert.equal(card.device.silence, undefined)
  })

  test('of one that is disabled: how it is enabled', () => {
    using card = new PciCard(0)
    assert.deepEqual(card.device.silence, {
      why: 'the device is disabled, its memory does not answer',
      remedy: `echo 1 > ${card.path('enable')}`,
    })
    writeFileSync(card.path('enable'), '2\n') // it would only count once more
    assert.equal(card.device.silence?.remedy, 'setpci -s 0000:00:02.0 COMMAND=2:2')
  })

  test('of one that its driver has disabled: how that lets go of it', () => {
    using card = new PciCard(0, 'bochs')
    assert.equal(card.device.silence?.remedy, UNBIND)
  })

  test('of one that is gone', () => {
    using card = new PciCard()
    writeFileSync(card.path('config'), new Uint8Array(64).fill(0xff))
    assert.match(card.device.silence?.why ?? '', /does not answer, its configuration is all ones/)
    assert.equal(card.device.silence?.remedy, 'echo 1 > /sys/bus/pci/rescan')
  })

  test('is asked by reading alone', () => {
    using card = new PciCard()
    const { open } = native
    const modes: number[] = []
    using _patch = patchNative('open', (owner, path, flags) => {
      modes.push(flags & 3)
      return open(owner, path, flags)
    })
    assert.deepEqual([card.device.silence, card.device.enabled, modes], [undefined, true, [0, 0]])
  })
})

test('holder: the driver, and how it lets go', () => {
  using free = new PciCard()
  using held = new PciCard(0x7, 'bochs')
  assert.equal(free.device.holder, undefined)
  assert.deepEqual(held.device.holder, { why: "its driver 'bochs' has claimed it", remedy: UNBIND })
})

describe('vfioWay', () => {
  const withCard = (init: Parameters<FakeVfio['add']>[1], body: (kernel: FakeVfio) => void): void => {
    using kernel = new FakeVfio()
    kernel.add(ADDRESS, init)
    body(kernel)
    assert.deepEqual(kernel.log, [], 'something was opened')
  }
  const dev = (kernel: FakeVfio, ...names: string[]) => names.map(name => join(kernel.root.dev, name))

  test('of a group', () =>
    withCard({ group: '7' }, kernel =>
      assert.deepEqual(vfioWay(ADDRESS, kernel.root), {
        group: '7',
        nodes: dev(kernel, 'vfio/7', 'vfio/vfio'),
        unbound: undefined,
        groupless: undefined,
        shared: undefined,
      }),
    ))

  test('of a node of its own', () =>
    withCard({ group: '7' }, kernel => {
      kernel.addNode()
      assert.deepEqual(vfioWay(ADDRESS, kernel.root).nodes, dev(kernel, 'vfio/devices/vfio0', 'iommu'))
    }))

  test('of a device that another driver has, in no group', () =>
    withCard({ driver: 'nvme' }, kernel => {
      const { group, nodes, unbound, groupless } = vfioWay(ADDRESS, kernel.root)
      assert.deepEqual([group, nodes], [undefined, []])
      assert.match(unbound?.why ?? '', /not bound to vfio-pci, its driver is 'nvme'/)
      assert.match(
        unbound?.remedy ?? '',
        /^modprobe vfio-pci; echo vfio-pci > .*\/nvme\/unbind; .*drivers_probe$/,
      )
      assert.match(groupless?.why ?? '', /in no IOMMU group/)
      const parameters = join(kernel.root.sys, 'module/vfio/parameters')
      mkdirSync(parameters, { recursive: true })
      writeFileSync(join(parameters, 'enable_unsafe_noiommu_mode'), 'Y\n')
      assert.equal(vfioWay(ADDRESS, kernel.root).groupless, undefined)
    }))

  test('of a device that shares its group', () =>
    withCard({ group: '7' }, kernel => {
      kernel.add('0000:00:05.0', { group: '7', driver: 'e1000' })
      kernel.add('0000:00:06.0', { group: '7', driver: 'pcieport' })
      const { shared } = vfioWay(ADDRESS, kernel.root)
      assert.match(shared?.why ?? '', /its group, 7, .*: 0000:00:05\.0 \('e1000'\)$/)
      assert.equal(shared?.remedy, 'echo 0000:00:05.0 > /sys/bus/pci/drivers/e1000/unbind')
    }))

  test('of a device that is alone in its group, though another driver has it', () =>
    withCard({ group: '7', driver: 'nvme' }, kernel =>
      assert.equal(vfioWay(ADDRESS, kernel.root).shared, undefined),
    ))

  test('of no device', () =>
    withCard({}, kernel => {
      throwsCode('ERR_IO_NO_APERTURE', 'There is no PCI device', () => vfioWay('0000:00:1f.0', kernel.root))
      throwsCode('ERR_IO_ARGUMENT', 'A PCI address', () => vfioWay('card', kernel.root))
    }))
})
