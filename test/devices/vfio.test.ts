// A device that is driven by VFIO, of a made-up kernel (test/support/fake-vfio.ts): had once, its interrupts, its end.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { describe, test } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { IoMapping, PAGE_SIZE, type VfioDevice } from 'io-mapping'
import { vfioBar } from '#io-mapping/apertures/vfio/vfio-aperture.js'
import { runModule } from '../support/child.js'
import { collect } from '../support/collect.js'
import { rejectsCode, throwsCode } from '../support/errors.js'
import { ADDRESS, FakeVfio } from '../support/fake-vfio.js'

const OTHER = '0000:00:05.0'
const CARD = { group: '7', regions: { 0: 4 * PAGE_SIZE }, interrupts: [1, 4, 8, 1, 1] }
const INTX = 0
const MSI = 1
const MSIX = 2
const REQUEST = 4

const withKernel = async (body: (kernel: FakeVfio) => unknown, init = {}): Promise<void> => {
  using kernel = new FakeVfio()
  kernel.add(ADDRESS, { ...CARD, ...init })
  await body(kernel)
}

const withDevice = (body: (device: VfioDevice, kernel: FakeVfio) => unknown, init = {}): Promise<void> =>
  withKernel(async kernel => {
    using device = kernel.open()
    await body(device, kernel)
  }, init)

const descriptors = () => readdirSync('/proc/self/fd').length

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

describe('its interrupts', () => {
  const KINDS = { intx: INTX, msi: MSI, msix: MSIX }

  test('each that comes is told, of all kinds', () =>
    withDevice(async (device, kernel) => {
      const card = kernel.device()
      for (const kind of ['intx', 'msi', 'msix'] as const) {
        using interrupt = device.interrupt(kind)
        const waiting = interrupt.wait()
        card.raise(KINDS[kind], 0, 3)
        assert.equal(await waiting, 3)
      }
      assert.deepEqual(card.armed, [undefined, undefined, undefined])
    }))

  test('messages, each by its number: switched on at once, and off with the last', () =>
    withDevice(async (device, kernel) => {
      const { armed } = kernel.device()
      const five = device.interrupt('msix', 5)
      assert.deepEqual(
        armed[MSIX]?.map(fd => fd >= 0),
        Array.from({ length: 8 }, (_, i) => i === 5),
      )
      const two = device.interrupt('msix', 2)
      kernel.device().raise(MSIX, 2)
      kernel.device().raise(MSIX, 5, 7)
      assert.deepEqual([await two.wait(), await five.wait()], [1, 7])
      two.close()
      assert.equal(armed[MSIX]?.[2], -1)
      five.close()
      assert.equal(armed[MSIX], undefined)
    }))

  test('a line is let through by the next wait', () =>
    withDevice(async (device, kernel) => {
      const card = kernel.device()
      using interrupt = device.interrupt('intx')
      card.raise(INTX)
      card.isMasked = true // as the kernel does when it comes
      await interrupt.wait()
      assert.equal(card.isMasked, true)
      const next = interrupt.wait()
      assert.equal(card.isMasked, false)
      card.raise(INTX)
      await next
      interrupt.mask()
      assert.equal(card.isMasked, true)
      interrupt.unmask()
      assert.equal(card.isMasked, false)
    }))

  test('that there are not, or that are open already, or of another kind', () =>
    withDevice(device => {
      const no = (message: RegExp, ...which: Parameters<VfioDevice['interrupt']>) => {
        const error = throwsCode('ERR_IO_INTERRUPT', 'Interrupt ', () => device.interrupt(...which))
        assert.match(error.message, message)
      }
      no(/does not exist: the device has msi 0 to 3/, 'msi', 4)
      const open = descriptors()
      using _ = device.interrupt('msi', 1)
      no(/is open already/, 'msi', 1)
      no(/switched to msi/, 'msix')
      no(/switched to msi/, 'intx')
      device.interrupt('error').close()
      assert.equal(descriptors(), open + 1)
      throwsCode('ERR_IO_ARGUMENT', 'The number of', () => device.interrupt('msi', -1))
      throwsCode('ERR_IO_ARGUMENT', 'An interrupt', () => device.interrupt('toString' as never))
    }))

  test('of a kind that the device has none of', () =>
    withDevice(
      device => {
        const error = throwsCode('ERR_IO_INTERRUPT', 'Interrupt msix 0', () => device.interrupt('msix'))
        assert.match(error.message, /none of kind msix/)
        throwsCode('ERR_IO_INTERRUPT', 'Interrupt error 0', () => device.interrupt('error'))
      },
      { interrupts: [1] },
    ))

  test('fewer than the device has, where the system has no more vectors: those work, the others say why', () =>
    withDevice(
      async (device, kernel) => {
        const few = (index: number) => {
          const name = `Interrupt msix ${index}`
          const error = throwsCode('ERR_IO_INTERRUPT', name, () => device.interrupt('msix', index))
          assert.match(error.message, /room for the first 3 of them alone/)
        }
        few(3)
        using last = device.interrupt('msix', 2)
        few(3)
        few(7)
        using first = device.interrupt('msix', 0)
        kernel.device().raise(MSIX, 2)
        kernel.device().raise(MSIX, 0)
        assert.deepEqual([await last.wait(), await first.wait()], [1, 1])
      },
      { vectors: 3 },
    ))
})

