import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviceTreeNodes } from 'io-mapping'
import { describeNode, nodeEntry } from '../../src/cli/shown/device-tree-listing.js'
import { formatListing } from '../../src/cli/shown/listing.js'
import { FakeDeviceTree } from '../support/device-tree.js'

const listed = () => {
  using tree = new FakeDeviceTree()
  tree.add('/', { '#address-cells': [1], '#size-cells': [1] })
  tree.add('/aliases', { serial0: '/serial@9000000', console: '/serial@9000000' })
  tree.add('/serial@9000000', { compatible: ['arm,pl011', 'arm,primecell'], reg: [0x9000000, 0x1000] })
  tree.add('/video@40', {
    status: 'disabled',
    reg: [0x40, 0x20, 0x1000000, 0x1000000],
    'reg-names': ['regs', 'ram'],
  })
  return deviceTreeNodes(tree.root).map(describeNode)
}

test('a listing of the device tree in words', () => {
  assert.equal(
    formatListing(listed().map(nodeEntry)),
    `/serial@9000000  arm,pl011, arm,primecell, alias console, serial0
    reg 0  0x9000000  4K          devicetree:/serial@9000000
/video@40  says not what it is, disabled
    reg 0  0x40       0x20  regs  devicetree:/video@40
    reg 1  0x1000000  16M   ram   devicetree:/video@40#1
`,
  )
})

test('a listing of the device tree in data', () => {
  const [, video] = listed()
  assert.deepEqual(JSON.parse(JSON.stringify(video)), {
    ...{ bus: 'devicetree', path: '/video@40', compatible: [], status: 'disabled', aliases: [] },
    regs: [
      { index: 0, name: 'regs', base: 0x40, size: 0x20, aperture: 'devicetree:/video@40' },
      { index: 1, name: 'ram', base: 0x1000000, size: 0x1000000, aperture: 'devicetree:/video@40#1' },
    ],
  })
})
