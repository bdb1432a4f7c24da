// In a guest whose kernel lets root at what drivers have claimed (iomem=relaxed): its serial port, whose driver can't be unbound.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IoMapping } from 'io-mapping'
import { primeCell } from './prime-cell.js'

test('PL011: its identity; what its data register is told, the console shows', () => {
  using mapping = IoMapping.create('devicetree:pl011@9000000')
  assert.deepEqual(primeCell(mapping), { part: 0x011, id: 0xb105f00d })
  using page = mapping.map(0)
  for (const letter of Buffer.from('io-mapping on the PL011\n')) {
    while (page.read32(0x18) & 0x20); // its flags: there is no room
    page.write32(0, letter)
  }
})
