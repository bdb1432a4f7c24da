// Interrupts of a device that is driven by VFIO, of a made-up kernel (test/support/fake-vfio.ts).
import assert from 'node:assert/strict'
import { constants } from 'node:os'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { VfioDevice } from 'io-mapping'
import { settle } from '../support/collect.js'
import { throwsCode } from '../support/errors.js'
import { patchNative } from '../support/patch.js'
import { descriptors, KIND, withDevice, withKernel } from '../support/vfio-card.js'

describe('its interrupts', () => {
  test('each that comes is told, of all kinds', () =>
    withDevice(async (device, kernel) => {
      const card = kernel.device()
      for (const kind of ['intx', 'msi', 'msix'] as const) {
        using interrupt = device.interrupt(kind)
        const waiting = interrupt.wait()
        card.raise(KIND[kind], 0, 3)
        assert.equal(await waiting, 3)
      }
      assert.deepEqual(card.armed, [undefined, undefined, undefined])
    }))

  test('messages, each by its number: switched on at once, and off with the last', () =>
    withDevice(async (device, kernel) => {
      const { armed } = kernel.device()
      const five = device.interrupt('msix', 5)
      assert.deepEqual(
        armed[KIND.msix]?.map(fd => fd >= 0),
        Array.from({ length: 8 }, (_, i) => i === 5),
      )
      const two = device.interrupt('msix', 2)
      kernel.device().raise(KIND.msix, 2)
      kernel.device().raise(KIND.msix, 5, 7)
      assert.deepEqual([await two.wait(), await five.wait()], [1, 7])
      two.close()
      assert.equal(armed[KIND.msix]?.[2], -1)
      five.close()
      assert.equal(armed[KIND.msix], undefined)
    }))

  test('a line is let through by the next wait', () =>
    withDevice(async (device, kernel) => {
      const card = kernel.device()
      using interrupt = device.interrupt('intx')
      card.raise(KIND.intx)
      card.isMasked = true // as the kernel does when it comes
      await interrupt.wait()
      assert.equal(card.isMasked, true)
      const next = interrupt.wait()
      assert.equal(card.isMasked, false)
      card.raise(KIND.intx)
      await next
      interrupt.mask()
      assert.equal(card.isMasked, true)
      interrupt.unmask()
      assert.equal(card.isMasked, false)
    }))

  test('a message that does not come: bus mastering is off', () =>
    withDevice(async device => {
      using interrupt = device.interrupt('msi')
      const late = (message: RegExp) =>
        assert.rejects(interrupt.wait({ timeout: 1 }), { code: 'ERR_IO_TIMEOUT', message })
      await late(/in 1 ms\. Its bus mastering is off.*set busMaster = true first/)
      device.busMaster = true
      await late(/in 1 ms\. Allow it more time/)
      interrupt.close()
      device.busMaster = false
      using line = device.interrupt('intx')
      await assert.rejects(line.wait({ timeout: 1 }), /Allow it more time/)
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
      const text = { toString: () => 'msi' }
      throwsCode('ERR_IO_ARGUMENT', 'An interrupt', () => device.interrupt(text as never))
    }))

  test('of a kind that the device has none of', () =>
    withDevice(
      device => {
        const error = throwsCode('ERR_IO_INTERRUPT', 'Interrupt msix 0', () => device.interrupt('msix'))
        assert.match(error.message, /: the device has intx \(1\)/)
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
        kernel.device().raise(KIND.msix, 2)
        kernel.device().raise(KIND.msix, 0)
        assert.deepEqual([await last.wait(), await first.wait()], [1, 1])
      },
      { vectors: 3 },
    ))

  test('fewer at the second try: what the last one is granted is taken', () =>
    withDevice((device, kernel) => {
      const card = kernel.device()
      const grants = [5, 3, 3]
      Object.defineProperty(card, 'vectors', { get: () => grants.shift() ?? 3 })
      device.interrupt('msix', 0)
      assert.equal(card.armed[KIND.msix]?.length, 3)
    }))

  test('no more than the bus has, however many the device tells of', () =>
    withDevice(
      device => {
        const error = throwsCode('ERR_IO_INTERRUPT', 'Interrupt msix', () => device.interrupt('msix', 2048))
        assert.match(error.message, /msix 0 to 2047/)
        device.interrupt('msix', 2047)
      },
      { interrupts: [1, 4, 2 ** 32 - 1, 1, 1] },
    ))

  test('without a descriptor left to count in: which and why', () =>
    withDevice(device => {
      using _ = patchNative('createCount', () => -constants.errno.EMFILE)
      const error = throwsCode('ERR_IO_ACCESS', 'Interrupt msi 0', () => device.interrupt('msi'))
      assert.match(error.message, /too many open files/)
    }))
})

describe('request', () => {
  test('is emitted when the kernel wants the device back', () =>
    withDevice(async (device, kernel) => {
      let heard = 0
      device.on('request', () => heard++)
      device.on('request', () => heard++)
      kernel.device().raise(KIND.request)
      while (heard < 2) await setImmediate()
      kernel.device().raise(KIND.request)
      while (heard < 4) await setImmediate()
    }))

  test('listeners come and go', () =>
    withDevice(async (device, kernel) => {
      let heard = 0
      const listener = () => void heard++
      const hear = async () => {
        const before = heard
        kernel.device().raise(KIND.request)
        while (heard === before) await setImmediate()
      }
      device.on('request', listener).off('request', listener).on('request', listener)
      await hear()
      device.removeAllListeners()
      device.once('request', listener)
      await hear()
      device.once('request', listener)
      await hear()
      assert.equal(heard, 3)
    }))

  test('of one whose listeners were all removed before: the next one is told', () =>
    withDevice(async (device, kernel) => {
      let heard = 0
      device.removeAllListeners()
      device.on('request', () => heard++)
      kernel.device().raise(KIND.request)
      while (heard === 0) await setImmediate()
    }))

  test('is told by the event alone', () =>
    withDevice(device => {
      throwsCode('ERR_IO_ARGUMENT', "interrupt: 'request'", () => device.interrupt('request' as never))
    }))

  test('keeps no device that nobody has any more', () =>
    withKernel(async kernel => {
      const use = () => void kernel.open().on('request', () => {})
      use()
      await settle()
      await settle()
      assert.equal(kernel.device().armed[KIND.request]?.[0] ?? -1, -1)
      kernel.open().close()
    }))

  test('of a device that has no such interrupt: a listener is no error', () =>
    withDevice(device => void device.on('request', () => {}), { interrupts: [1] }))
})
