// The NVMe driver on the simulated controller; test/vm/guest/nvme.ts runs the same driver on QEMU's.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import type { DmaMemory } from 'io-mapping'
import { SimulatedDevice } from 'io-mapping/testing'
import { Nvme, type NvmeOptions } from '../../examples/nvme/driver.js'
import { ADMIN, CONTROLLER, IO } from '../../examples/nvme/registers.js'
import { SimulatedNvme } from '../../examples/nvme/simulated.js'
import { pattern } from '../support/rig.js'

const BLOCK = 512
const SIZE = 4096 * BLOCK

const rig = async (options: NvmeOptions = {}) => {
  const medium = new Uint8Array(SIZE)
  const controller = new SimulatedNvme(medium)
  const nvme = await Nvme.start(controller.device, controller.device, options)
  return { medium, controller, nvme }
}

const bytesOf = (buffer: DmaMemory, length: number, offset = 0): Buffer => {
  const bytes = Buffer.alloc(length)
  buffer.map().copyTo(bytes, { offset })
  return bytes
}

/** Nothing of the driver's is left: the controller is off, and reaches no memory. */
const checkGone = ({ device }: SimulatedNvme): void => {
  assert.equal(device.state.CONTROLLER.CONFIGURATION.ENABLE.read(), false)
  assert.equal(device.busMaster, false)
  device.interrupt('msix').close()
}

for (const polled of [false, true]) {
  const how = polled ? 'polled' : 'by interrupts'

  test(`it knows the controller, ${how}`, async () => {
    const { nvme, controller } = await rig({ polled })
    const { model, serial, firmware, eventLimit } = nvme.identity
    assert.deepEqual([model, serial, firmware, eventLimit], ['Simulated controller', 'SIMULATED', '1.0', 4])
    assert.deepEqual(nvme.namespace, { id: 1, size: SIZE / BLOCK, blockSize: BLOCK })
    assert.equal(nvme.identity.mostBytes, 128 * 1024)
    await nvme.stop()
    checkGone(controller)
    assert.deepEqual(controller.device.dmaFaults, [])
  })

  test(`4 KiB to 128 KiB, from any place in a buffer, ${how}`, async () => {
    const { nvme, medium, controller } = await rig({ polled })
    medium.set(pattern(SIZE))
    using buffer = nvme.buffer(256 * 1024)
    for (const blocks of [1, 8, 9, 16, 17, 255, 256]) {
      for (const at of [0, 4, 512, 4092]) {
        const first = 7 * blocks
        await nvme.read(first, blocks, buffer, at)
        const wanted = pattern(SIZE).subarray(first * BLOCK, (first + blocks) * BLOCK)
        assert.ok(bytesOf(buffer, blocks * BLOCK, at).equals(wanted), `${blocks} blocks at ${at}`)
      }
    }
    buffer.map().fill(0x5a)
    await nvme.write(100, 256, buffer, 8)
    assert.ok(medium.subarray(100 * BLOCK, 356 * BLOCK).every(byte => byte === 0x5a))
    assert.equal(medium[100 * BLOCK - 1], pattern(SIZE)[100 * BLOCK - 1])
    assert.equal(medium[356 * BLOCK], pattern(SIZE)[356 * BLOCK])
    await nvme.flush()
    await nvme.stop()
    assert.deepEqual(controller.device.dmaFaults, [])
  })

  test(`more requests than the queue holds, in any order, ${how}`, async () => {
    const { nvme, medium, controller } = await rig({ polled, depth: 7 })
    medium.set(pattern(SIZE))
    using buffer = nvme.buffer(500 * BLOCK)
    await Promise.all(Array.from({ length: 500 }, (_, i) => nvme.read((i * 37) % 4000, 1, buffer, i * BLOCK)))
    for (let i = 0; i < 500; i++) {
      const first = ((i * 37) % 4000) * BLOCK
      assert.ok(
        bytesOf(buffer, BLOCK, i * BLOCK).equals(pattern(SIZE).subarray(first, first + BLOCK)),
        `${i}`,
      )
    }
    assert.equal(controller.device.state.DOORBELLS.QUEUES[1].HEAD.read(), 500 % 8) // it may answer again there
    await nvme.stop()
  })

  test(`stop waits for what was asked before, ${how}`, async () => {
    const { nvme } = await rig({ polled, depth: 8 })
    using buffer = nvme.buffer(64 * BLOCK)
    const all = Array.from({ length: 64 }, (_, i) => nvme.read(i, 1, buffer, i * BLOCK))
    await nvme.stop()
    await Promise.all(all)
  })

  test(`events are told, and asked for anew, ${how}`, async () => {
    const { nvme, controller } = await rig({ polled })
    const told: number[][] = []
    nvme.on('event', (...event) => told.push(event))
    while (controller.eventRequests < 2) await setImmediate()
    for (let i = 0; i < 5; i++) {
      controller.event(1, i)
      while (told.length <= i) await setTimeout(1)
      while (controller.eventRequests < 2) await setTimeout(1)
    }
    assert.deepEqual(
      told,
      [0, 1, 2, 3, 4].map(info => [1, info]),
    )
    await nvme.stop()
  })

  test(`a pull in the middle of I/O: each request ends, ${how}`, async () => {
    const { nvme, controller } = await rig({ polled, depth: 8 })
    const removed = new Promise(resolve => nvme.once('removed', resolve))
    using buffer = nvme.buffer(64 * BLOCK)
    const all = Array.from({ length: 64 }, (_, i) => nvme.read(i, 1, buffer, i * BLOCK))
    controller.unplug()
    const ended = await Promise.allSettled(all)
    assert.ok(ended.some(({ status }) => status === 'rejected'))
    assert.match(String(await removed), /was removed/)
    await assert.rejects(nvme.read(0, 1, buffer), /stopped/)
    await nvme.stop()
  })
}

