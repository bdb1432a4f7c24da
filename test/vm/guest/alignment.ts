// In an arm64 guest, whose processor takes unaligned accesses of ordinary and write-combining memory, and faults for those of a device's.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { IoMapping, type IoMem, PAGE_SIZE } from 'io-mapping'
import { vga } from './machine.js'
import { refused } from './refused.js'
import { instantiate, LOAD_NAMES, type Load, STORE_NAMES, type Store } from './wasm-loads.js'

vga().enable()
const write = (page: IoMem): void => {
  for (let offset = 0; offset < 256; offset += 4) page.write32(offset, 0x03020100 + offset * 0x01010101)
}
const counted = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

/** What Node and V8 do by accesses of their own choice, of bytes 1 to 40 of a view. */
const COPIES: Record<string, (view: Uint8Array) => ArrayLike<number>> = {
  slice: view => view.slice(1, 40),
  set: view => {
    const copy = new Uint8Array(39)
    copy.set(view.subarray(1, 40))
    return copy
  },
  'Buffer.copy': view => {
    const copy = Buffer.alloc(39)
    Buffer.from(view.buffer, view.byteOffset, 64).copy(copy, 0, 1, 40)
    return copy
  },
}

describe('write-combining memory', () => {
  for (const [name, copy] of Object.entries(COPIES)) {
    test(`${name}: unaligned accesses work, which they do on no device memory: it is Normal-NC`, () => {
      using mapping = IoMapping.createWc(vga().bar(0))
      using page = mapping.map(0)
      write(page)
      assert.deepEqual(Array.from(copy(page.u8)), counted(1, 40))
      assert.equal(page.read8(1), 1)
      assert.equal(mapping.faults, 0)
    })
  }
})

