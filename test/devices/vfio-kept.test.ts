// A device that is driven by VFIO, of a made-up kernel (test/support/fake-vfio.ts): what is kept of it, while the rest is dropped.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { IoMapping, PAGE_SIZE } from 'io-mapping'
import { settle } from '../support/collect.js'
import { rejectsCode, throwsCode } from '../support/errors.js'
import { ADDRESS } from '../support/fake-vfio.js'
import { CARD, descriptors, withDevice, withKernel } from '../support/vfio-card.js'
import { needs64 } from '../support/widths.js'

describe('memory for DMA is the device’s', () => {
  test('as long as a view of it is kept; closing the device ends both', () =>
    withDevice(async (device, kernel) => {
      const keep = () => {
        const memory = device.dma(PAGE_SIZE)
        return { iova: memory.iova, view: memory.map(0).u8 }
      }
      const { iova, view } = keep()
      await settle()
      assert.ok(kernel.iommu.maps.has(iova))
      assert.notEqual(device.dma(PAGE_SIZE).iova, iova)
      view[0] = 7
      device.close()
      assert.equal(kernel.iommu.maps.size, 0)
      assert.equal(view.length, 0)
    }))

  test('no longer, once the view is dropped, too', () =>
    withDevice(async (device, kernel) => {
      const drop = () => device.dma(PAGE_SIZE).map(0).u8.fill(1).length
      assert.equal(drop(), PAGE_SIZE)
      await settle()
      assert.equal(kernel.iommu.maps.size, 0)
    }))

  test('as long as a module has it', { skip: needs64('mapInto') }, () =>
    withDevice(async (device, kernel) => {
      const memory = new WebAssembly.Memory({ initial: 1 })
      const lay = () => void device.dma(PAGE_SIZE).mapInto(memory, 0, 0, PAGE_SIZE)
      lay()
      new Uint8Array(memory.buffer)[0] = 7
      await settle()
      assert.equal(kernel.iommu.maps.size, 1)
      device.close()
      assert.equal(new Uint8Array(memory.buffer)[0], 0)
    }),
  )

  test('until unmap, or the device’s end, though what map() returned is dropped', () =>
    withKernel(async kernel => {
      const device = kernel.open()
      const mine = IoMapping.create(`memory:${PAGE_SIZE}`)
      const { iova } = device.map(mine)
      await settle()
      assert.ok(kernel.iommu.maps.has(iova))
      mine.free()
      assert.ok(kernel.iommu.maps.has(iova))
      device.close()
      assert.equal(kernel.iommu.maps.size, 0)
    }))

  test('until the device is dropped, though another one of the group is open', () =>
    withKernel(async kernel => {
      kernel.add('0000:00:05.0', CARD)
      const other = kernel.open('0000:00:05.0')
      const mine = IoMapping.create(`memory:${PAGE_SIZE}`)
      const use = () => void kernel.open().map(mine)
      use()
      await settle()
      assert.equal(kernel.iommu.maps.size, 0)
      assert.ok(kernel.log.includes(`close ${ADDRESS}`))
      other.close()
      assert.ok(kernel.log.includes('close vfio/7'))
    }))
})

describe('closing a device ends', () => {
  test('the views of a BAR whose mapping was dropped; it can be had again', () =>
    withKernel(async kernel => {
      const device = kernel.open()
      const keep = () => IoMapping.create(device.bar(0)).map(0).u32
      const view = keep()
      await settle()
      view[0] = 5
      device.close()
      assert.equal(view.length, 0)
      assert.equal(kernel.mapped(), 0)
      kernel.open().close()
    }))

  test('the same of one that threads share by its buffer', () =>
    withKernel(async kernel => {
      const device = kernel.open()
      const keep = () => IoMapping.create(device.bar(0), { shared: true }).buffer
      const view = new Uint32Array(keep() as SharedArrayBuffer)
      await settle()
      view[0] = 5
      device.close()
      assert.equal(kernel.mapped(), 0)
      assert.equal(view[0], 0)
    }))

  test('its descriptors, though mappings, memory or a device were dropped before', () =>
    withKernel(async kernel => {
      const before = descriptors()
      const drop = () => {
        const device = kernel.open()
        device.config.read32(0)
        return device.dma(PAGE_SIZE)
      }
      const memory = drop()
      await settle()
      const device = kernel.open()
      const map = () => {
        device.dma(PAGE_SIZE)
        IoMapping.create(device.bar(0)).map(0).read32(0)
      }
      map()
      await settle()
      device.close()
      assert.equal(kernel.log.at(-1), 'close vfio/7')
      throwsCode('ERR_IO_FREED', 'map', () => memory.map(0))
      kernel.open().close()
      await settle()
      assert.equal(descriptors(), before)
    }))

  test('what was had of one that was dropped: no access goes to a descriptor that is closed', () =>
    withKernel(async kernel => {
      const keep = () => kernel.open().config
      const config = keep()
      await settle()
      kernel.open().close()
      throwsCode('ERR_IO_FREED', `vfio:${ADDRESS} was closed`, () => config.read32(0))
    }))
})

test('a mapping of it is not shared with other threads', () =>
  withDevice(device => {
    const why = /of a device that is had by VFIO.*Open the device in the thread that uses it/
    for (const mapping of [IoMapping.create(device.bar(0)), device.dma(PAGE_SIZE)])
      assert.match(throwsCode('ERR_IO_UNSUPPORTED', 'share: ', () => mapping.share()).message, why)
    using mine = IoMapping.create(`memory:${PAGE_SIZE}`)
    device.map(mine)
    mine.share()
  }))

test('an interrupt that is kept, while its device is dropped, is ended by the next one', () =>
  withKernel(async kernel => {
    const keep = () => kernel.open().interrupt('msi')
    const interrupt = keep()
    const waiting = rejectsCode('ERR_IO_INTERRUPT', 'wait: ', interrupt.wait())
    await settle()
    kernel.open().close()
    await waiting
  }))