test('what is in memory is there before the controller is told of it', async () => {
  const { device } = new SimulatedNvme(new Uint8Array(SIZE))
  const { dma } = device
  /** Before which access. */
  const flushes: number[] = []
  device.dma = bytes =>
    Object.assign(dma.call(device, bytes), { flush: () => flushes.push(device.log.length) })
  const nvme = await Nvme.start(device, device)
  using buffer = nvme.buffer(BLOCK)
  await nvme.read(0, 1, buffer)
  await nvme.stop()
  const tails = device.state.DOORBELLS.QUEUES.map(({ TAIL }) => TAIL.offset)
  const told = device.log.flatMap(({ kind, offset }, at) =>
    kind === 'write' && tails.includes(offset) ? at : [],
  )
  assert.ok(told.length > 5)
  assert.deepEqual(flushes, told)
})

test('events are cancelled before the controller is switched off and their memory is freed', async () => {
  const { nvme, controller } = await rig()
  while (controller.eventRequests < 2) await setImmediate()
  await nvme.stop()
  const { asked } = controller
  assert.deepEqual(asked.slice(-4), [
    ADMIN.ABORT,
    ADMIN.ABORT,
    ADMIN.DELETE_SUBMISSION_QUEUE,
    ADMIN.DELETE_COMPLETION_QUEUE,
  ])
  const { CONFIGURATION, STATUS } = controller.device.state.CONTROLLER
  assert.equal(CONFIGURATION.SHUTDOWN.read(), 'NORMAL')
  assert.equal(STATUS.SHUTDOWN.read(), 'COMPLETE')
  controller.event(1, 1) // which it does not tell any more
  await setTimeout(5)
  assert.deepEqual(controller.device.dmaFaults, [])
  checkGone(controller)
})

test('a controller that does not abort events is reset, and writes nothing afterwards', async () => {
  const { nvme, controller } = await rig()
  controller.behaviour.aborts = false
  while (controller.eventRequests < 2) await setImmediate()
  await nvme.stop()
  controller.event(1, 1)
  await setTimeout(5)
  assert.deepEqual(controller.device.dmaFaults, [])
  checkGone(controller)
})

describe('a request that takes too long', () => {
  test('is aborted, and the others go on', async () => {
    const { nvme, controller } = await rig({ timeout: 200 })
    using buffer = nvme.buffer(BLOCK)
    let hung = false
    controller.behaviour.hangs = (opcode, queue) => {
      if (queue === 0 || opcode !== IO.READ || hung) return false
      hung = true
      return true
    }
    await assert.rejects(nvme.read(0, 1, buffer), { name: 'NvmeError', status: 0x07 })
    await nvme.read(1, 1, buffer)
    await nvme.stop()
  })

  test('and can’t be aborted: the controller is reset, and all end', async () => {
    const { nvme, controller } = await rig({ timeout: 200 })
    using buffer = nvme.buffer(BLOCK)
    controller.behaviour.hangs = (_opcode, queue) => queue === 1
    controller.behaviour.aborts = false
    const removed = once(nvme, 'removed')
    const ended = await Promise.allSettled([nvme.read(0, 1, buffer), nvme.write(1, 1, buffer)])
    for (const each of ended)
      assert.match(String((each as PromiseRejectedResult).reason), /did not answer .* was reset/)
    await removed
    checkGone(controller)
    await nvme.stop()
  })

  test('of the controller itself: the same', async () => {
    const { nvme, controller } = await rig({ timeout: 200 })
    controller.behaviour.hangs = (opcode, queue) => queue === 0 && opcode === ADMIN.SET_FEATURES
    const removed = once(nvme, 'removed')
    await assert.rejects(nvme.setTemperatureLimit(20), /SET_FEATURES, and was reset/)
    await removed
    checkGone(controller)
  })
})

