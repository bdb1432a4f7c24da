// Steps of windows: what each does, and what the model says of it.
import assert from 'node:assert/strict'
import { type IoMappingErrorCode, PAGE_SIZE } from 'io-mapping'
import { fromBytes, toBytes, type Width } from '../support/widths.js'
import { PAGES, SIZE } from './card.js'
import type { StepOf } from './steps.js'
import { expectCode, type Held, type Mapped, type World } from './world.js'

export const pick = <T>(all: readonly T[], which: number): T | undefined => all[which % all.length]

const isWritable = ({ options }: Mapped) => options.writable !== false

/** What refuses a use of a window before anything is touched, in the library's order. */
const refusalOf = (
  { of, mapped, offset, length: size }: Held,
  at: number,
  length: number,
  width: number,
): IoMappingErrorCode | undefined => {
  if (!mapped) return 'ERR_IO_UNMAPPED'
  if (of.noticed) return 'ERR_IO_FAULT'
  if (!Number.isSafeInteger(at) || at < 0 || at + length > size) return 'ERR_IO_RANGE'
  return ((offset % PAGE_SIZE) + at) % width === 0 ? undefined : 'ERR_IO_ALIGN'
}

/** What the library answers where all slots are held, which the model does not foretell. */
const FULL = Symbol('all slots are held')

/** Maps, and expects `code`; or FULL. */
const mapUnlessFull = <T>(
  of: Mapped,
  code: IoMappingErrorCode | undefined,
  map: () => T,
): T | typeof FULL | undefined => {
  try {
    return expectCode(code, map, error => {
      if (of.options.strategy === 'slots' && error.code === 'ERR_IO_SLOTS') throw FULL
    })
  } catch (error) {
    if (error === FULL) return FULL
    throw error
  }
}

/** What is not on a fast path asks whether the memory is there. */
export const ask = (of: Mapped): void => {
  if (of.domain.lost) of.noticed = true
}

const MOST = 24

export const map = (world: World, { which, offset, length }: StepOf<'map'>): void => {
  const of = pick(world.mappings, which)
  if (!of || world.windows.length > MOST) return
  const isInside = Number.isSafeInteger(offset) && offset >= 0 && length > 0 && offset + length <= SIZE
  ask(of)
  const code = of.noticed ? 'ERR_IO_FAULT' : isInside ? undefined : 'ERR_IO_RANGE'
  const mem = mapUnlessFull(of, code, () => of.mapping.map(offset, length))
  if (mem && mem !== FULL) world.windows.push({ mem, of, offset, length, mapped: true, clean: true })
}

/** A store that must tell of a loss may still have reached the card: its own pages may be there. */
const storeWhereLost = (world: World, of: Mapped, at: number, length: number): void => {
  of.noticed = true
  world.card.accept(at, length)
}

export const access = (world: World, { which, width, at, value, write }: StepOf<'access'>): void => {
  const held = pick(world.windows, which)
  if (!held) return
  const { of, mem, offset } = held
  const refused = refusalOf(held, at, width.bytes, width.bytes)
  const code = refused ?? (write && !isWritable(of) ? 'ERR_IO_READ_ONLY' : undefined)
  if (code) {
    expectCode(code, () => (write ? width.store(mem, at, value) : width.load(mem, at)))
    return
  }
  const { card } = world
  if (world.touch(of, offset + at, width.bytes)) {
    expectCode('ERR_IO_FAULT', () => (write ? width.store(mem, at, value) : width.load(mem, at)))
    storeWhereLost(world, of, offset + at, width.bytes)
  } else if (write) {
    width.store(mem, at, value)
    card.bytes.set(toBytes(value, width.bytes), offset + at)
  } else {
    assert.equal(width.load(mem, at), read(card.bytes, offset + at, width))
  }
}

const read = (bytes: Uint8Array, at: number, { bytes: width }: Width): bigint =>
  fromBytes(bytes.subarray(at, at + width))

