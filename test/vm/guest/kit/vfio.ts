// In the guest with an IOMMU: devices by VFIO.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type Interrupt, IoMapping, PAGE_SIZE, parseAperture, type VfioDevice, vfio } from 'io-mapping'
import { PCI_HEADER } from 'io-mapping/pci'
import { Edu } from '../../../../examples/edu/driver.js'
import { EDU } from '../../../../examples/edu/registers.js'
import { pattern } from '../../../support/rig.js'
import { edu, ivshmem, nvme } from '../machine.js'
import { refused } from '../refused.js'
import { bind, unbind } from './binding.js'
import { testPrograms } from './programs.js'

const ADDRESS = edu().address

const openDescriptors = () => readdirSync('/proc/self/fd').length

describe('what stands in the way is named', () => {
  test('no such device, a wrong address', () => {
    refused('ERR_IO_NO_APERTURE', () => vfio('0000:00:1e.7'), /no PCI device/)
    refused('ERR_IO_ARGUMENT', () => vfio('edu'), /of the form/)
  })

  test('another driver, or none', () => {
    unbind(ADDRESS)
    refused('ERR_IO_ACCESS', () => vfio(ADDRESS), /not bound to vfio-pci, no driver has it.*driver_override/)
    refused('ERR_IO_ACCESS', () => vfio(nvme().address), /its driver is 'nvme'.*nvme\/unbind/)
  })
})

