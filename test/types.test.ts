// What TypeScript refuses: this file compiles only if every line marked so is an error. It is not run, but for one test.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Aperture,
  type CreateOptions,
  IoMapping,
  IoMappingError,
  type IoMappingErrorCode,
  type IoMappingStats,
  type IoMem,
  iomem,
  type MemoryType,
  memory,
  PAGE_SIZE,
  pci,
} from 'io-mapping'
import { io_mapping_create_wc, io_mapping_fini, readl, readq, writel, writeq } from 'io-mapping/kernel'

export const refused = (mapping: IoMapping, mem: IoMem, aperture: Aperture, stats: IoMappingStats): void => {
  // @ts-expect-error a mapping is made by create and createWc
  new IoMapping(aperture)
  // @ts-expect-error createWc gives write-combining, and takes no other type
  IoMapping.createWc(aperture, { memoryType: 'uncached' })
  // @ts-expect-error no such memory type
  IoMapping.create(aperture, { memoryType: 'cached' })
  // @ts-expect-error no such strategy
  IoMapping.create(aperture, { strategy: 'fast' })
  // @ts-expect-error a number is no aperture
  IoMapping.create(0xfd000000)
  // @ts-expect-error bus addresses are numbers
  io_mapping_create_wc(0n, 4096)
  // @ts-expect-error offsets are numbers
  mapping.map(0n)
  // @ts-expect-error without arguments it is all; by mistake it is nothing
  mapping.map(undefined)
  // @ts-expect-error a 64-bit value is a bigint
  mem.write64(0, 1)
  // @ts-expect-error other values are numbers
  mem.write32(0, 1n)
  // @ts-expect-error read64 gives a bigint
  mem.read64(0) satisfies number
  // @ts-expect-error value first, then address: the kernel's order
  writel(mem, 0)
  // @ts-expect-error a 64-bit value is a bigint
  writeq(1, mem)
  // @ts-expect-error no such width
  mem.copyTo(new Uint8Array(4), { width: 3 })
  // @ts-expect-error a FIFO's accesses have a width
  mem.readFifo(0, new DataView(new ArrayBuffer(4)))
  // @ts-expect-error a struct is initialised, a mapping created
  io_mapping_fini(mapping)
  // @ts-expect-error a window's fields are read-only
  mem.offset = 1
  // @ts-expect-error a mapping's fields are read-only
  mapping.size = 1
  // @ts-expect-error stats are read-only
  stats.maps = 0
  // @ts-expect-error internals are not public
  mem.unmapAs('map', 'unmap')
  // @ts-expect-error internals are not public
  mapping.mapAs('map', 'map', 0)
  // @ts-expect-error internals are not public
  aperture.open('write-back', true)
  // @ts-expect-error no such code
  new IoMappingError('ERR_IO_OTHER', 'text')
}

export const allowed = (mapping: IoMapping, mem: IoMem): void => {
  IoMapping.create(memory(4096), { memoryType: ['write-combining', 'uncached'] as const, writable: false })
  IoMapping.createWc('memory:4K', { strategy: 'permanent' })
  const options: CreateOptions = { memoryType: 'uncached' satisfies MemoryType }
  IoMapping.create(pci('0000:00:02.0').bar(0), options)
  mapping.atomic(0, page => page.read32(0)) satisfies number
  mapping.atomic(0, () => 'text') satisfies string
  mem.u64 satisfies BigUint64Array
  readl(mem) satisfies number
  readq(mem, 8) satisfies bigint
  iomem.find(0, 1) satisfies Aperture
  const disposables: Disposable[] = [mapping, mem]
  disposables.length satisfies number
  const code: IoMappingErrorCode = new IoMappingError('ERR_IO_RANGE', 'text').code
  code satisfies string
  PAGE_SIZE satisfies number
}

test('the types are checked when this is compiled', () => {
  assert.equal(typeof refused, 'function')
  assert.equal(typeof allowed, 'function')
})
