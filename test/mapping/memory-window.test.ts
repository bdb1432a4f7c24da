import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { IoMapping, memory, PAGE_SIZE } from 'io-mapping'
import wabt from 'wabt'
import { runModule } from '../support/child.js'
import { FakeDevice } from '../support/device.js'
import { unlessEmulated } from '../support/emulated.js'
import { throwsCode } from '../support/errors.js'
import { Losable } from '../support/lost.js'
import { pattern, Rig } from '../support/rig.js'
import { inEachStrategy } from '../support/strategies.js'
import { needs32, needs64 } from '../support/widths.js'
import { messageOf, startWorker } from '../support/worker.js'

const SIZE = 8 * PAGE_SIZE
const WASM_PAGE = 65536
/** Of the memory of an instance, in bytes. */
const END = 8 * Math.max(WASM_PAGE, PAGE_SIZE)
const skip = needs64('memory that stays where it is as it grows')

interface Exports {
  readonly memory: WebAssembly.Memory
  load(at: number): number
  store(at: number, value: number): void
  grow(pages: number): number
}

const source = (await wabt()).parseWat(
  'words.wat',
  `(module
    (memory (export "memory") ${END / WASM_PAGE})
    (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
    (func (export "store") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))`,
)
const module = new WebAssembly.Module(source.toBinary({}).buffer)
const instance = () => new WebAssembly.Instance(module).exports as unknown as Exports

inEachStrategy('mapInto', strategy => {
  test('a module reads and writes the device in place; unmapped, there are zeros', { skip }, () => {
    using rig = new Rig(SIZE, strategy)
    const { memory, load, store } = instance()
    store(PAGE_SIZE - 4, 1)
    store(PAGE_SIZE, 2)
    store(3 * PAGE_SIZE, 3)
    const window = rig.mapping.mapInto(memory, PAGE_SIZE, 2 * PAGE_SIZE, 2 * PAGE_SIZE)
    const { address, offset, length, mapped } = window
    assert.deepEqual(
      { address, offset, length, mapped },
      { address: PAGE_SIZE, offset: 2 * PAGE_SIZE, length: 2 * PAGE_SIZE, mapped: true },
    )
    assert.equal(load(PAGE_SIZE + 8), pattern(SIZE).readInt32LE(2 * PAGE_SIZE + 8))
    store(PAGE_SIZE + 8, 0x12345678)
    assert.equal(rig.bytes().readInt32LE(2 * PAGE_SIZE + 8), 0x12345678)
    assert.deepEqual([load(PAGE_SIZE - 4), load(3 * PAGE_SIZE)], [1, 3], 'what is beside it stays')
    window.unmap()
    assert.equal(window.mapped, false)
    assert.deepEqual(
      [load(PAGE_SIZE - 4), load(PAGE_SIZE), load(PAGE_SIZE + 8), load(3 * PAGE_SIZE)],
      [1, 0, 0, 3],
    )
    store(PAGE_SIZE, 9)
    assert.equal(load(PAGE_SIZE), 9, 'it is memory again')
    assert.deepEqual(
      rig.bytes().subarray(2 * PAGE_SIZE, 2 * PAGE_SIZE + 8),
      pattern(SIZE).subarray(2 * PAGE_SIZE, 2 * PAGE_SIZE + 8),
    )
    throwsCode('ERR_IO_UNMAPPED', 'unmap: ', () => window.unmap())
  })

  test('free takes all of them out', { skip }, () => {
    using rig = new Rig(SIZE, strategy)
    const { memory, load } = instance()
    const windows = [0, 4].map(i => rig.mapping.mapInto(memory, i * PAGE_SIZE, i * PAGE_SIZE, PAGE_SIZE))
    rig.mapping.free()
    assert.ok(windows.every(({ mapped }) => !mapped))
    assert.deepEqual([load(8), load(4 * PAGE_SIZE)], [0, 0])
    for (const window of windows) throwsCode('ERR_IO_UNMAPPED', 'unmap: ', () => window.unmap())
    throwsCode('ERR_IO_FREED', 'mapInto: ', () => rig.mapping.mapInto(memory, 0, 0, PAGE_SIZE))
  })

  test('it stays as the memory grows, from JavaScript and from within', { skip }, () => {
    using rig = new Rig(SIZE, strategy)
    const { memory, load, store, grow } = instance()
    const window = rig.mapping.mapInto(memory, WASM_PAGE, 0, 2 * PAGE_SIZE)
    for (const more of [1, 100, 1000]) {
      assert.notEqual(more % 2 === 0 ? grow(more) : memory.grow(more), -1)
      assert.equal(window.mapped, true)
      assert.equal(load(WASM_PAGE + 12), pattern(SIZE).readInt32LE(12))
    }
    store(WASM_PAGE + 4, 5)
    assert.equal(rig.bytes().readInt32LE(4), 5)
    window.unmap()
    assert.equal(load(WASM_PAGE + 4), 0)
  })

  test('memory that goes away reads as ones, and is told', { skip }, () => {
    using losable = new Losable(strategy)
    const { memory, load, store } = instance()
    using window = losable.mapping.mapInto(memory, 0, PAGE_SIZE, 4 * PAGE_SIZE)
    for (let i = 0; i < 20_000; i++) load(i & 0xffc) // in optimised code
    losable.truncate()
    assert.deepEqual([load(0), load(4 * PAGE_SIZE - 4), load(4 * PAGE_SIZE)], [-1, -1, 0])
    store(0, 1)
    assert.equal(losable.mapping.faults, 1)
    throwsCode('ERR_IO_FAULT', 'mapInto: ', () => losable.mapping.mapInto(memory, WASM_PAGE, 0, PAGE_SIZE))
    window.unmap()
    assert.equal(load(4), 0)
  })
})