export const copy = (world: World, { which, width, at, length: asked, byte, way }: StepOf<'copy'>): void => {
  const held = pick(world.windows, which)
  if (!held) return
  const { of, mem, offset } = held
  const size = width?.bytes ?? 1
  const length = asked - (asked % size)
  const data = Buffer.alloc(length, byte)
  const options = { offset: at, length, ...(width && { width: size }) } as const
  const run = {
    to: () => mem.copyTo(data, options),
    from: () => mem.copyFrom(data, options),
    fill: () => mem.fill(byte, options),
  }[way]
  const rest = Number.isSafeInteger(at) && at >= 0 && at < held.length ? held.length - at : 0
  // A window whose mapping was lost unseen is asked about that first.
  if (held.mapped && !(way === 'fill' && length > rest)) ask(of)
  const refused = way === 'fill' && length > rest ? 'ERR_IO_RANGE' : refusalOf(held, at, length, size)
  const code = refused ?? (way !== 'to' && !isWritable(of) ? 'ERR_IO_READ_ONLY' : undefined)
  if (code) {
    expectCode(code, run)
    return
  }
  if (world.touch(of, offset + at, length)) {
    expectCode('ERR_IO_FAULT', run)
    storeWhereLost(world, of, offset + at, length)
    return
  }
  run()
  const model = world.card.bytes.subarray(offset + at, offset + at + length)
  if (way === 'to') assert.ok(data.equals(model), 'what is copied')
  else model.fill(byte)
}

export const view = (world: World, { which, at, byte, write }: StepOf<'view'>): void => {
  const held = pick(world.windows, which)
  if (!held) return
  const { of, mem } = held
  if (held.mapped) ask(of)
  const code = !held.mapped ? 'ERR_IO_UNMAPPED' : of.noticed ? 'ERR_IO_FAULT' : undefined
  const bytes = expectCode(code, () => mem.u8)
  if (!bytes) return
  assert.equal(bytes.length, held.length)
  held.view = bytes
  const index = at % held.length
  const position = held.offset + index
  const isLost = world.touch(of, position, 1)
  if (write) store(world, held, bytes, index, byte)
  else if (isLost) assert.equal(bytes[index], 0xff, 'all ones')
  else if (held.clean) assert.equal(bytes[index], world.card.bytes[position])
}

const store = (world: World, held: Held, bytes: Uint8Array, index: number, byte: number): void => {
  const { of } = held
  const { card } = world
  bytes[index] = byte
  if (of.domain.lost) card.accept(held.offset + index, 1)
  else if (isWritable(of)) card.bytes[held.offset + index] = byte
  else if (of.options.shared) of.domain.lost = true
  else held.clean = false
}

export const unmap = (world: World, { which }: StepOf<'unmap'>): void => {
  const held = pick(world.windows, which)
  if (!held) return
  expectCode(held.mapped ? undefined : 'ERR_IO_UNMAPPED', () => held.mem.unmap())
  held.mapped = false
}

export const atomic = (world: World, { which, page, width, value }: StepOf<'atomic'>): void => {
  const of = pick(world.mappings, which)
  if (!of) return
  const at = page * PAGE_SIZE
  const { card } = world
  const write = isWritable(of)
  const wasLost = of.domain.lost
  const code = of.noticed || world.touch(of, at, width.bytes) ? 'ERR_IO_FAULT' : undefined
  const ended = mapUnlessFull(of, code, () =>
    of.mapping.atomic(at, mem => {
      const seen = width.load(mem, 0)
      if (write) width.store(mem, 0, value)
      return { seen }
    }),
  )
  if (ended === FULL)
    of.domain.lost = wasLost // nothing was touched
  else if (code) of.noticed = true
  if (!ended || ended === FULL) return
  assert.equal(ended.seen, read(card.bytes, at, width))
  if (write) card.bytes.set(toBytes(value, width.bytes), at)
}

export const mapAtomic = (world: World, { which, page, inOrder }: StepOf<'mapAtomic'>): void => {
  const of = pick(world.mappings, which)
  if (!of) return
  if (page === PAGES - 1) ask(of) // it is cut
  const code = of.noticed ? 'ERR_IO_FAULT' : undefined
  const first = mapUnlessFull(of, code, () => of.mapping.mapAtomic(page * PAGE_SIZE))
  if (!first || first === FULL) return
  const second = mapUnlessFull(of, code, () => of.mapping.mapAtomic(0))
  if (second && second !== FULL) {
    if (!inOrder) expectCode('ERR_IO_ATOMIC', () => first.unmap())
    second.unmap()
  }
  first.unmap()
  expectCode('ERR_IO_UNMAPPED', () => first.read8(0))
}
