// Devices that are driven by VFIO, of a made-up kernel (test/support/fake-vfio.ts), and left open.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { IoMapping, PAGE_SIZE } from 'io-mapping'
import { runModule } from '../support/child.js'
import { collect } from '../support/collect.js'
import { throwsCode } from '../support/errors.js'
import { descriptors, KIND, withDevice, withKernel } from '../support/vfio-card.js'
import { workerText } from '../support/worker-text.js'

describe('a program with a device that is open', () => {
  const OPEN = `
    import { readdirSync } from 'node:fs'
    import { Worker } from 'node:worker_threads'
    import { ADDRESS, FakeVfio } from './test/support/fake-vfio.js'
    const open = () => {
      globalThis.kernel = new FakeVfio()
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

  test('goes on being told of requests, though a listener throws: that is an uncaught exception', () =>
    prints(
      `const device = open()
      const raise = () => kernel.device().raise(4)
      process.on('uncaughtException', ({ message }) => { console.log(message); raise() })
      let heard = 0
      device.on('request', () => {
        if (++heard === 1) throw new Error('of the listener')
        console.log('again')
        process.exit()
      })
      raise()
      setTimeout(() => {}, 30_000)`,
      'of the listener\nagain\n',
    ))

  const LEFT = `${OPEN}
    import { parentPort } from 'node:worker_threads'
    globalThis.device = open()
    device.on('request', () => {})
    device.interrupt('msi').wait().catch(() => {})
    globalThis.memory = device.dma(4096)
    parentPort.postMessage('')`

  test('in a Worker that is ended leaves nothing open', () =>
    prints(
      `const body = ${JSON.stringify(workerText(LEFT))}
      const opened = () => readdirSync('/proc/self/fd').length
      const round = async () => {
        const worker = new Worker(body, { eval: true })
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

  test('an interrupt that is dropped can be had anew, of another kind, too', () =>
    withDevice(async (device, kernel) => {
      const { armed } = kernel.device()
      device.interrupt('msi', 1)
      for (let turn = 0; turn < 10; turn++) {
        await setTimeout(2) // without a look at it, which would keep it for the turn
        collect()
      }
      using interrupt = device.interrupt('msix', 2)
      assert.equal(armed[KIND.msi], undefined)
      const waiting = interrupt.wait()
      kernel.device().raise(KIND.msix, 2)
      assert.equal(await waiting, 1)
    }))

  test('memory for DMA that is dropped is unpinned, and its address is given out again', () =>
    withDevice(async (device, kernel) => {
      const drop = () => device.dma(PAGE_SIZE).iova
      const iova = drop()
      await settle(() => kernel.iommu.maps.size === 0)
      assert.equal(device.dma(PAGE_SIZE).iova, iova)
    }))
})