describe('what goes wrong', () => {
  test('a status is told in words', async () => {
    const { nvme, controller } = await rig()
    using buffer = nvme.buffer(BLOCK)
    controller.behaviour.status = (_opcode, queue) => (queue === 1 ? 0x281 : 0)
    await assert.rejects(nvme.read(0, 1, buffer), /READ failed: .*medium is damaged \(status 0x281\)/)
    controller.behaviour.status = () => 0
    await nvme.read(0, 1, buffer)
    await nvme.stop()
  })

  test('ranges are checked before anything is asked', async () => {
    const { nvme } = await rig()
    using buffer = nvme.buffer(8 * BLOCK)
    for (const [first, blocks, at] of [
      [-1, 1, 0],
      [0, 0, 0],
      [SIZE / BLOCK, 1, 0],
      [0, 9, 0],
      [0, 1, 2],
      [0, 1, -4],
      [0, 8, 4],
      [0, 257, 0],
      [Number.NaN, 1, 0],
      [0.5, 1, 0],
      [0, 1.5, 0],
    ] as const)
      await assert.rejects(nvme.read(first, blocks, buffer, at), { name: 'NvmeError' })
    await nvme.stop()
  })

  for (const polled of [true, false])
    test(`registers and memory that are gone, as when its device was closed: the driver ends, polled: ${polled}`, async () => {
      const controller = new SimulatedNvme(new Uint8Array(SIZE))
      const { device, behaviour } = controller
      const memories: DmaMemory[] = []
      const { dma } = device
      device.dma = bytes => {
        const memory = dma.call(device, bytes)
        memories.push(memory)
        return memory
      }
      const nvme = await Nvme.start(device, device, { polled })
      const buffer = nvme.buffer(BLOCK)
      behaviour.hangs = (opcode, queue) => queue === 1 && opcode === IO.READ
      const read = nvme.read(0, 1, buffer)
      read.catch(() => {})
      const removed = once(nvme, 'removed')
      await setTimeout(1)
      device.inject({ effect: 'error', times: Number.POSITIVE_INFINITY })
      controller.unplug() // it does not reach for what is freed
      for (const memory of memories) memory.free()
      await assert.rejects(read, /was removed/)
      await removed
      assert.equal(device.busMaster, false)
    })

  test('a queue that can not be deleted: the controller is told of the end all the same', async () => {
    const { nvme, controller } = await rig()
    controller.behaviour.status = opcode => (opcode === ADMIN.DELETE_SUBMISSION_QUEUE ? 6 : 0)
    await nvme.stop()
    assert.equal(controller.device.state.CONTROLLER.CONFIGURATION.SHUTDOWN.read(), 'NORMAL')
    checkGone(controller)
  })

  test('a namespace that is not active, or an interrupt that is not to be had: nothing of the driver is left', async () => {
    const empty = new SimulatedNvme(new Uint8Array(0))
    await assert.rejects(Nvme.start(empty.device, empty.device), /not active/)
    checkGone(empty)
    const busy = new SimulatedNvme(new Uint8Array(SIZE))
    const other = busy.device.interrupt('msix')
    await assert.rejects(Nvme.start(busy.device, busy.device), { code: 'ERR_IO_INTERRUPT' })
    other.close()
    checkGone(busy)
    await (await Nvme.start(busy.device, busy.device)).stop()
  })

  test('a BAR too short for the doorbells: refused before anything is written', async () => {
    const { device } = new SimulatedNvme(new Uint8Array(SIZE))
    const short = new SimulatedDevice(CONTROLLER, { size: 0x1008 })
    short.state.CAP_UPPER.NVM_COMMANDS.write(true)
    await assert.rejects(Nvme.start(device, short), { code: 'ERR_IO_RANGE' })
    assert.ok(short.log.every(({ kind }) => kind === 'read'))
    device.interrupt('msix').close()
  })

  test('a controller that does not get ready: nothing of the driver is left', async () => {
    const controller = new SimulatedNvme(new Uint8Array(SIZE))
    controller.behaviour.neverReady = true
    await assert.rejects(Nvme.start(controller.device, controller.device), { code: 'ERR_IO_TIMEOUT' })
    assert.equal(controller.device.busMaster, false)
    controller.device.interrupt('msix').close()
  })

  test('stopped twice, and used after', async () => {
    const { nvme, controller } = await rig()
    await Promise.all([nvme.stop(), nvme.stop()])
    await nvme.remove()
    using buffer = controller.device.dma(BLOCK)
    await assert.rejects(nvme.read(0, 1, buffer), /stopped/)
  })

  test('who stops it while it is removed waits for that', async () => {
    const { nvme, controller } = await rig()
    void nvme.remove()
    await nvme.stop()
    checkGone(controller)
  })
})

test('many rounds leave nothing of the driver’s', async () => {
  const controller = new SimulatedNvme(new Uint8Array(SIZE))
  const { device } = controller
  const { dma } = device
  const held = new Set<DmaMemory>()
  device.dma = bytes => {
    const memory = dma.call(device, bytes)
    const free = () => {
      held.delete(memory)
      Object.getPrototypeOf(memory).free.call(memory)
    }
    held.add(memory)
    return Object.assign(memory, { free })
  }
  for (let i = 0; i < 50; i++) {
    const nvme = await Nvme.start(device, device, { polled: i % 2 === 0 })
    using buffer = nvme.buffer(BLOCK)
    const reading = nvme.read(i, 1, buffer).catch(() => {})
    await (i % 3 === 0 ? nvme.remove() : nvme.stop())
    await reading
  }
  checkGone(controller)
  assert.equal(held.size, 0)
  assert.deepEqual(device.dmaFaults, [])
})
