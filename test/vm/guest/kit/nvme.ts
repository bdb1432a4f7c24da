// In the guest with an IOMMU: the NVMe driver of examples/nvme on a controller, beside the kernel's own driver.
// Arguments: rounds of starts and stops, of pulls; how many blocks are compared; after how many requests the heap is looked at.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { after, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { IoMapping, type VfioDevice, vfio } from 'io-mapping'
import { Nvme, type NvmeOptions } from '../../../../examples/nvme/driver.js'
import { bind, blockDeviceOf, driverOf } from './binding.js'
import { slot } from './slot.js'

const [STARTS = 50, PULLS = 3, COMPARED = 1_000_000, REQUESTS = 50_000] = process.argv.slice(2).map(Number)
/** The controller of test/vm/drive.ts. */
const ADDRESS = '0000:01:00.0'
const FOLDER = `/sys/bus/pci/devices/${ADDRESS}`
const BLOCK = 512
const KIB = 1024

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

/** Has the host do something with the card. */
const ask = async (what: '@plug' | '@unplug'): Promise<void> => {
  console.log(what)
  assert.equal((await lines.next()).value, 'done')
}

/** Waits until something is so, for a minute at most. */
const until = async (what: string, isSo: () => boolean): Promise<void> => {
  for (let i = 0; i < 6000 && !isSo(); i++) await setTimeout(10)
  assert.ok(isSo(), what)
}

/** Gives it to vfio-pci. Just plugged, it takes no driver yet. */
const take = (): Promise<void> =>
  until('vfio-pci has it', () => {
    if (driverOf(ADDRESS) !== 'vfio-pci' && existsSync(FOLDER)) bind(ADDRESS, 'vfio-pci')
    return driverOf(ADDRESS) === 'vfio-pci'
  })

/**
 * Has vfio-pci, which comes first, take each such controller that is plugged. Linux 6.1 dies if its own driver has to let go of one
 * that it is still getting ready: it frees memory after the IOMMU has forgotten it.
 */
const introduce = (): void => {
  const id = ['vendor', 'device'].map(name => readFileSync(`${FOLDER}/${name}`, 'utf8').trim().slice(2))
  writeFileSync('/sys/bus/pci/drivers/vfio-pci/new_id', id.join(' '))
}

interface Started {
  readonly device: VfioDevice
  readonly nvme: Nvme
}

/** Just plugged, the kernel may be at work on it still, or find it a second time. */
const openDevice = async (): Promise<VfioDevice> => {
  for (let tries = 1; ; tries++) {
    await take()
    try {
      return vfio(ADDRESS)
    } catch (error) {
      if (tries === 100) throw error
      await setTimeout(20)
    }
  }
}

const start = async (options: NvmeOptions = {}): Promise<Started> => {
  const device = await openDevice()
  const registers = IoMapping.create(device.bar(0))
  return { device, nvme: await Nvme.start(device, registers.map(), options) }
}

const stop = async ({ device, nvme }: Started): Promise<void> => {
  await nvme.stop()
  device.close()
}

/** What block `number` holds in round `round`: each word is its own. */
const fill = (bytes: Buffer, first: number, round: number): void => {
  for (let at = 0; at < bytes.length; at += 4) {
    const word = Math.imul(first * BLOCK + at + round * 0x1000193, 0x9e3779b1) ^ round
    bytes.writeInt32LE(word, at)
  }
}

const blocksOf = (bytes: number): number => bytes / BLOCK

/** The kernel's name of the controller's namespace, once its own driver has it. */
const kernelName = async (): Promise<string> => {
  bind(ADDRESS)
  await until('the kernel knows the controller', () => blockDeviceOf(ADDRESS) !== undefined)
  return blockDeviceOf(ADDRESS) ?? assert.fail()
}

/** All of the namespace, in pieces, by the kernel's driver. */
const byKernel = async (
  flags: string,
  each: (file: FileHandle, bytes: Buffer, at: number) => Promise<void>,
): Promise<void> => {
  const name = await kernelName()
  const size = Number(readFileSync(`/sys/class/block/${name}/size`)) * BLOCK
  const file = await open(`/dev/${name}`, flags)
  try {
    const bytes = Buffer.alloc(1024 * KIB)
    for (let at = 0; at < size; at += bytes.length) await each(file, bytes, at)
    if (flags !== 'r') await file.sync()
  } finally {
    await file.close()
  }
}

/** What was read is what block `first` and those behind it hold. */
const compare = (seen: Buffer, first: number, round: number): void => {
  const wanted = Buffer.alloc(seen.length)
  fill(wanted, first, round)
  assert.ok(seen.equals(wanted), `block ${first}, ${seen.length} bytes`)
}