describe('mapInto', () => {
  test('one window slides over the whole, several lie side by side', { skip }, () => {
    using rig = new Rig(SIZE)
    const { memory, load } = instance()
    for (let offset = 0; offset < SIZE; offset += PAGE_SIZE) {
      using _window = rig.mapping.mapInto(memory, PAGE_SIZE, offset, PAGE_SIZE)
      assert.equal(load(PAGE_SIZE), pattern(SIZE).readInt32LE(offset))
    }
    rig.mapping.mapInto(memory, 0, 0, PAGE_SIZE)
    rig.mapping.mapInto(memory, 2 * PAGE_SIZE, PAGE_SIZE, PAGE_SIZE)
    rig.mapping.mapInto(memory, PAGE_SIZE, 0, PAGE_SIZE)
    const overlapping = () => rig.mapping.mapInto(memory, PAGE_SIZE, 0, 2 * PAGE_SIZE)
    assert.match(throwsCode('ERR_IO_RANGE', 'mapInto: ', overlapping).message, /overlap/)
  })

  test("the last page, that the mapping's end cuts", { skip }, () => {
    using rig = new Rig(PAGE_SIZE + 100)
    const { memory, load } = instance()
    using window = rig.mapping.mapInto(memory, 0, PAGE_SIZE, 100)
    assert.equal(window.length, 100)
    assert.equal(load(96), pattern(PAGE_SIZE + 100).readInt32LE(PAGE_SIZE + 96))
  })

  test('a store to what is read-only', { skip }, () => {
    using device = new FakeDevice(SIZE, ['uncached'])
    using mapping = IoMapping.create(device.aperture, { writable: false })
    const { memory, load, store } = instance()
    mapping.mapInto(memory, 0, 0, PAGE_SIZE)
    assert.equal(load(4), pattern(8).readInt32LE(4))
    store(4, 1)
    assert.equal(mapping.faults, 1)
    assert.ok(readFileSync(device.path).equals(pattern(SIZE)))
    throwsCode('ERR_IO_FAULT', 'read8: ', () => mapping.map(0).read8(0))
    using rig = new Rig(SIZE, { writable: false })
    rig.mapping.mapInto(memory, PAGE_SIZE, 0, PAGE_SIZE)
    store(PAGE_SIZE, 1)
    assert.equal(load(PAGE_SIZE), 1)
    assert.ok(rig.bytes().equals(pattern(SIZE)))
    assert.equal(rig.mapping.faults, 0)
  })

  test('a memory that all threads share', { skip }, () => {
    using rig = new Rig(SIZE)
    const shared = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true })
    using _window = rig.mapping.mapInto(shared, 0, PAGE_SIZE, PAGE_SIZE)
    assert.equal(new Uint8Array(shared.buffer)[3], pattern(SIZE)[PAGE_SIZE + 3])
  })

  test('a memory that another thread has, too: its pages end with the thread that laid them', {
    skip,
  }, async () => {
    using losable = new Losable()
    const pages = Math.ceil((2 * PAGE_SIZE) / WASM_PAGE)
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
    const bytes = new Uint8Array(memory.buffer)
    const lay = `const mapping = io.IoMapping.create(io.file(data.path))
      mapping.mapInto(data.memory, 0, 0, 2 * io.PAGE_SIZE)
      tell('laid')
`
    for (const end of ['', 'for (;;);']) {
      const worker = startWorker(lay + end, { path: losable.path, memory })
      const exit = once(worker, 'exit')
      await messageOf(worker)
      if (end !== '') {
        assert.equal(bytes[3], pattern(4)[3])
        throwsCode('ERR_IO_RANGE', 'mapInto: ', () =>
          losable.mapping.mapInto(memory, PAGE_SIZE, 0, PAGE_SIZE),
        )
        await worker.terminate()
      }
      await exit
      assert.ok(bytes.every(byte => byte === 0))
      using window = losable.mapping.mapInto(memory, PAGE_SIZE, 0, PAGE_SIZE)
      assert.equal(bytes[PAGE_SIZE + 3], pattern(4)[3])
      const again = () => losable.mapping.mapInto(structuredClone(memory), PAGE_SIZE, 0, PAGE_SIZE)
      throwsCode('ERR_IO_RANGE', 'mapInto: ', again)
      assert.ok(window.mapped)
    }
    losable.truncate()
    assert.equal(bytes[3], 0)
  })

  test('it stays as long as the memory, when its mapping is dropped', { skip }, async () => {
    const { stdout, stderr } = await runModule(
      `import { setImmediate } from 'node:timers/promises'
      import { IoMapping, memory, PAGE_SIZE } from 'io-mapping'
      const aperture = memory(65536)
      IoMapping.create(aperture).map(0).write32(4, 7)
      const make = shared => {
        const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared })
        IoMapping.create(aperture).mapInto(memory, 0, 0, PAGE_SIZE)
        return memory
      }
      const memories = [make(false), make(true)]
      for (let i = 0; i < 5; i++) {
        globalThis.gc()
        await setImmediate()
      }
      console.log(...memories.map(({ buffer }) => new Uint32Array(buffer)[1]))`,
      { flags: ['--expose-gc'] },
    )
    assert.deepEqual({ stdout, stderr }, { stdout: '7 7\n', stderr: '' })
  })

  test('a memory that lies about its buffer', { skip }, () => {
    using rig = new Rig(SIZE)
    const liar = new WebAssembly.Memory({ initial: 1 })
    Object.defineProperty(liar, 'buffer', { get: () => assert.fail('was asked') })
    const window = rig.mapping.mapInto(liar, 0, 0, PAGE_SIZE)
    assert.ok(window.mapped)
    rig.mapping.free()
    assert.equal(window.mapped, false)
    using again = new Rig(SIZE)
    const empty = Object.create(WebAssembly.Memory.prototype)
    throwsCode('ERR_IO_ARGUMENT', 'mapInto: memory ', () => again.mapping.mapInto(empty, 0, 0, PAGE_SIZE))
  })

  test('what is wrong is refused, and the memory is as it was', { skip }, () => {
    using rig = new Rig(SIZE)
    using shifted = new Rig(SIZE, {}, 16)
    const { memory: own, load, store } = instance()
    store(0, 7)
    const into =
      (...args: unknown[]) =>
      () =>
        (rig.mapping.mapInto as (...all: unknown[]) => unknown).apply(rig.mapping, args)
    for (const bad of [undefined, {}, new Uint8Array(WASM_PAGE), own.buffer]) {
      throwsCode('ERR_IO_ARGUMENT', 'mapInto: memory ', into(bad, 0, 0, PAGE_SIZE))
    }
    for (const bad of [undefined, '0', -PAGE_SIZE, 0.5]) {
      throwsCode('ERR_IO_ARGUMENT', 'mapInto: address ', into(own, bad, 0, PAGE_SIZE))
    }
    for (const args of [
      [1, 0, PAGE_SIZE],
      [0, 1, PAGE_SIZE],
      [0, 0, PAGE_SIZE + 1],
      [0, PAGE_SIZE, 1],
    ]) {
      throwsCode('ERR_IO_ALIGN', 'mapInto: ', into(own, ...args))
    }
    const inPage = throwsCode('ERR_IO_ALIGN', 'mapInto: ', () =>
      shifted.mapping.mapInto(own, 0, 0, PAGE_SIZE),
    )
    assert.match(inPage.message, /starts 0x10 into a page/)
    for (const args of [
      [0, SIZE, PAGE_SIZE],
      [0, 0, SIZE + PAGE_SIZE],
      [0, 0, 0],
      [0, -PAGE_SIZE, PAGE_SIZE],
      [END, 0, PAGE_SIZE],
      [END - PAGE_SIZE, 0, 2 * PAGE_SIZE],
    ]) {
      throwsCode('ERR_IO_RANGE', 'mapInto: ', into(own, ...args))
    }
    assert.equal(load(0), 7)
  })

  test('in a 32-bit process it is refused', { skip: needs32('has memory that moves as it grows') }, () => {
    using mapping = IoMapping.create(memory(SIZE))
    throwsCode('ERR_IO_UNSUPPORTED', 'mapInto: ', () => mapping.mapInto(instance().memory, 0, 0, PAGE_SIZE))
  })

  test('a memory that moves as it grows: the window is gone, and nothing else is touched', {
    skip: skip || unlessEmulated('it keeps no limit on address space'),
  }, async () => {
    const { stdout, stderr, signal } = await runModule(
      `import { IoMapping, PAGE_SIZE } from 'io-mapping'
      const memory = new WebAssembly.Memory({ initial: 2 })
      const mapping = IoMapping.create('memory:64K')
      mapping.map(0).write32(4, 5)
      const before = new Uint32Array(memory.buffer)
      const window = mapping.mapInto(memory, 0, 0, PAGE_SIZE)
      console.log(before[1], window.mapped)
      memory.grow(2000)
      console.log(new Uint32Array(memory.buffer)[1], window.mapped)
      try { window.unmap() } catch (error) { console.log(error.code, error.message.includes('moved')) }
      mapping.free()`,
      { flags: ['--disable-wasm-trap-handler'], ulimit: '-v 1600000' },
    )
    assert.deepEqual(
      { stdout, stderr, signal },
      { stdout: '5 true\n5 false\nERR_IO_UNMAPPED true\n', stderr: '', signal: null },
    )
  })
})
