// In the guest: devices with registers, and all that can be in the way of mapping one.
import assert from 'node:assert/strict'
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { test } from 'node:test'
import { IoMapping, PAGE_SIZE, type PciDevice, parseAperture, pciDevices, physical } from 'io-mapping'
import { edu, nvme, vga } from './machine.js'
import { IS_X86, memoryTypesOf } from './memory-types.js'
import { refused } from './refused.js'

/** Something that no BAR and no driver has: a timer's first register, or that of an empty place for a virtio device. */
const UNCLAIMED = IS_X86
  ? { base: 0xfed00000, mask: 0xffff0000, value: 0x80860000, what: 'the HPET’s vendor' }
  : { base: 0x0a000000, mask: 0xffffffff, value: 0x74726976, what: '"virt"' }

test('a disabled device is refused, with the remedy; enable() enables it', () => {
  disable(edu())
  assert.equal(edu().enabled, false)
  refused('ERR_IO_ACCESS', () => IoMapping.create(edu().bar(0)), /disabled.*enable\(\)/s)
  edu().enable()
  assert.equal(edu().enabled, true)
  IoMapping.create(edu().bar(0)).free()
})

test('edu: identity, liveness, factorial', () => {
  using mapping = IoMapping.create(edu().bar(0))
  assert.equal(mapping.memoryType, 'uncached')
  using registers = mapping.map(0, 0x100)
  assert.equal(registers.read32(0), 0x010000ed)
  for (const value of [0, 1, 0x12345678, 0xffffffff]) {
    registers.write32(4, value)
    assert.equal(registers.read32(4), ~value >>> 0)
  }
  registers.write32(8, 10)
  while (registers.read32(0x20) & 1);
  assert.equal(registers.read32(8), 3_628_800)
})

test('a range that a driver has claimed is refused, by name; unbound, it can be mapped', () => {
  const device = nvme()
  assert.equal(device.driver, 'nvme', 'the guest starts with the module nvme')
  const { base, size } = device.bars[0] ?? assert.fail('no BAR 0')
  refused('ERR_IO_ACCESS', () => IoMapping.create(device.bar(0)), /driver 'nvme'.*unbind/s)
  refused('ERR_IO_ACCESS', () => IoMapping.create(physical(base, size)), /driver 'nvme'/)
  refused('ERR_IO_ACCESS', () => IoMapping.create(`pci:${device.address}/0`), /driver 'nvme'/)
  refused('ERR_IO_ACCESS', () => device.enable(), /driver.*unbind/)
  writeFileSync('/sys/bus/pci/drivers/nvme/unbind', device.address)
  assert.equal(nvme().driver, undefined)
  nvme().enable()
  using mapping = IoMapping.create(nvme().bar(0))
  const version = mapping.atomic(0, page => page.read32(8)) // NVMe's VS register
  assert.equal(version >>> 16, 1)
})

test('/dev/mem: RAM is refused, an address that no BAR holds is mapped uncached', () => {
  const all = [...readFileSync('/proc/iomem', 'utf8').matchAll(/^([0-9a-f]+)-[0-9a-f]+ : System RAM$/gm)]
  const bases = all.map(([, start = '']) => Number.parseInt(start, 16))
  const base = bases.find(each => each >= 2 ** 20) ?? assert.fail('no RAM in /proc/iomem')
  refused('ERR_IO_ACCESS', () => IoMapping.create(physical(base, PAGE_SIZE)), /RAM/)
  const unclaimed = physical(UNCLAIMED.base, PAGE_SIZE)
  assert.deepEqual(unclaimed.memoryTypes, ['uncached'])
  refused('ERR_IO_MEMORY_TYPE', () => IoMapping.createWc(unclaimed), /uncached/)
  using mapping = IoMapping.create(unclaimed, { writable: false })
  const seen = mapping.atomic(0, page => page.read32(0))
  assert.equal((seen & UNCLAIMED.mask) >>> 0, UNCLAIMED.value, UNCLAIMED.what)
})

test('a device mapped read-only: writes are refused, and a store through a view does not reach it', () => {
  using mapping = IoMapping.create(edu().bar(0), { writable: false })
  using page = mapping.map(0)
  assert.equal(page.read32(0), 0x010000ed)
  refused('ERR_IO_READ_ONLY', () => page.write32(4, 1), /writable/)
  const { u32 } = page
  const before = page.read32(4)
  assert.equal(u32[1], before)
  u32[1] = ~before
  assert.equal(mapping.faults, 1)
  refused('ERR_IO_FAULT', () => page.read32(4), /a store was made through a view/)
  using again = IoMapping.create(edu().bar(0))
  assert.equal(again.map(0).read32(4), before)
})

test('BARs that hold I/O ports, or don’t exist, are refused', () => {
  const ports = parsePorts()
  refused('ERR_IO_NO_APERTURE', () => parseAperture(`pci:${ports.address}/${ports.index}`), /I\/O ports/)
  refused('ERR_IO_NO_APERTURE', () => vga().bar(5), /does not exist.*0, 2/)
  refused(
    'ERR_IO_NO_APERTURE',
    () => parseAperture('pci:0000:1f.0/0'.replace('0000:', '0000:00:')),
    /no PCI device/,
  )
})

test('a store through a view of an aperture that is mapped read-only ends the mapping; the kernel keeps no memory type of it', () => {
  vga().enable()
  const bar = vga().bars[0] ?? assert.fail('no BAR 0')
  const mapping = IoMapping.createWc(vga().bar(0), { writable: false })
  assert.ok(memoryTypesOf(bar).length > 0)
  mapping.map(0).u32[1] = 1
  assert.equal(mapping.faults, 1)
  mapping.free()
  assert.deepEqual(memoryTypesOf(bar), [])
})

/** Clears the command register's memory bit, as a device is that no one has enabled. */
function disable({ address }: PciDevice): void {
  const config = openSync(`/sys/bus/pci/devices/${address}/config`, 'r+')
  writeSync(config, new Uint8Array(2), 0, 2, 4)
  closeSync(config)
}

/** Some device's BAR of ports. */
function parsePorts(): { address: string; index: number } {
  for (const { address } of pciDevices()) {
    const lines = readFileSync(`/sys/bus/pci/devices/${address}/resource`, 'utf8').split('\n').slice(0, 6)
    const index = lines.findIndex(line => (Number(line.split(' ')[2]) & 0x100) !== 0)
    if (index >= 0) return { address, index }
  }
  return assert.fail('no device has I/O ports')
}
