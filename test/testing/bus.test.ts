// What a simulated device has beside registers: interrupts to raise, and memory for DMA.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { BusDevice } from 'io-mapping'
import { bit, reg32, registers } from 'io-mapping/registers'
import { SimulatedDevice } from 'io-mapping/testing'
import { collect } from '../support/collect.js'
import { rejectsCode, throwsCode } from '../support/errors.js'

const CARD = registers({ START: reg32(0, { GO: bit(0) }) })
const make = () => new SimulatedDevice(CARD, { name: 'the card', interrupts: { msix: 2, intx: 1 } })

describe('interrupts', () => {
  test('that are raised are heard, by their numbers; coalesced, none lost', async () => {
    const card = make()
    card.busMaster = true
    const driver: BusDevice = card
    const first = driver.interrupt('msix')
    const second = driver.interrupt('msix', 1)
    card.raise('msix', 1)
    assert.equal(await second.wait(), 1)
    card.raise('msix')
    card.raise('msix')
    assert.equal(await first.wait({ timeout: 1000 }), 2)
    await rejectsCode('ERR_IO_TIMEOUT', 'wait: Interrupt msix 1 of the card', second.wait({ timeout: 1 }))
    const waiting = first.wait()
    card.raise('msix')
    assert.equal(await waiting, 1)
    assert.equal(first.count, 3)
  })

  test('come at a turn of the event loop, not within the driver’s access', async () => {
    const card = make()
    const interrupt = card.interrupt('intx')
    const order: string[] = []
    card.onWrite(card.state.START, () => card.raise('intx'))
    const heard = interrupt.wait().then(() => order.push('heard'))
    card.write32(0, 1)
    order.push('written')
    await Promise.resolve().then(() => order.push('microtask'))
    await heard
    assert.deepEqual(order, ['written', 'microtask', 'heard'])
  })

  test('that nobody has open are lost, as a device’s; closed, they can be had again', async () => {
    const card = make()
    card.busMaster = true
    card.raise('msix')
    const interrupt = card.interrupt('msix')
    assert.equal(interrupt.count, 0)
    throwsCode('ERR_IO_INTERRUPT', 'Interrupt msix 0 of the card is open already', () =>
      card.interrupt('msix'),
    )
    interrupt.close()
    card.raise('msix')
    assert.equal(card.interrupt('msix').count, 0)
  })

  test('that it does not have', () => {
    const card = make()
    throwsCode('ERR_IO_INTERRUPT', 'Interrupt msix 2 of the card does not exist', () =>
      card.interrupt('msix', 2),
    )
    throwsCode('ERR_IO_INTERRUPT', 'Interrupt msi 0 of the card', () => card.raise('msi'))
    throwsCode('ERR_IO_ARGUMENT', 'The number of', () => card.interrupt('msix', -1))
    throwsCode('ERR_IO_INTERRUPT', 'Interrupt intx 0 of', () => new SimulatedDevice(CARD).interrupt('intx'))
    for (const none of ['MSI', 'request'])
      throwsCode('ERR_IO_ARGUMENT', 'An interrupt of the card', () => card.interrupt(none as never))
    for (const interrupts of [
      5 as never,
      null as never,
      { MSI: 1 } as never,
      { request: 1 } as never,
      { intx: 4 },
      { msi: 33 },
    ])
      throwsCode('ERR_IO_ARGUMENT', 'SimulatedDevice: ', () => new SimulatedDevice(CARD, { interrupts }))
  })

  test('of one kind at a time, as by VFIO', () => {
    const card = make()
    const [one, two] = [card.interrupt('msix', 0), card.interrupt('msix', 1)]
    one.close()
    const error = throwsCode('ERR_IO_INTERRUPT', 'Interrupt intx 0 of the card', () => card.interrupt('intx'))
    assert.match(error.message, /the device is switched to msix; close those first/)
    two.close()
    card.interrupt('intx').close()
    card.interrupt('msix').close()
  })

  test('of the line can be masked, and come when they are let through; messages can’t', async () => {
    const card = make()
    const interrupt = card.interrupt('intx')
    card.raise('intx')
    interrupt.mask()
    card.raise('intx')
    card.raise('intx')
    assert.equal(interrupt.count, 1, 'the one that came before')
    assert.equal(await interrupt.wait(), 1)
    const waiting = interrupt.wait() // lets it through
    assert.equal(await waiting, 2)
    interrupt.mask()
    const next = interrupt.wait({ timeout: 1000 })
    interrupt.mask()
    card.raise('intx')
    await setTimeout(5)
    assert.equal(interrupt.count, 3)
    interrupt.unmask()
    assert.equal(await next, 1)
    interrupt.close()
    throwsCode('ERR_IO_INTERRUPT', 'mask: ', () => card.interrupt('msix').mask())
  })

  test('closed twice, leave the one that was had after alone', async () => {
    const card = make()
    const first = card.interrupt('intx')
    first.close()
    const second = card.interrupt('intx')
    first.close()
    card.raise('intx')
    assert.equal(await second.wait({ timeout: 1000 }), 1)
    throwsCode('ERR_IO_INTERRUPT', 'Interrupt intx 0 of the card is open already', () =>
      card.interrupt('intx'),
    )
  })

  test('that are dropped can be had anew, also of another kind', async () => {
    const card = make()
    const drop = () => void card.interrupt('intx')
    drop()
    await setTimeout(1) // what was made in this turn of the loop is kept until its end
    collect()
    card.interrupt('msix').close()
    card.interrupt('intx').close()
  })

  test('messages are lost while bus mastering is off, which the driver is told when its time is up', async () => {
    const card = make()
    const interrupt = card.interrupt('msix')
    card.raise('msix')
    await assert.rejects(
      interrupt.wait({ timeout: 5 }),
      /Its bus mastering is off.*set busMaster = true first/,
    )
    card.busMaster = true
    card.raise('msix')
    assert.equal(await interrupt.wait({ timeout: 1000 }), 1)
  })
})

