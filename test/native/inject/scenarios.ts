import assert from 'node:assert/strict'
import { closeSync, openSync } from 'node:fs'
import { Aperture, file, IoMapping, type IoMappingOptions, memory, PAGE_SIZE } from 'io-mapping'
import { Losable } from '../../support/lost.js'
import { interruptScenarios } from './interrupts.js'
import { askAll } from './ioctls.js'
import { settles } from './settles.js'
import { inWorker } from './worker.js'

/** Something a program does with the library, and leaves nothing of: it checks what it sees, and may throw what the library throws. */
export interface Scenario {
  /** What comes before, while nothing fails. */
  readonly before?: () => void
  readonly run: () => void | Promise<void>
  /** Why calls fail one at a time only, if they do. */
  readonly alone?: string
  /** Why a failing Node-API call may come to be an uncaught exception, if it may. */
  readonly uncaught?: string
  /** Why the addon may keep a block, or a count, until its thread ends, when a Node-API call fails; if so. */
  readonly keeps?: string
  /** Why a mapping may be left to the collector for longer than it is waited for, when a Node-API call fails; if so. */
  readonly lingers?: string
}

/** With slots: all of them once, and some more. */
const SLOTS = 32 * PAGE_SIZE
export const SIZE: number = SLOTS + 8 * PAGE_SIZE
const GIB = 1024 ** 3

const STRATEGIES: Readonly<Record<string, IoMappingOptions>> = {
  permanent: { strategy: 'permanent' },
  slots: { strategy: 'slots', slotBytes: SLOTS },
  'per-call': { strategy: 'per-call' },
}

const touchPage = (mapping: IoMapping, offset: number): void => {
  using page = mapping.map(offset)
  page.write32(8, 0x12345678)
  assert.equal(page.read32(8), 0x12345678)
  const { u32 } = page
  u32[3] = offset
  assert.equal(page.read32(12), offset)
}

const copy = (mapping: IoMapping): void => {
  using window = mapping.map(PAGE_SIZE, 2 * PAGE_SIZE)
  const bytes = Buffer.alloc(256)
  window.fill(0xab, { offset: PAGE_SIZE - 8 })
  window.copyTo(bytes, { offset: PAGE_SIZE - 16 })
  assert.equal(bytes.toString('latin1', 0, 32), '\0'.repeat(8) + '\xab'.repeat(24))
  window.copyFrom(Buffer.from('12345678'), { width: 4 })
  assert.equal(window.read32(4), 0x38373635)
  window.writeFifo(8, new Uint16Array([1, 2, 3]))
  const read = new Uint16Array(2)
  window.readFifo(8, read)
  assert.deepEqual([...read], [3, 3])
}

const write = (mapping: IoMapping): void => {
  touchPage(mapping, 0)
  touchPage(mapping, SIZE - PAGE_SIZE)
  copy(mapping)
  mapping.atomic(PAGE_SIZE, page => page.write8(0, 1))
  mapping.flush()
}

/** Reads: with slots, all are filled; then some are torn down for pages that are read ahead of a sweep. */
const read = (mapping: IoMapping): void => {
  mapping.map(0, SLOTS).unmap()
  for (let offset = SLOTS; offset < SLOTS + 5 * PAGE_SIZE; offset += PAGE_SIZE)
    mapping.atomic(offset, page => assert.equal(page.read8(100), 0))
}

const readOnly = (mapping: IoMapping): void => {
  using page = mapping.map(0)
  const { u8 } = page
  u8[0] = 1 // stays in the view
  page.copyTo(Buffer.alloc(16))
  assert.equal(page.read8(0), 0)
}

const withMapping = (make: () => IoMapping, use: (mapping: IoMapping) => void) => (): void => {
  using mapping = make()
  use(mapping)
}

/** Owners that are gone, and no one has looked. */
const drop = (count: number): void => {
  for (let i = 0; i < count; i++) memory(PAGE_SIZE)
  gc?.()
}

/** As many as there may be until a further one has them looked for: SWEEP_AT_LEAST in native/descriptors.c, but one. */
const MANY = 63

/** Memory that goes away under an access, and a listener that is told. */
const lose = async (options: IoMappingOptions): Promise<void> => {
  using losable = new Losable(options)
  const { mapping } = losable
  const told = new Promise(resolve => mapping.once('fault', resolve))
  const page = mapping.map(PAGE_SIZE)
  losable.truncate()
  try {
    page.read8(0)
    assert.fail('it read')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_IO_FAULT') throw error
  }
  assert.equal(mapping.faults, 1)
  await settles(told)
}

const transfer = async (options: IoMappingOptions): Promise<void> => {
  using mapping = IoMapping.createWc(memory(SIZE), options)
  const bytes = new Uint8Array(2 * PAGE_SIZE).fill(0xcd)
  await settles(mapping.writeAsync(PAGE_SIZE, bytes))
  assert.deepEqual(await settles(mapping.readAsync(PAGE_SIZE, bytes.length)), bytes)
}

