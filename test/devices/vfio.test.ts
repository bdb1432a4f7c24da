// A device that is driven by VFIO, of a made-up kernel (test/support/fake-vfio.ts): had once, and closed.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { IoMapping, PAGE_SIZE } from 'io-mapping'
import { vfioBar } from '#io-mapping/apertures/vfio/vfio-aperture.js'
import { rejectsCode, throwsCode } from '../support/errors.js'
import { ADDRESS } from '../support/fake-vfio.js'
import { CARD, descriptors, withKernel } from '../support/vfio-card.js'

const OTHER = '0000:00:05.0'

describe('a device is had once', () => {
  test('in a thread: the second is refused, until the first is closed', () =>
    withKernel(kernel => {
      const device = kernel.open()
      throwsCode('ERR_IO_ACCESS', `vfio:${ADDRESS} can't be opened: this program has it open`, () =>
        kernel.open(),
      )
      assert.equal(device.closed, false)
      device.close()
      kernel.open().close()
    }))

  test('but mapped beside it; closing it ends what was mapped', () =>
    withKernel(kernel => {
      using first = IoMapping.create(vfioBar(ADDRESS, 0, kernel.root))
      const device = kernel.open()
      using second = IoMapping.create(vfioBar(ADDRESS, 0, kernel.root))
      first.map(0).write32(0, 5)
      assert.equal(second.map(0).read32(0), 5)
      const opened = kernel.log.filter(each => each === 'VFIO_GROUP_GET_DEVICE_FD').length
      assert.equal(opened, 2, 'once to look, once for all of these')
      device.close()
      throwsCode('ERR_IO_FREED', 'map', () => first.map(0))
      assert.equal(kernel.mapped(), 0)
    }))

  test('two of one group share it; it is closed with the last', () =>
    withKernel(kernel => {
      kernel.add(OTHER, CARD)
      const one = kernel.open()
      const other = kernel.open(OTHER)
      assert.equal(kernel.log.filter(each => each === 'VFIO_SET_IOMMU').length, 1)
      const memory = one.dma(1)
      assert.notEqual(other.dma(1).iova, memory.iova, 'they have the same addresses')
      one.close()
      assert.ok(!kernel.log.includes('close vfio/7'))
      other.close()
      assert.deepEqual(kernel.log.slice(-3), [`close ${OTHER}`, 'close vfio/vfio', 'close vfio/7'])
      assert.equal(kernel.iommu.maps.size, 0)
    }))
})

describe('closing it', () => {
  test('ends waits; then its DMA, by bus mastering and a reset; then what is mapped and pinned', () =>
    withKernel(async kernel => {
      const before = descriptors()
      const device = kernel.open()
      const mapping = IoMapping.create(device.bar(0))
      const memory = device.dma(PAGE_SIZE)
      using mine = IoMapping.createWc(`memory:${PAGE_SIZE}`)
      const window = device.map(mine)
      const handle = mapping.map(0)
      device.busMaster = true
      const { config } = device
      const waiting = rejectsCode('ERR_IO_INTERRUPT', 'wait: ', device.interrupt('msi').wait())
      kernel.log.length = 0
      device.close()
      await waiting
      assert.deepEqual(
        kernel.log.filter(each => each !== 'VFIO_DEVICE_GET_REGION_INFO'),
        [
          'VFIO_DEVICE_SET_IRQS',
          ...['VFIO_DEVICE_RESET', 'bus mastering off, 1 mapped, 2 pinned'],
          ...['VFIO_IOMMU_UNMAP_DMA', 'VFIO_IOMMU_UNMAP_DMA'],
          ...[`close ${ADDRESS}`, 'close vfio/vfio', 'close vfio/7'],
        ],
      )
      assert.equal(kernel.mapped(), 0)
      throwsCode('ERR_IO_UNMAPPED', 'read32', () => handle.read32(0))
      throwsCode('ERR_IO_UNMAPPED', 'read32', () => config.read32(0))
      throwsCode('ERR_IO_FREED', 'map', () => memory.map(0))
      window.unmap() // again
      assert.equal(mine.map(0).read8(0), 0, 'the program’s own memory stays')
      mine.free()
      assert.equal(descriptors(), before)
      device.close()
    }))

  test('of one without a reset', () =>
    withKernel(
      kernel => {
        const device = kernel.open()
        throwsCode('ERR_IO_UNSUPPORTED', `vfio:${ADDRESS} can't be reset`, () => device.reset())
        device.close()
        assert.ok(!kernel.log.includes('VFIO_DEVICE_RESET'))
      },
      { canReset: false },
    ))

  test('never fails, and tries each step, whatever the kernel answers', () =>
    withKernel(kernel => {
      const before = descriptors()
      const device = kernel.open()
      device.dma(1)
      device.interrupt('msi')
      for (const call of ['DEVICE_GET_REGION_INFO', 'DEVICE_RESET', 'DEVICE_SET_IRQS', 'IOMMU_UNMAP_DMA'])
        kernel.refusals.set(`VFIO_${call}`, 'ENODEV')
      device.close()
      assert.ok(kernel.log.includes('VFIO_DEVICE_RESET'))
      assert.equal(descriptors(), before)
    }))

  test('is shown as what it is', () =>
    withKernel(kernel => {
      const device = kernel.open()
      device.on('request', () => {})
      assert.equal(inspect(device), `VfioDevice { ${ADDRESS} }`)
      device.close()
      assert.equal(inspect(device), `VfioDevice { ${ADDRESS}, closed }`)
    }))

  test('everything of it is refused afterwards', () =>
    withKernel(kernel => {
      const device = kernel.open()
      const aperture = device.bar(0)
      device.close()
      for (const use of [
        () => device.bar(0),
        () => device.config,
        () => device.dma(1),
        () => device.interrupt('msi'),
        () => device.iommu,
        () => device.reset(),
        () => IoMapping.create(aperture),
      ])
        assert.match(throwsCode('ERR_IO_FREED', '', use).message, /was closed; open it anew/)
      assert.equal(device.closed, true)
    }))
})