describe('edu by VFIO', () => {
  let device: VfioDevice
  let mapping: IoMapping
  let driver: Edu
  let before = 0

  beforeEach(() => {
    bind(ADDRESS, 'vfio-pci')
    before = openDescriptors()
    device = vfio(ADDRESS)
    mapping = IoMapping.create(device.bar(0))
    driver = new Edu(mapping.map(0, 0x1000))
  })
  afterEach(() => {
    device.close()
    assert.equal(openDescriptors(), before)
  })

  test('its BAR, uncached, through the library’s windows', () => {
    assert.equal(mapping.memoryType, 'uncached')
    assert.equal(mapping.size, 0x100000)
    assert.equal(driver.version, '1.0')
    assert.equal(driver.isAlive(), true)
    assert.ok(['type1', 'iommufd'].includes(device.iommu))
    using slots = IoMapping.create(device.bar(0), { strategy: 'slots' })
    assert.equal(new Edu(slots.map(0)).isAlive(), true)
    using text = IoMapping.create(`vfio:${ADDRESS}/0`)
    assert.equal(text.map(0).read32(0), 0x010000ed)
    refused('ERR_IO_NO_APERTURE', () => device.bar(3), /does not exist/)
    refused('ERR_IO_ARGUMENT', () => device.bar(7), /0 to 5/)
    refused('ERR_IO_NO_APERTURE', () => device.ports(0), /holds memory/)
  })

  test('its configuration space', () => {
    const header = PCI_HEADER.at(device.config)
    assert.deepEqual([header.VENDOR.read(), header.DEVICE.read()], [0x1234, 0x11e8])
    assert.equal(device.busMaster, false)
    device.busMaster = true
    assert.equal(header.COMMAND.BUS_MASTER.read(), true)
    device.busMaster = false
    assert.deepEqual(
      device.capabilities.map(({ name }) => name),
      ['msi'],
    )
  })

  test('it can be had once', () => {
    refused('ERR_IO_ACCESS', () => vfio(ADDRESS), /this program has it open already/)
    device.close()
    vfio(ADDRESS).close()
  })

  test('closed, nothing of it is left; again, it does nothing', () => {
    const window = mapping.map(0)
    const { config } = device
    device.close()
    device.close()
    assert.equal(device.closed, true)
    refused('ERR_IO_UNMAPPED', () => window.read32(0))
    refused('ERR_IO_UNMAPPED', () => config.read32(0))
    for (const use of [
      () => device.bar(0),
      () => device.config,
      () => device.dma(1),
      () => device.interrupt('msi'),
      () => device.reset(),
      () => device.busMaster,
    ])
      refused('ERR_IO_FREED', use, /was closed/)
  })

  const heard = async (interrupt: Interrupt): Promise<number> => interrupt.wait({ timeout: 5000 })

  for (const kind of ['msi', 'intx'] as const) {
    test(`${kind}: each that is raised is heard`, async () => {
      device.busMaster = true // a message is a write of the device's
      using interrupt = device.interrupt(kind)
      for (let round = 0; round < 20; round++) {
        driver.raise({ FACTORIAL: true })
        assert.equal(await heard(interrupt), 1, `round ${round}`)
        assert.deepEqual({ ...driver.acknowledge() }, { FACTORIAL: true, DMA: false })
      }
      const iterated: number[] = []
      driver.raise({ DMA: true })
      for await (const count of interrupt) {
        iterated.push(count)
        driver.acknowledge()
        if (iterated.length === 3) break
        driver.raise({ DMA: true })
      }
      assert.deepEqual(iterated, [1, 1, 1])
      refused('ERR_IO_INTERRUPT', () => device.interrupt(kind), /open already/)
      const other = kind === 'msi' ? 'intx' : 'msi'
      refused('ERR_IO_INTERRUPT', () => device.interrupt(other), new RegExp(`switched to ${kind}`))
      interrupt.close()
      device.interrupt(other).close()
    })
  }

  test('intx: masked when it comes, and by hand', async () => {
    using interrupt = device.interrupt('intx')
    interrupt.mask()
    driver.raise({ FACTORIAL: true })
    await setTimeout(50)
    assert.equal(interrupt.count, 0)
    interrupt.unmask()
    assert.equal(await heard(interrupt), 1)
    await setTimeout(50)
    assert.equal(interrupt.count, 1, 'the line is high still, and masked')
    assert.equal(await heard(interrupt), 1, 'let through before it was acknowledged, it comes again')
    driver.acknowledge()
  })

  test('an interrupt that does not exist', () => {
    refused('ERR_IO_INTERRUPT', () => device.interrupt('msi', 1), /msi 0 to 0/)
    refused('ERR_IO_INTERRUPT', () => device.interrupt('msix'), /the device has intx \(1\), msi \(1\)/)
    refused('ERR_IO_ARGUMENT', () => device.interrupt('msi', -1))
    refused('ERR_IO_ARGUMENT', () => device.interrupt('irq' as never), /one of intx, msi/)
  })

  test('closing the device wakes whoever waits', async () => {
    const waiting = device.interrupt('msi').wait()
    device.close()
    await assert.rejects(waiting, { code: 'ERR_IO_INTERRUPT' })
  })

  test('DMA, to the device’s buffer and back', async () => {
    device.busMaster = true
    using source = device.dma(PAGE_SIZE)
    using target = device.dma(3 * PAGE_SIZE)
    assert.notEqual(source.iova, target.iova)
    const bytes = pattern(1000)
    source.map(0).copyFrom(bytes)
    await driver.fromMemory(source.iova, 1000)
    await driver.toMemory(target.iova + PAGE_SIZE + 8, 1000)
    const back = Buffer.alloc(1000)
    target.map(PAGE_SIZE, PAGE_SIZE).copyTo(back, { offset: 8 })
    assert.ok(back.equals(bytes))
    assert.equal(target.map(0).read32(0), 0, 'it is zeroed')
  })

  test('memory that is there already', async () => {
    device.busMaster = true
    using mine = IoMapping.createWc(`memory:${2 * PAGE_SIZE}`)
    const window = device.map(mine)
    mine.map(0).copyFrom(pattern(100))
    await driver.fromMemory(window.iova, 100)
    await driver.toMemory(window.iova + PAGE_SIZE, 100)
    const back = Buffer.alloc(100)
    mine.map(PAGE_SIZE).copyTo(back)
    assert.ok(back.equals(pattern(100)))
    window.unmap()
    window.unmap()
    refused('ERR_IO_DMA', () => device.map(mapping), /a device's, and can't be pinned/)
    refused('ERR_IO_ARGUMENT', () => device.map({} as never))
  })

  test('what was freed is out of the device’s reach, and its addresses are given out again', async () => {
    device.busMaster = true
    const target = device.dma(PAGE_SIZE)
    const { iova } = target
    using kept = IoMapping.create(`memory:${PAGE_SIZE}`)
    target.free()
    await driver.toMemory(iova, 64) // the IOMMU stops it
    using again = device.dma(PAGE_SIZE)
    assert.equal(again.iova, iova)
    assert.equal(again.map(0).read32(0), 0)
    assert.equal(kept.map(0).read32(0), 0)
  })

  test('wrong sizes; more than there is', () => {
    for (const wrong of [0, -1, 0.5, Number.NaN]) refused('ERR_IO_RANGE', () => device.dma(wrong))
    refused('ERR_IO_ARGUMENT', () => device.dma('4K' as never))
    refused('ERR_IO_DMA', () => device.dma(2 ** 50), /the system has .* of memory left/)
  })

  test('reset: its registers are as after power on', () => {
    const { LIVENESS } = EDU.at(mapping.map(0, 0x1000))
    LIVENESS.write(5)
    try {
      device.reset()
      assert.equal(driver.isAlive(), true)
    } catch (error) {
      assert.equal((error as { code?: string }).code, 'ERR_IO_UNSUPPORTED')
    }
  })

  test('many rounds leave nothing', () => {
    const round = () => {
      const other = device.dma(PAGE_SIZE)
      IoMapping.create(device.bar(0)).free()
      device.interrupt('msi').close()
      other.free()
    }
    round()
    const open = openDescriptors()
    for (let i = 0; i < 200; i++) round()
    assert.equal(openDescriptors(), open)
  })
})

test('a second device, beside the first', () => {
  bind(ADDRESS, 'vfio-pci')
  bind(ivshmem().address, 'vfio-pci')
  using one = vfio(ADDRESS)
  using other = vfio(ivshmem().address)
  using memory = IoMapping.create(other.bar(2))
  memory.map(0).write32(0, 0x12345678)
  assert.equal(memory.map(0).read32(0), 0x12345678)
  assert.notEqual(one.address, other.address)
  assert.equal(parseAperture(`vfio:${ADDRESS}/0`).size, 0x100000)
})

describe('programs', testPrograms)