const share = (mapping: IoMapping): void => {
  using other = IoMapping.attach(mapping.share())
  touchPage(mapping, 0)
  assert.equal(other.map(0).read32(8), 0x12345678)
}

const into =
  (shared: boolean) =>
  (mapping: IoMapping): void => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared })
    touchPage(mapping, PAGE_SIZE)
    const window = mapping.mapInto(memory, 0, PAGE_SIZE, PAGE_SIZE)
    assert.equal(new Uint32Array(memory.buffer)[2], 0x12345678)
    copy(mapping) // which asks whether its own side lies there, too
    window.unmap()
    assert.equal(new Uint32Array(memory.buffer)[2], 0)
    mapping.mapInto(memory, 0, PAGE_SIZE, PAGE_SIZE)
  }

/** The null device can be opened, and not be mapped. */
const refused = (options: IoMappingOptions): void => {
  try {
    using mapping = IoMapping.create(file('/dev/null', { size: SIZE }), options)
    mapping.map(0)
  } catch (error) {
    const { cause } = error as { cause?: NodeJS.ErrnoException }
    if (cause?.code !== 'ENODEV') throw error
  }
}

/** A file of the program's own, by its descriptor. */
const ownFile = (path: string): void => {
  const fd = openSync(path, 'r')
  try {
    const open = () => ({ fd, offset: 0 })
    using mapping = IoMapping.create(
      new Aperture({ name: 'own', size: SIZE, memoryTypes: ['write-back'], open }),
      {
        writable: false,
      },
    )
    assert.equal(mapping.map(0).read8(0), 0)
  } finally {
    closeSync(fd)
  }
}

/** Leaves a mapping behind. */
const LEAVING = `
  const { IoMapping } = await import('io-mapping')
  globalThis.kept = IoMapping.createWc('memory:64K')
  kept.map(0).write8(0, 1)`

/** @param path of a file of `SIZE` bytes */
export const scenarios = (path: string): Record<string, Scenario> => {
  const all: Record<string, Scenario> = {}
  for (const [name, options] of Object.entries(STRATEGIES)) {
    const of = (from: () => IoMapping, use: (mapping: IoMapping) => void) => ({ run: withMapping(from, use) })
    const make = (more?: IoMappingOptions) => IoMapping.createWc(memory(SIZE), { ...options, ...more })
    all[`memory, ${name}`] = of(make, write)
    all[`a file, ${name}`] = of(() => IoMapping.createWc(file(path), options), read)
    all[`read-only, ${name}`] = of(() => make({ writable: false }), readOnly)
    all[`refused, ${name}`] = { run: () => refused(options) }
    all[`lost, ${name}`] = {
      run: () => lose(options),
      alone: 'an access that nothing can be laid under ends the process',
      uncaught: 'the event has no caller',
    }
    all[`dropped, ${name}`] = { run: () => make().map(0).write8(0, 1) }
  }
  return {
    ...all,
    transferred: {
      keeps:
        'a slice whose end could not be told stays until its thread ends: its transfer may still refer to it',
      run: () => transfer({ strategy: 'slots', slotBytes: SLOTS }),
      alone: 'a reference that can not be deleted keeps the memory that is copied to',
      lingers: 'a container that could not be cleared is seen to be collected at the next transfer only',
    },
    'a descriptor of the program’s own': { run: () => ownFile(path) },
    shared: { run: withMapping(() => IoMapping.createWc(memory(SIZE)), share) },
    'in one buffer': { run: withMapping(() => IoMapping.createWc(memory(SIZE), { shared: true }), share) },
    'in a memory': {
      run: withMapping(() => IoMapping.createWc(memory(SIZE)), into(false)),
      alone: 'where nothing at all can be laid, zeros can not be',
    },
    'in a memory that is shared': {
      run: withMapping(() => IoMapping.createWc(memory(SIZE)), into(true)),
      alone: 'as in one that is not',
    },
    'in several containers': {
      alone: 'as with one',
      run: withMapping(
        () => IoMapping.createWc(memory(5 * GIB)),
        mapping => mapping.atomic(4.5 * GIB, page => page.write8(0, 1)),
      ),
    },
    'many dropped': {
      alone: 'each of them fails as the one before',
      before: () => drop(MANY),
      run: () => {
        for (let i = 0; i < 2; i++) memory(PAGE_SIZE)
      },
    },
    'some dropped, and the event loop turns': {
      before: () => drop(5),
      run: () => new Promise(resolve => setTimeout(resolve, 2)),
    },
    'a Worker': { run: () => inWorker(LEAVING) },
    ...interruptScenarios,
    'what is asked of a device': { run: askAll },
  }
}
