// Calls of a device that is driven by VFIO, of a made-up kernel, that are cut short: by a vm timeout, or at the stack's end.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { runInNewContext } from 'node:vm'
import { IoMapping, PAGE_SIZE, type VfioDevice } from 'io-mapping'
import { type Native, native } from '#io-mapping/system/native.js'
import { settle } from '../support/collect.js'
import { throwsCode } from '../support/errors.js'
import { ADDRESS, type FakeVfio } from '../support/fake-vfio.js'
import { patchNative } from '../support/patch.js'
import { onTheWayBack } from '../support/stack-end.js'
import { KIND, withDevice, withKernel } from '../support/vfio-card.js'

/** Makes a call that a timeout ends in, or just behind, the `nth` call of one of the addon's functions from now on. */
const cut = (name: keyof Native, act: () => unknown, nth = 1, isBehind = false): void => {
  let calls = 0
  const original = native[name] as (...values: unknown[]) => unknown
  const stand = (...values: unknown[]) => {
    const isOne = ++calls === nth
    while (isOne && !isBehind) {} // until the timeout
    const answer = original(...values)
    while (isOne) {}
    return answer
  }
  using _ = patchNative(name, stand as never)
  assert.throws(() => runInNewContext('act()', { act }, { timeout: 60 }), /timed out/)
}

/** Makes a call at the stack's end, and again further from there, until one is not cut short; how many were. */
const untilDone = (call: () => void): number => {
  let [isDone, failed] = [false, 0]
  onTheWayBack(() => {
    if (isDone) return
    failed++
    call()
    isDone = true
  })
  return failed - 1
}

/** A device with all that it can have. */
const busy = (device: VfioDevice, waits = true) => {
  device.busMaster = true
  const window = IoMapping.create(device.bar(0)).map(0)
  const memory = device.dma(PAGE_SIZE)
  const interrupt = device.interrupt('msi')
  const rejected = waits ? interrupt.wait().catch(({ code }) => code) : 'ERR_IO_INTERRUPT'
  return { window, memory, rejected }
}

const checkClosed = async (
  { window, memory, rejected }: ReturnType<typeof busy>,
  kernel: FakeVfio,
  address = ADDRESS,
): Promise<void> => {
  assert.equal(await rejected, 'ERR_IO_INTERRUPT')
  assert.equal(kernel.device(address).readConfig(4) & 4, 0, 'bus mastering is off')
  assert.equal(kernel.device(address).armed[KIND.msi], undefined)
  assert.equal(kernel.mapped(address), 0)
  throwsCode('ERR_IO_UNMAPPED', 'read32', () => window.read32(0))
  throwsCode('ERR_IO_FREED', 'map', () => memory.map(0))
}

describe('close', () => {
  const places: [keyof Native, number?][] = [
    ...[1, 2, 3].map(nth => ['ioctl', nth] as [keyof Native, number]),
    ...([['ioctlWord'], ['unguard'], ['endLease'], ['closeDescriptor'], ['closeDescriptor', 3]] as [
      keyof Native,
      number?,
    ][]),
  ]
  for (const [name, nth = 1] of places)
    for (const isBehind of [false, true])
      test(`that a timeout ends ${isBehind ? 'behind' : 'in'} ${name} ${nth}: all else is refused; again, it completes`, () =>
        withKernel(async kernel => {
          const device = kernel.open()
          const had = busy(device)
          cut(name, () => device.close(), nth, isBehind)
          assert.equal(device.closed, true)
          throwsCode('ERR_IO_FREED', 'dma', () => device.dma(1))
          device.close()
          await checkClosed(had, kernel)
          assert.equal(kernel.iommu.maps.size, 0)
          assert.ok(kernel.log.includes('close vfio/7'))
          kernel.open().close()
        }))

  test('whoever opens it anew completes it', () =>
    withKernel(async kernel => {
      const device = kernel.open()
      const had = busy(device)
      cut('ioctlWord', () => device.close())
      const again = kernel.open()
      await checkClosed(had, kernel)
      device.close()
      again.dma(1).free()
      again.close()
    }))

  test('at the stack’s end: again, it completes', () =>
    withKernel(async kernel => {
      let failed = 0
      for (let round = 0; round < 5; round++) {
        const device = kernel.open()
        const had = busy(device, false)
        failed += untilDone(() => device.close())
        device.close()
        await checkClosed(had, kernel)
        assert.equal(kernel.iommu.maps.size, 0)
      }
      assert.ok(failed > 0, 'some were cut short')
      kernel.open().close()
    }))

  test('never fails, whatever a signal’s methods are replaced by', () =>
    withKernel(async kernel => {
      const device = kernel.open()
      device.busMaster = true
      IoMapping.create(device.bar(0))
      device.dma(1)
      const { signal } = new AbortController()
      signal.removeEventListener = () => {
        throw new Error('instrumented')
      }
      device
        .interrupt('msi')
        .wait({ signal })
        .catch(() => {})
      device.close()
      assert.equal(kernel.device().readConfig(4) & 4, 0)
      assert.equal(kernel.mapped() + kernel.iommu.maps.size, 0)
      kernel.open().close()
    }))
})