for (const [index, polled] of [true, false].entries()) {
  const how = polled ? 'polled' : 'by interrupts'

  test(`what the kernel's driver has written, ${how}: random blocks, 4 KiB to 128 KiB`, async () => {
    await byKernel('r+', async (file, bytes, at) => {
      fill(bytes, at / BLOCK, index)
      await file.write(bytes, 0, bytes.length, at)
    })
    const started = await start({ polled, depth: 16 })
    const { nvme } = started
    const most = 128 * KIB
    const buffer = nvme.buffer(16 * most)
    const window = buffer.map()
    let compared = 0
    const worker = async (_: unknown, number: number) => {
      while (compared < COMPARED) {
        const bytes = 4 * KIB * (1 + Math.floor(Math.random() * 32))
        const first = Math.floor(Math.random() * (nvme.namespace.size - blocksOf(bytes)))
        compared += blocksOf(bytes)
        await nvme.read(first, blocksOf(bytes), buffer, number * most)
        const seen = Buffer.alloc(bytes)
        window.copyTo(seen, { offset: number * most })
        compare(seen, first, index)
      }
    }
    await Promise.all(Array.from({ length: 16 }, worker))
    assert.ok(compared >= COMPARED)
    await stop(started)
  })

  test(`what it writes, the kernel's driver reads, ${how}`, async () => {
    const started = await start({ polled, depth: 8 })
    const { nvme } = started
    const sizes = [4, 128, 64, 8, 12, 100].map(each => each * KIB)
    const buffer = nvme.buffer(128 * KIB + 4096)
    const window = buffer.map()
    let first = 0
    for (let i = 0; first < nvme.namespace.size; i++) {
      const bytes = Math.min(sizes[i % sizes.length] ?? 0, (nvme.namespace.size - first) * BLOCK)
      const at = (i % 3) * 512
      const data = Buffer.alloc(bytes)
      fill(data, first, index + 10)
      window.copyFrom(data, { offset: at })
      await nvme.write(first, blocksOf(bytes), buffer, at)
      first += blocksOf(bytes)
    }
    await nvme.flush()
    await stop(started)
    await byKernel('r', async (file, bytes, at) => {
      await file.read(bytes, 0, bytes.length, at)
      compare(bytes, at / BLOCK, index + 10)
    })
  })
}

/** What this process holds: descriptors, memory that is locked or pinned, in KiB. */
const holdings = () => {
  const status = readFileSync('/proc/self/status', 'utf8')
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1])
  return { descriptors: readdirSync('/proc/self/fd').length, locked: kib('VmLck'), pinned: kib('VmPin') }
}

/** Reads on end, until one fails: resolves once some have ended, with what resolves once all have. */
const load = async (nvme: Nvme): Promise<{ readonly ended: Promise<unknown> }> => {
  const buffer = nvme.buffer(16 * 4096)
  let reads = 0
  const worker = async (number: number) => {
    for (;;) {
      await nvme.read((reads * 8) % 100_000, 8, buffer, number * 4096)
      reads++
    }
  }
  const ended = Promise.allSettled(Array.from({ length: 16 }, (_, i) => worker(i)))
  await until('it reads', () => reads > 50)
  return { ended }
}

describe('the driver comes and goes', () => {
  test(`${STARTS} starts and stops under load leave nothing`, async () => {
    const round = async (i: number) => {
      const started = await start({ polled: i % 2 === 0, depth: 32 })
      const { ended } = await load(started.nvme)
      if (i % 3 === 0) {
        started.device.close() // with all that goes on
        await started.nvme.remove()
      } else await stop(started)
      await ended
    }
    await round(0)
    await round(1)
    const before = holdings()
    for (let i = 0; i < STARTS; i++) await round(i)
    assert.deepEqual(holdings(), before)
  })

  test('events are told, each time: its temperature is above the limit', async () => {
    const started = await start()
    for (let i = 0; i < 3; i++) {
      const told = new Promise(resolve => started.nvme.once('event', (...event) => resolve(event)))
      await started.nvme.setTemperatureLimit(1)
      assert.deepEqual(await told, [1, 1])
    }
    await stop(started)
  })

  const skip = PULLS === 0 && 'NOT TESTED: no pulls were asked for'
  test(`${PULLS} pulls in the middle of I/O: each request ends, nothing hangs, nothing is left`, {
    skip,
  }, async () => {
    const round = async (i: number) => {
      const { device, nvme } = await start({ polled: i % 2 === 0, depth: 32 })
      const requested = new Promise<void>(resolve => device.once('request', resolve))
      const { ended } = await load(nvme)
      const unplugged = slot ? slot.pull() : ask('@unplug')
      await requested
      await nvme.remove()
      device.close()
      await ended
      await unplugged
      await slot?.emptied()
      assert.equal(existsSync(FOLDER), false)
      await ask('@plug')
    }
    introduce()
    await round(0)
    await round(1)
    const before = holdings()
    for (let i = 0; i < PULLS; i++) await round(i)
    assert.deepEqual(holdings(), before)
    await until('the card is there', () => existsSync(FOLDER))
  })
})

test('the heap is flat over many requests', async t => {
  const started = await start({ polled: true })
  const buffer = started.nvme.buffer(4096)
  const run = async (count: number) => {
    for (let i = 0; i < count; i++) await started.nvme.read((i * 8) % 100_000, 8, buffer)
    gc?.()
    return process.memoryUsage().heapUsed
  }
  await run(5000)
  const before = await run(5000)
  const after = await run(REQUESTS)
  t.diagnostic(`${REQUESTS} requests: the heap has ${after - before} bytes more`)
  assert.ok(after - before < 1024 * KIB, `${before} became ${after}`)
  await stop(started)
})

after(() => process.stdin.destroy())
