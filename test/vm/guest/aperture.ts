// In the guest: a graphics aperture, mapped write-combining by the kernel's functions and by ours.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IoMapping, parseAperture, physical } from 'io-mapping'
import {
  io_mapping_create_wc,
  io_mapping_free,
  io_mapping_map_atomic_wc,
  io_mapping_map_wc,
  io_mapping_unmap,
  io_mapping_unmap_atomic,
  readl,
  writel,
} from 'io-mapping/kernel'
import { ivshmem, vga } from './machine.js'
import { memoryTypesOf, onX86 } from './memory-types.js'
import { refused } from './refused.js'

vga().enable()
const bar = vga().bars[0] ?? assert.fail('no BAR 0')

const patTypes = (base: number): string[] => memoryTypesOf({ base, size: 1 }).map(({ type }) => type)

test('io_mapping_create_wc maps the aperture write-combining, io_mapping_free takes it out', () => {
  assert.deepEqual(patTypes(bar.base), [])
  const mapping = io_mapping_create_wc(bar.base, bar.size)
  assert.deepEqual(patTypes(bar.base), ['write-combining'])
  assert.equal(mapping.memoryType, 'write-combining')
  assert.equal(mapping.base, bar.base)
  io_mapping_free(mapping)
  assert.deepEqual(patTypes(bar.base), [])
})

test('the six functions of the kernel reach the aperture’s memory', () => {
  const mapping = io_mapping_create_wc(bar.base, bar.size)
  const vaddr = io_mapping_map_atomic_wc(mapping, 0x3000)
  writel(0x00ff00, vaddr, 8)
  io_mapping_unmap_atomic(vaddr)
  const held = io_mapping_map_wc(mapping, 0x3000)
  assert.equal(readl(held, 8), 0x00ff00)
  io_mapping_unmap(held)
  io_mapping_free(mapping)
  using again = IoMapping.create(vga().bar(0), { memoryType: 'uncached' })
  assert.equal(
    again.atomic(0x3000, page => page.read32(8)),
    0x00ff00,
    'the write is in the device, not in a cache of ours',
  )
})

test('a slice of the aperture is mapped at its own bus address', () => {
  const base = bar.base + 0x100000
  using mapping = io_mapping_create_wc(base, 0x2000)
  assert.deepEqual(patTypes(base), ['write-combining'])
  mapping.atomic(0x1000, page => page.write32(0, 0x12345678))
  using whole = IoMapping.createWc(vga().bar(0))
  assert.equal(
    whole.atomic(0x101000, page => page.read32(0)),
    0x12345678,
  )
})

test('views of it are write-combining too, and empty after unmap', () => {
  using mapping = IoMapping.createWc(vga().bar(0))
  const page = mapping.map(0x5000)
  const view = page.u32
  view[3] = 0xabcdef
  assert.ok(patTypes(bar.base).every(type => type === 'write-combining'))
  assert.equal(page.read32(12), 0xabcdef)
  page.unmap()
  assert.equal(view.length, 0)
})

test('physical finds the BAR by its address', () => {
  const found = physical(bar.base + 0x1000, 0x1000)
  assert.ok(found.memoryTypes.includes('write-combining'))
  using mapping = IoMapping.createWc(`physical:${bar.base}+64K`)
  assert.equal(mapping.memoryType, 'write-combining')
})

test('a 64-bit prefetchable BAR', () => {
  ivshmem().enable()
  const shared = ivshmem().bars.find(each => each.index === 2) ?? assert.fail('no BAR 2')
  assert.equal(shared.wide, true)
  assert.equal(shared.prefetchable, true)
  using mapping = IoMapping.createWc(`pci:${ivshmem().address}/2`)
  assert.equal(mapping.memoryType, 'write-combining')
  mapping.atomic(mapping.size - 4096, page => page.write64(4088, 0x123456789abcdef0n))
  using other = IoMapping.create(parseAperture(`pci:${ivshmem().address}/2`), {
    memoryType: ['write-combining'],
  })
  assert.equal(
    other.atomic(other.size - 4096, page => page.read64(4088)),
    0x123456789abcdef0n,
  )
})

test('a BAR that can’t be write-combining is refused by createWc, and mapped uncached by create', () => {
  refused('ERR_IO_MEMORY_TYPE', () => IoMapping.createWc(vga().bar(2)), /uncached/)
  const registers = vga().bars.find(each => each.index === 2) ?? assert.fail('no BAR 2')
  refused('ERR_IO_MEMORY_TYPE', () => io_mapping_create_wc(registers.base, registers.size), /uncached/)
  using mapping = IoMapping.create(vga().bar(2), { memoryType: ['write-combining', 'uncached'] })
  assert.equal(mapping.memoryType, 'uncached')
  assert.match(patTypes(registers.base)[0] ?? '', /^uncached/)
})

test('write-combining is refused while the range is mapped uncached, and the other way round', {
  skip: onX86('arm64 keeps no list of memory types, and takes each mapping as it is asked for'),
}, () => {
  const uncached = IoMapping.create(vga().bar(0))
  assert.equal(uncached.memoryType, 'uncached')
  refused('ERR_IO_MEMORY_TYPE', () => IoMapping.createWc(vga().bar(0)), /elsewhere/)
  uncached.free()
  using combining = IoMapping.createWc(vga().bar(0))
  assert.equal(combining.memoryType, 'write-combining')
  refused('ERR_IO_MEMORY_TYPE', () => IoMapping.create(vga().bar(0)), /elsewhere/)
  assert.deepEqual(patTypes(bar.base), ['write-combining'], 'the refused mapping is gone')
})