describe('memory for DMA', () => {
  test('is zeroed, and what the device writes is what the driver reads', () => {
    const card = make()
    card.busMaster = true
    const memory = card.dma(0x2000)
    const window = memory.map(0x1000, 16)
    assert.deepEqual([memory.size, window.offset, window.length, window.read32(0)], [0x2000, 0x1000, 16, 0])
    card.reach('write', memory.iova + 0x1004, 4).set([1, 2, 3, 4])
    assert.equal(window.read32(4), 0x04030201)
    window.write16(8, 0xabcd)
    assert.deepEqual([...card.reach('read', BigInt(memory.iova + 0x1008), 2)], [0xcd, 0xab])
    assert.equal(memory.map().length, 0x2000)
    assert.equal(memory.map(0x1000).length, 0x1000)
    assert.deepEqual(card.dmaFaults, [])
  })

  test('has addresses of its own, with room behind each', () => {
    const card = make()
    card.busMaster = true
    const [one, other] = [card.dma(0x1000), card.dma(1)]
    assert.ok(other.iova >= one.iova + 0x2000)
    throwsCode('ERR_IO_FAULT', "the card can't write 0x2 bytes at iova", () =>
      card.reach('write', one.iova + 0xfff, 2),
    )
    throwsCode('ERR_IO_FAULT', "the card can't read 0x1 bytes at iova 0x0", () => card.reach('read', 0, 1))
    assert.deepEqual(card.dmaFaults, [
      { kind: 'write', iova: one.iova + 0xfff, length: 2 },
      { kind: 'read', iova: 0, length: 1 },
    ])
  })

  test('can’t be reached before bus mastering is on, nor once it is freed', () => {
    const card = make()
    const memory = card.dma(16)
    throwsCode('ERR_IO_FAULT', "the card can't read", () => card.reach('read', memory.iova, 1))
    card.busMaster = true
    card.reach('read', memory.iova, 16)
    throwsCode('ERR_IO_ARGUMENT', 'reach: kind', () => card.reach('look' as never, memory.iova, 1))
    for (const wrong of [undefined, 'x', -1, Symbol('iova')] as never[])
      throwsCode('ERR_IO_ARGUMENT', 'reach: iova', () => card.reach('read', wrong, 1))
    for (const wrong of [undefined, 0, 0.5] as never[])
      throwsCode('ERR_IO_ARGUMENT', 'reach: length', () => card.reach('read', memory.iova, wrong))
    assert.deepEqual(card.dmaFaults.length, 1)
    const window = memory.map()
    memory.free()
    throwsCode('ERR_IO_FAULT', "the card can't write", () => card.reach('write', memory.iova, 1))
    throwsCode('ERR_IO_UNMAPPED', 'read8: ', () => window.read8(0))
    throwsCode('ERR_IO_FREED', 'map: ', () => memory.map())
  })

  test('of wrong sizes, and windows outside of it', () => {
    const card = make()
    for (const wrong of [0, -1, 1.5, Number.NaN])
      throwsCode('ERR_IO_RANGE', 'dma: bytes', () => card.dma(wrong))
    throwsCode('ERR_IO_ARGUMENT', 'dma: bytes', () => card.dma('4K' as never))
    throwsCode('ERR_IO_DMA', 'Memory of', () => card.dma(2 ** 40))
    const memory = card.dma(0x2fff)
    assert.equal(memory.size, 0x3000, 'whole pages, as of a real device')
    for (const [offset, length] of [
      [0, 0x3001],
      [0x3000, 1],
      [-1, 2],
      [0, 0],
      [0x2800, undefined],
    ] as const)
      throwsCode('ERR_IO_RANGE', 'map: ', () => memory.map(offset, length))
    throwsCode('ERR_IO_RANGE', 'map: ', () => memory.map(undefined as never))
  })
})

test('it waits for nothing once the test is done', async () => {
  const interrupt = make().interrupt('msix')
  interrupt.wait().catch(() => {})
  await setTimeout(1)
  interrupt.close()
})
