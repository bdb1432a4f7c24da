import assert from 'node:assert/strict'
import fs, { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { describe, test } from 'node:test'
import { IoMapping, type PciDevice, pci } from 'io-mapping'
import { throwsCode } from '../support/errors.js'
import { ADDRESS, PciCard } from '../support/pci-card.js'

describe('a PCI device', () => {
  test('all that can be mapped; none of a device that is gone, which hides no other', () => {
    using card = new PciCard()
    assert.deepEqual(
      card.device.apertures.map(({ name }) => name),
      [0, 2, 5].map(index => `pci:${ADDRESS}/${index}`),
    )
    rmSync(card.path('resource'))
    assert.deepEqual(card.device.apertures, [])
    mkdirSync(card.path('resource'))
    const refused = () => card.device.apertures
    const { message } = throwsCode('ERR_IO_ACCESS', `The resource of pci:${ADDRESS} can't be read`, refused)
    assert.doesNotMatch(message, /removed/, 'what is refused for another reason is not gone')
  })

  test('ERR_IO_ACCESS: the device has gone by surprise, and its configuration reads as ones', () => {
    using card = new PciCard()
    writeFileSync(card.path('config'), Buffer.alloc(64, 0xff))
    assert.equal(card.device.enabled, false)
    const { message } = throwsCode('ERR_IO_ACCESS', `pci:${ADDRESS}/0 can't be mapped`, () =>
      IoMapping.create(card.device.bar(0)),
    )
    assert.match(message, /does not answer.*all ones.*rescan/)
    assert.match(
      throwsCode('ERR_IO_ACCESS', `pci:${ADDRESS} can't be enabled`, () => card.device.enable()).message,
      /all ones.*rescan/,
    )
  })

  test('what was asked is what the message says: to enable it, to read who it is', () => {
    using card = new PciCard()
    for (const name of ['enable', 'vendor']) {
      rmSync(card.path(name))
      mkdirSync(card.path(name))
    }
    throwsCode('ERR_IO_ACCESS', `pci:${ADDRESS} can't be enabled (EISDIR from open)`, () =>
      card.device.enable(),
    )
    throwsCode(
      'ERR_IO_ACCESS',
      `The vendor of pci:${ADDRESS} can't be read (EISDIR from `,
      () => card.device.vendor,
    )
  })

  test('enable() sets the memory bit where counting does not', () => {
    using card = new PciCard(0x5) // writing to a file named enable changes nothing here
    assert.equal(card.device.enabled, false)
    card.device.enable()
    assert.equal(card.device.enabled, true)
    assert.equal(readFileSync(card.path('enable'), 'latin1'), '1')
    assert.equal(readFileSync(card.path('config')).readUInt16LE(4), 0x7, 'nothing else')
  })

  test('enable() throws where the bit does not stay set', () => {
    using card = new PciCard(0x5)
    const { writeSync } = fs
    const setWrite = (write: typeof writeSync) => {
      fs.writeSync = write
      syncBuiltinESMExports()
    }
    setWrite(() => 1)
    try {
      const { message } = throwsCode('ERR_IO_ACCESS', `pci:${ADDRESS} can't be enabled`, () =>
        card.device.enable(),
      )
      assert.match(message, /was set, and is 0 still.*lspci/)
    } finally {
      setWrite(writeSync)
    }
  })

  test('where it is, and which it is more precisely', () => {
    using card = new PciCard()
    const { sysfs, device } = card
    const facts = ({ revision, subsystem, parent, irq, numaNode, iommuGroup }: PciDevice) => ({
      ...{ revision, subsystem, parent, irq, numaNode, iommuGroup },
    })
    const none = { subsystem: undefined, parent: undefined, irq: undefined }
    assert.deepEqual(facts(device), { revision: 0, ...none, numaNode: undefined, iommuGroup: undefined })
    const below = '0000:01:00.0'
    const subsystem = { vendor: 0x1af4, device: 0 }
    sysfs.add(below, {
      ...{ subsystem, revision: 0x10, irq: 11, iommuGroup: 7, parent: ADDRESS },
      files: { numa_node: '1\n' },
    })
    const other = pci(below, sysfs.root)
    assert.deepEqual(facts(other), {
      ...{ subsystem, revision: 0x10, parent: ADDRESS, irq: 11, numaNode: 1, iommuGroup: 7 },
    })
    sysfs.write(below, 'numa_node', '-1\n')
    assert.equal(other.numaNode, undefined)
    rmSync(sysfs.path(below))
    assert.equal(other.parent, undefined)
    throwsCode('ERR_IO_NO_APERTURE', `The revision of pci:${below} can't be read`, () => other.revision)
  })

  test('a virtual function is enabled, though its own bit is always 0', () => {
    using card = new PciCard(0x4)
    card.sysfs.link(ADDRESS, 'physfn', '../0000:00:03.0')
    mkdirSync(card.sysfs.path('0000:00:03.0'))
    assert.equal(card.device.enabled, true)
    card.device.enable()
    IoMapping.create(card.device.bar(0)).free()
  })
})
