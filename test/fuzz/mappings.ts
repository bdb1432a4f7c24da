// Steps of mappings, and of what is around them: the card, the collector, a WebAssembly memory.
import assert from 'node:assert/strict'
import { file, IoMapping, PAGE_SIZE } from 'io-mapping'
import { IS_32_BIT } from '#io-mapping/system/word-size.js'
import { PAGES, SIZE } from './card.js'
import type { StepOf } from './steps.js'
import { ask, pick } from './windows.js'
import { expectCode, heed, type World } from './world.js'

const MOST = 4

export const create = (world: World, { options: chosen, writable }: StepOf<'create'>): void => {
  if (world.mappings.length >= MOST) return
  const options = { ...chosen, writable }
  const code = world.card.pages < PAGES ? 'ERR_IO_RANGE' : undefined
  const mapping = expectCode(code, () => IoMapping.create(file(world.card.path, { size: SIZE }), options))
  if (mapping)
    world.mappings.push({ mapping, options, domain: { lost: false }, noticed: false, freed: false })
}

export const free = (world: World, { which }: StepOf<'free'>): void => {
  const of = pick(world.mappings, which)
  if (!of) return
  of.mapping.free()
  of.mapping.free()
  world.forget(of)
}

/** Leaves it, with its windows and views, to the collector. */
export const drop = (world: World, { which }: StepOf<'drop'>): void => {
  const of = pick(world.mappings, which)
  if (!of) return
  for (const { window } of world.laid.filter(each => each.of === of)) window.unmap()
  of.mapping.off('fault', heed)
  world.forget(of)
  world.windows = world.windows.filter(each => each.of !== of)
}

export const truncate = (world: World, { pages }: StepOf<'truncate'>): void => world.card.truncate(pages)

export const restore = (world: World): void => world.card.restore()

const overlap = (a: number, b: number, length: number, other: number) => a < b + other && b < a + length

export const into = (world: World, { which, page, address, pages }: StepOf<'into'>): void => {
  const of = pick(world.mappings, which)
  if (!of || IS_32_BIT) return
  const { memory, card } = world
  const at = address * PAGE_SIZE
  const offset = page * PAGE_SIZE
  const length = Math.min(pages * PAGE_SIZE, SIZE - offset)
  const whole = Math.ceil(length / PAGE_SIZE) * PAGE_SIZE
  const isTaken = world.laid.some(({ window, length: other }) => overlap(at, window.address, whole, other))
  ask(of)
  const code = of.noticed
    ? 'ERR_IO_FAULT'
    : at + whole > memory.buffer.byteLength || isTaken
      ? 'ERR_IO_RANGE'
      : undefined
  const window = expectCode(code, () => of.mapping.mapInto(memory, at, offset, length))
  if (!window) return
  world.laid.push({ window, of, offset, length: whole })
  const seen = Buffer.from(new Uint8Array(memory.buffer, at, length)) // reads all of it
  const isLost = world.touch(of, offset, length)
  if (isLost) assert.equal(seen.at(-1), 0xff)
  else assert.ok(seen.equals(card.bytes.subarray(offset, offset + length)), 'what lies in the memory')
}

export const outOf = (world: World, { which }: StepOf<'outOf'>): void => {
  const laid = pick(world.laid, which)
  if (!laid) return
  const { window, length } = laid
  window.unmap()
  world.laid = world.laid.filter(each => each !== laid)
  expectCode('ERR_IO_UNMAPPED', () => window.unmap())
  assert.ok(
    Buffer.from(world.memory.buffer, window.address, length).every(byte => byte === 0),
    'zeros are back',
  )
}
