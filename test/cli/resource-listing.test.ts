import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatResources } from '../../src/cli/shown/resource-listing.js'

test('the resource tree in words: what lies within another is indented', () => {
  const card = { name: '0000:00:02.0', base: 0x10000000, size: 0x1000000, children: [] }
  const bridge = { name: 'pcie@10000000', base: 0x10000000, size: 0x2eff0000, children: [card] }
  const ram = { name: 'System RAM', base: 0x40000000, size: 2 ** 31, children: [] }
  assert.equal(
    formatResources([bridge, ram]),
    `0x10000000    0x3efeffff  769984K  pcie@10000000
  0x10000000  0x10ffffff  16M      0000:00:02.0
0x40000000    0xbfffffff  2G       System RAM
`,
  )
})
