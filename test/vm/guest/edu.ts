// In the guest: the example driver of examples/edu on the device itself.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { IoMapping } from 'io-mapping'
import { formatAccess, Recorder } from 'io-mapping/testing'
import { Edu } from '../../../examples/edu/driver.js'
import { simulatedEdu } from '../../../examples/edu/simulated.js'
import { pattern } from '../../support/rig.js'
import { edu as device, vga } from './machine.js'

device().enable()
vga().enable()
const mapping = IoMapping.create(device().bar(0))
const registers = mapping.map(0, 0x1000)
const edu = new Edu(registers)
after(() => mapping.free())

test('it knows the device, its version, and whether it answers', () => {
  assert.equal(edu.version, '1.0')
  assert.equal(edu.isAlive(), true)
  using other = IoMapping.create(vga().bar(2))
  assert.throws(() => new Edu(other.map(0)), /no edu device/)
})

test('factorials', async () => {
  assert.equal(await edu.factorial(10), 3_628_800)
  assert.equal(await edu.factorial(13), 1_932_053_504, 'modulo 2^32')
})

test('interrupts: raised by the device or by hand, acknowledged once', async () => {
  edu.acknowledge()
  await edu.factorial(3)
  await registers.poll32(0x24, pending => pending & 1) // QEMU raises it a moment later
  edu.raise({ DMA: true })
  assert.deepEqual({ ...edu.acknowledge() }, { FACTORIAL: true, DMA: true })
  assert.deepEqual({ ...edu.pending }, { FACTORIAL: false, DMA: false })
})

test('DMA, through the buffer and back: the memory is a graphics card’s', async () => {
  allowDma(device().address)
  using vram = IoMapping.createWc(vga().bar(0))
  const bytes = pattern(1000)
  using window = vram.map(0x100000, 0x2000)
  window.copyFrom(bytes)
  vram.flush()
  await edu.fromMemory(vram.base + 0x100000, 1000, 64)
  await edu.toMemory(vram.base + 0x101000, 900, 100)
  const back = Buffer.alloc(900)
  window.copyTo(back, { offset: 0x1000 })
  assert.ok(back.equals(bytes.subarray(36, 936)))
})

/** Sets the bus master bit of the device's command register, which no sysfs file does. */
const allowDma = (address: string): void => {
  const path = `/sys/bus/pci/devices/${address}/config`
  const config = readFileSync(path)
  config.writeUInt16LE(config.readUInt16LE(4) | 4, 4)
  writeFileSync(path, config.subarray(0, 6))
}

test('what the driver does to the device is what it does to the simulated one', async () => {
  const run = async (mem: ConstructorParameters<typeof Edu>[0]): Promise<string[]> => {
    await new Edu(mem).factorial(1) // from here on both are in one state
    await mem.poll32(0x24, pending => pending & 1)
    new Edu(mem).acknowledge()
    const recorder = new Recorder(mem)
    const driver = new Edu(recorder)
    driver.isAlive()
    await driver.factorial(5)
    await recorder.poll32(0x24, pending => pending & 1)
    driver.acknowledge()
    const accesses = recorder.log.map(formatAccess)
    // How often it waits differs.
    return accesses.filter(
      (each, i) => !(each.startsWith('read32 0x2') && accesses[i + 1]?.startsWith(each.slice(0, 11))),
    )
  }
  assert.deepEqual(await run(registers), await run(simulatedEdu()))
})