describe('uncached memory', () => {
  for (const [name, copy] of Object.entries(COPIES)) {
    test(`${name}: ones, and the next access throws ERR_IO_ALIGN; nothing is lost`, () => {
      using mapping = IoMapping.create(vga().bar(0), { memoryType: 'uncached' })
      using page = mapping.map(0)
      write(page)
      const seen = Array.from(copy(page.u8))
      assert.ok(seen.includes(0xff), 'it has found ones')
      refused(
        'ERR_IO_ALIGN',
        () => page.read8(1),
        /^read8: before this call, an access through a view of pci:.*was carried out.*copyTo/,
      )
      assert.equal(page.read8(1), 1)
      const bytes = new Uint8Array(39)
      page.copyTo(bytes, { offset: 1 })
      assert.deepEqual(Array.from(bytes), counted(1, 40))
      assert.equal(mapping.faults, 0)
    })
  }

  test('copies, too, throw it; another mapping doesn’t', () => {
    using mapping = IoMapping.create(vga().bar(0), { memoryType: 'uncached' })
    using other = IoMapping.create(vga().bar(2))
    using page = mapping.map(0)
    page.u8.slice(1, 40)
    other.map(0).read32(0)
    refused('ERR_IO_ALIGN', () => page.copyTo(new Uint8Array(8)), /^copyTo: /)
    page.copyTo(new Uint8Array(8))
    page.u8.slice(1, 40)
    refused('ERR_IO_ALIGN', () => page.fill(0), /^fill: /)
    page.fill(0)
  })

  test('a program that uses views alone is told by the next view, or when it frees the mapping', async () => {
    using mapping = IoMapping.create(vga().bar(0), { memoryType: 'uncached' })
    const page = mapping.map(0)
    page.u8.slice(1, 40)
    refused('ERR_IO_ALIGN', () => page.u16, /^u16: before this call.*was not carried out/)
    assert.equal(page.u16.length, PAGE_SIZE / 2)
    page.u8.slice(1, 40)
    const warned = once(process, 'warning')
    mapping.free()
    const [warning] = await warned
    assert.match(warning.message, /was freed: an access through a view of it was not aligned/)
  })

  test('each thread is told once', async () => {
    using mapping = IoMapping.create(vga().bar(0), { memoryType: 'uncached' })
    const worker = `
      const { parentPort, workerData } = require('node:worker_threads')
      import('io-mapping').then(({ IoMapping }) => {
        const mapping = IoMapping.attach(workerData)
        const page = mapping.map(0)
        page.u8.slice(1, 40)
        const codes = [1, 2].map(() => { try { page.read8(0) } catch (error) { return error.code } })
        mapping.free()
        parentPort.postMessage(codes)
      })`
    using page = mapping.map(0)
    const [codes] = await once(new Worker(worker, { eval: true, workerData: mapping.share() }), 'message')
    assert.deepEqual(codes, ['ERR_IO_ALIGN', undefined])
    refused('ERR_IO_ALIGN', () => page.read8(1), /not aligned/)
    page.read8(1)
    assert.equal(mapping.faults, 0)
  })

  const ones: Record<Load, number | bigint> = {
    'f32.load': NaN,
    'f64.load': NaN,
    'i32.load': -1,
    'i64.load': -1n,
    'i32.load16_s': -1,
    'i32.load16_u': 0xffff,
    'i64.load16_s': -1n,
    'i64.load16_u': 0xffffn,
    'i64.load32_s': -1n,
    'i64.load32_u': 0xffffffffn,
    'v128.load': -1n,
    'v128.load16_splat': -1n,
    'v128.load32_splat': -1n,
    'v128.load64_splat': -1n,
    'v128.load16_lane': 0xffff0000n,
    'v128.load32_lane': -0x100000000n,
    'v128.load64_lane': -1n,
  }
  const bytes = new DataView(Uint8Array.from(counted(64, 80)).buffer)
  const eight = bytes.getBigUint64(0, true)
  const there: Record<Load, number | bigint> = {
    'f32.load': bytes.getFloat32(0, true),
    'f64.load': bytes.getFloat64(0, true),
    'i32.load': 0x43424140,
    'i64.load': eight,
    'i32.load16_s': 0x4140,
    'i32.load16_u': 0x4140,
    'i64.load16_s': 0x4140n,
    'i64.load16_u': 0x4140n,
    'i64.load32_s': 0x43424140n,
    'i64.load32_u': 0x43424140n,
    'v128.load': bytes.getBigUint64(8, true),
    'v128.load16_splat': 0x4140414041404140n,
    'v128.load32_splat': 0x4342414043424140n,
    'v128.load64_splat': eight,
    'v128.load16_lane': 0x41400000n,
    'v128.load32_lane': 0x4342414000000000n,
    'v128.load64_lane': eight,
  }
  for (const name of LOAD_NAMES) {
    test(`WebAssembly’s ${name}: aligned, what is there; unaligned, ones of its width`, () => {
      using mapping = IoMapping.create(vga().bar(0), { memoryType: 'uncached' })
      using page = mapping.map(0)
      write(page)
      const module = instantiate()
      using window = mapping.mapInto(module.memory, 0, 0, PAGE_SIZE)
      assert.deepEqual(module[name](64), there[name])
      assert.deepEqual(module[name](65), ones[name])
      refused('ERR_IO_ALIGN', () => page.read8(1), /not aligned/)
      assert.equal(page.read8(1), 1)
      assert.ok(window)
    })
  }

  for (const name of STORE_NAMES) {
    test(`WebAssembly’s ${name}: unaligned, it is left out`, () => {
      using mapping = IoMapping.create(vga().bar(0), { memoryType: 'uncached' })
      using page = mapping.map(0)
      write(page)
      const module = instantiate()
      using window = mapping.mapInto(module.memory, 0, 0, PAGE_SIZE)
      module[name](65, valueFor(name))
      refused('ERR_IO_ALIGN', () => page.read8(1), /stored nothing/)
      assert.deepEqual(
        counted(60, 80).map(at => page.read8(at)),
        counted(60, 80),
      )
      assert.ok(window)
    })
  }
})

const valueFor = (name: Store): number | bigint => (name.startsWith('i64') ? 0n : 0)
