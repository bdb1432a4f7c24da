// In the guest: devices by UIO, their configuration space, and their I/O ports.
import assert from 'node:assert/strict'
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import {
  type Interrupt,
  IoMapping,
  type PciDevice,
  pciDevices,
  type UioDevice,
  uio,
  uioDevices,
} from 'io-mapping'
import { PCI_HEADER } from 'io-mapping/pci'
import { Edu } from '../../../../examples/edu/driver.js'
import { edu, ivshmem } from '../machine.js'
import { refused } from '../refused.js'
import { bind, unbind } from './binding.js'

const serial = (): PciDevice | undefined =>
  pciDevices().find(each => each.vendor === 0x1b36 && each.device === 0x0002)

/** Has a driver take a kind of device that it does not know. */
const introduce = (driver: string, { vendor, device }: PciDevice): void => {
  try {
    writeFileSync(`/sys/bus/pci/drivers/${driver}/new_id`, `${vendor.toString(16)} ${device.toString(16)}`)
  } catch {} // it knows it by now
}

/** The UIO device that a PCI device is. */
const uioOf = ({ address }: PciDevice): UioDevice =>
  uioDevices().find(({ pci }) => pci?.address === address) ?? assert.fail(`no UIO device is ${address}`)

const take = (driver: string, device: PciDevice): UioDevice => {
  introduce(driver, device)
  bind(device.address, driver)
  return uioOf(device)
}

const openDescriptors = () => readdirSync('/proc/self/fd').length

for (const kind of ['uio_pci_generic', 'hilscher'] as const) {
  describe(`edu by ${kind}`, () => {
    let card: UioDevice
    let mapping: IoMapping
    let driver: Edu
    before(() => {
      card = take(kind, edu())
      mapping = IoMapping.create(card.map(0))
      driver = new Edu(mapping.map(0, 0x1000))
    })
    after(() => {
      mapping.free()
      unbind(edu().address)
    })

    test('its map is its BAR', () => {
      const [map] = card.maps
      assert.deepEqual([map?.base, map?.size, map?.offset], [edu().bars[0]?.base, 0x100000, 0])
      assert.equal(mapping.size, 0x100000)
      assert.equal(driver.isAlive(), true)
      using text = IoMapping.create(`uio:${card.index}/0`)
      assert.equal(text.map(0).read32(0), 0x010000ed)
      using named = IoMapping.create(uio(card.name).map(0))
      using high = IoMapping.create(card.map(0).slice(0x1000, 0x1000))
      assert.equal(named.map(0).read32(0), 0x010000ed)
      assert.equal(high.map(0).length, 0x1000)
      refused('ERR_IO_NO_APERTURE', () => card.map(5), /has no map 5; it has/)
    })

    const heard = (interrupt: Interrupt): Promise<number> => interrupt.wait({ timeout: 5000 })

    if (kind === 'uio_pci_generic') {
      test('each interrupt that is raised is heard', async () => {
        driver.acknowledge()
        const { COMMAND } = PCI_HEADER.at(edu().config)
        const open = openDescriptors()
        using interrupt = card.interrupts()
        for (let round = 0; round < 20; round++) {
          driver.raise({ FACTORIAL: true })
          assert.equal(await heard(interrupt), 1, `round ${round}`)
          assert.equal(COMMAND.INTX_DISABLE.read(), true, 'the driver has shut it')
          driver.acknowledge()
        }
        interrupt.close()
        assert.equal(openDescriptors(), open)
      })

      test('and those of a loop, until it is aborted', async () => {
        const controller = new AbortController()
        const counts: number[] = []
        driver.raise({ DMA: true })
        await assert.rejects(
          async () => {
            for await (const count of card.interrupts({ signal: controller.signal })) {
              counts.push(count)
              driver.acknowledge()
              if (counts.length === 3) controller.abort()
              else driver.raise({ DMA: true })
            }
          },
          { name: 'AbortError' },
        )
        assert.deepEqual(counts, [1, 1, 1])
      })

      test('masked, it does not come', async () => {
        using interrupt = card.interrupts()
        interrupt.mask()
        driver.raise({ DMA: true })
        await setTimeout(50)
        assert.equal(interrupt.count, 0)
        interrupt.unmask()
        assert.equal(await heard(interrupt), 1)
        driver.acknowledge()
      })
    }

    test('another program has no part in it: it is read-only for those who ask for that', () => {
      using reader = IoMapping.create(card.map(0), { writable: false })
      assert.equal(reader.map(0).read32(0), 0x010000ed)
      refused('ERR_IO_READ_ONLY', () => reader.map(0).write32(4, 1))
    })
  })
}

test('a device without an interrupt says so', () => {
  const card = take('uio_pci_generic', ivshmem())
  refused('ERR_IO_INTERRUPT', () => card.interrupts(), /does not exist: its driver has none/)
  unbind(ivshmem().address)
})

test('a device that is unbound while someone waits', async () => {
  const card = take('uio_pci_generic', edu())
  const interrupt = card.interrupts()
  const waiting = interrupt.wait({ timeout: 5000 }).catch(error => error)
  const mapping = IoMapping.create(card.map(0))
  unbind(edu().address)
  const error = await waiting
  assert.ok(['ERR_IO_INTERRUPT', 'ERR_IO_TIMEOUT'].includes(error.code), error.message)
  interrupt.close()
  mapping.free()
  refused('ERR_IO_NO_APERTURE', () => card.name)
  refused('ERR_IO_NO_APERTURE', () => IoMapping.create(card.map(0)))
})

describe('I/O ports', { skip: serial() ? false : 'x86: no serial card on a bus with ports' }, () => {
  /** The scratch register of a 16550, which keeps what is written. */
  const SCRATCH = 7

  test('of a PCI device', () => {
    const card = serial() ?? assert.fail()
    unbind(card.address)
    card.enable()
    const ports = card.ports(0)
    assert.equal(ports.length, 8)
    for (const value of [0x5a, 0xa5]) {
      ports.write8(SCRATCH, value)
      assert.equal(ports.read8(SCRATCH), value)
    }
    refused('ERR_IO_WIDTH', () => ports.read64(0))
    refused('ERR_IO_NO_APERTURE', () => card.bar(0), /ports\(0\) accesses them/)
  })

  test('of a UIO device: a BAR’s by the BAR', () => {
    const card = take('aectc', serial() ?? assert.fail())
    assert.equal(card.name, 'aectc')
    const [found] = card.ports
    assert.deepEqual([found?.size, found?.start], [8, serial()?.bars[0]?.base])
    const ports = card.port(0)
    ports.write8(SCRATCH, 0x3c)
    assert.equal(ports.read8(SCRATCH), 0x3c)
    refused('ERR_IO_NO_APERTURE', () => card.port('no'), /has no port 'no'/)
  })
})

test('configuration space: what the library says is what the kernel says', () => {
  for (const device of pciDevices()) {
    const header = PCI_HEADER.at(device.config)
    assert.deepEqual(
      [header.VENDOR.read(), header.DEVICE.read()],
      [device.vendor, device.device],
      device.address,
    )
    const type = header.CLASS.read() * 65536 + header.SUBCLASS.read() * 256 + header.INTERFACE.read()
    assert.equal(type, device.class)
    assert.equal(device.config.length, statSync(`/sys/bus/pci/devices/${device.address}/config`).size)
    assert.ok(device.capabilities.every(({ name }) => !name.startsWith('unknown')))
  }
  const { busMaster } = edu()
  edu().busMaster = !busMaster
  assert.equal(edu().busMaster, !busMaster)
  edu().busMaster = busMaster
})