describe('interrupt', () => {
  for (const [name, nth] of [
    ['createCount', 1],
    ['ioctl', 2],
  ] as const)
    for (const isBehind of [false, true])
      test(`that a timeout ends ${isBehind ? 'behind' : 'in'} ${name}: the next one finds the device as it was`, () =>
        withDevice((device, kernel) => {
          cut(name, () => device.interrupt('msix', 2), nth, isBehind)
          const interrupt = device.interrupt('intx')
          assert.equal(kernel.device().armed[KIND.msix], undefined)
          interrupt.close()
          device.interrupt('msix', 2).close()
        }))

  test('at the stack’s end: the next one finds the device as it was', () =>
    withDevice((device, kernel) => {
      const failed = untilDone(() => device.interrupt('msix', 2).close())
      assert.ok(failed > 0, 'some were cut short')
      device.interrupt('intx').close()
      assert.equal(kernel.device().armed[KIND.msix], undefined)
    }))
})

describe('memory for DMA', () => {
  for (const isBehind of [false, true])
    test(`whose call a timeout ends ${isBehind ? 'behind' : 'in'} its pinning is taken back`, () =>
      withDevice(async (device, kernel) => {
        using mine = IoMapping.create(`memory:${PAGE_SIZE}`)
        const { maps } = kernel.iommu
        for (const call of [() => device.dma(PAGE_SIZE), () => device.map(mine)]) {
          cut('ioctlPages', call, 1, isBehind)
          assert.equal(maps.size, isBehind ? 1 : 0)
          await settle()
          assert.equal(maps.size, 0)
        }
      }))

  test('whose pinning the stack’s end cuts short: an address that is pinned is not given out again', () =>
    withDevice(async (device, kernel) => {
      using _ = patchAfter('ioctlPages', () => {
        throw new RangeError('Maximum call stack size exceeded')
      })
      assert.throws(() => device.dma(PAGE_SIZE), RangeError)
      assert.equal(kernel.iommu.maps.size, 0)
      assert.equal(device.closed, false)
    }))

  test('whose unmapping is cut short: again, it completes, and its address is given out once', () =>
    withDevice(async (device, kernel) => {
      const memory = device.dma(PAGE_SIZE)
      cut('ioctl', () => memory.free())
      memory.free()
      await setTimeout(1)
      assert.equal(kernel.iommu.maps.size, 0)
      const [one, other] = [device.dma(PAGE_SIZE), device.dma(PAGE_SIZE)]
      assert.notEqual(one.iova, other.iova)
    }))
})

const patchAfter = (name: keyof Native, act: () => void): Disposable => {
  const original = native[name] as (...values: unknown[]) => unknown
  return patchNative(name, ((...values: unknown[]) => {
    original(...values)
    act()
  }) as never)
}