describe('request', () => {
  test('is emitted when the kernel wants the device back', () =>
    withDevice(async (device, kernel) => {
      let heard = 0
      device.on('request', () => heard++)
      device.on('request', () => heard++)
      kernel.device().raise(REQUEST)
      while (heard === 0) await setImmediate()
      kernel.device().raise(REQUEST)
      await setTimeout(10)
      assert.equal(heard, 4)
    }))

  test('of a device that has no such interrupt: a listener is no error', () =>
    withDevice(device => void device.on('request', () => {}), { interrupts: [1] }))
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
          ...['VFIO_DEVICE_SET_IRQS', 'VFIO_DEVICE_SET_IRQS'],
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

describe('a program with a device that is open', () => {
  const OPEN = `
    import { readdirSync } from 'node:fs'
    import { Worker } from 'node:worker_threads'
    import { ADDRESS, FakeVfio } from './test/support/fake-vfio.js'
    const open = () => {
      const kernel = new FakeVfio()
      kernel.add(ADDRESS, { group: '7', regions: { 0: 4096 }, interrupts: [1, 4, 8, 1, 1] })
      return kernel.open()
    }
  `
  const prints = async (text: string, expected: string) => {
    const { code, stdout, stderr } = await runModule(OPEN + text, { timeout: 60_000 })
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: expected, stderr: '' })
  }

  test('ends, though it listens for requests; not while it waits for an interrupt', async () => {
    await prints(`open().on('request', () => {}); process.on('exit', () => console.log('end'))`, 'end\n')
    await prints(
      `const device = open()
      setTimeout(() => device.close(), 50).unref()
      await device.interrupt('msi').wait().catch(({ code }) => console.log(code))`,
      'ERR_IO_INTERRUPT\n',
    )
  })

  test('in a Worker that is ended leaves nothing open', () =>
    prints(
      `const body = ${JSON.stringify(OPEN)} + \`
        import { parentPort } from 'node:worker_threads'
        globalThis.device = open()
        device.on('request', () => {})
        device.interrupt('msi').wait().catch(() => {})
        globalThis.memory = device.dma(4096)
        parentPort.postMessage('')\`
      const opened = () => readdirSync('/proc/self/fd').length
      const round = async () => {
        const worker = new Worker(body, { eval: true, execArgv: ['--input-type=module'] })
        await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
        await worker.terminate()
        return opened()
      }
      const before = await round()
      for (let i = 0; i < 4; i++) await round()
      console.log(opened() - before)`,
      '0\n',
    ))
})

describe('a device that nobody has any more', () => {
  const settle = async (isDone: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 50 && !isDone(); turn++) {
      collect()
      await setTimeout(2)
    }
    assert.ok(isDone())
  }

  test('is closed with what it had', () =>
    withKernel(async kernel => {
      const before = descriptors()
      const use = (): void => {
        const device = kernel.open()
        device.dma(PAGE_SIZE)
        device.interrupt('msi')
        IoMapping.create(device.bar(0)).map(0).write8(0, 1)
        device.busMaster = true
      }
      use()
      await settle(() => descriptors() === before && kernel.iommu.maps.size === 0)
      kernel.open().close()
    }))

  test('can be had anew, while memory of it is kept, which ends with it', () =>
    withKernel(async kernel => {
      const keep = () => {
        const device = kernel.open()
        device.interrupt('msi')
        return device.dma(PAGE_SIZE)
      }
      const memory = keep()
      for (let turn = 0; turn < 10; turn++) {
        await setTimeout(2) // without a look at it, which would keep it for the turn
        collect()
      }
      const again = kernel.open()
      memory.map(0).write32(0, 9)
      again.interrupt('msi').close()
      again.close()
      throwsCode('ERR_IO_FREED', 'map', () => memory.map(0))
      assert.equal(kernel.iommu.maps.size, 0)
      assert.ok(kernel.log.includes('close vfio/7'))
    }))

  test('memory for DMA that is dropped is unpinned, and its address is given out again', () =>
    withDevice(async (device, kernel) => {
      const drop = () => device.dma(PAGE_SIZE).iova
      const iova = drop()
      await settle(() => kernel.iommu.maps.size === 0)
      assert.equal(device.dma(PAGE_SIZE).iova, iova)
    }))
})
