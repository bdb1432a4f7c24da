// Steps of what happens to a mapping from outside: calls cut short, Node's own asynchronous calls, faults of another thread.
import assert from 'node:assert/strict'
import { truncateSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { file, IoMapping, PAGE_SIZE } from 'io-mapping'
import { IS_32_BIT } from '#io-mapping/system/word-size.js'
import type { StepOf } from './steps.js'
import { pick } from './windows.js'
import { heed, type World } from './world.js'

/** Makes a call `up` calls before the stack's end, where it may be cut short anywhere. */
const atTheStacksEnd = (up: number, call: () => void): void => {
  let left = up
  const dig = (): void => {
    try {
      dig()
    } catch (error) {
      if (left-- === 0) call()
      throw error
    }
  }
  try {
    dig()
  } catch (error) {
    // V8 has been seen to throw undefined, out of a call of the addon that had answered, when the stack ended just there.
    assert.ok(error instanceof RangeError || error === undefined, String(error))
  }
}

const withTimeout = (call: () => void): void => {
  try {
    runInNewContext('call()', { call }, { timeout: 1 })
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ERR_SCRIPT_EXECUTION_TIMEOUT')
  }
}

/** `free` or `unmap`, cut short perhaps, and then done again. */
export const cut = (world: World, { which, what, up }: StepOf<'cut'>): void => {
  const cutShort = (call: () => void) => (up === null ? withTimeout(call) : atTheStacksEnd(up, call))
  if (what === 'free') {
    const of = pick(world.mappings, which)
    if (!of) return
    cutShort(() => of.mapping.free())
    of.mapping.free()
    world.forget(of)
    return
  }
  const held = pick(
    world.windows.filter(({ mapped }) => mapped),
    which,
  )
  if (!held) return
  cutShort(() => held.mem.unmap())
  if (held.mem.mapped) held.mem.unmap()
  held.mapped = false
}

/** Who waits to be told of a loss comes, or goes: cut short perhaps, and then again. */
export const listen = (world: World, { which, up, on }: StepOf<'listen'>): void => {
  const { mapping } = pick(world.mappings, which) ?? {}
  const turn = () => {
    mapping?.off('fault', heed)
    if (on) mapping?.on('fault', heed)
  }
  atTheStacksEnd(up, turn)
  turn()
}

const DATA = Buffer.from('ABCDEFGH')

/** A read of Node's that has begun when its view is emptied, or goes on with it. */
export const nodeInto = async (world: World, { which, end }: StepOf<'nodeInto'>): Promise<void> => {
  const { card, pipe } = world
  const held = pick(
    world.windows.filter(({ mapped, length }) => mapped && length >= DATA.length),
    which,
  )
  if (!held || !card.isWhole || held.of.domain.lost) return
  const { of, mem, offset } = held
  const view = mem.u8
  held.view = view
  // A store to what is shared and read-only ends the mapping; the kernel refuses one for Node.
  if (of.options.shared && of.options.writable === false) return
  const done = await pipe.read(view.subarray(0, DATA.length))
  if (end === 'unmap') {
    mem.unmap()
    held.mapped = false
  } else if (end === 'free') {
    of.mapping.free()
    world.forget(of)
  }
  using other = IoMapping.create(file(card.path), of.options)
  const page = other.map(0)
  const before = Buffer.from(page.u8)
  pipe.write(DATA)
  assert.equal(await done(), DATA.length)
  const own = offset < PAGE_SIZE
  if (!own) assert.ok(Buffer.from(page.u8).equals(before), 'what Node writes lands in nobody else’s pages')
  if (of.options.writable === false) held.clean = false
  else card.accept(offset, DATA.length)
}

/** A file is truncated, and its window unmapped, while another thread reads it. */
export const race = (world: World, { spins }: StepOf<'race'>): void => {
  if (IS_32_BIT) return
  const { reader, card } = world
  const path = card.another(PAGE_SIZE)
  using mapping = IoMapping.create(file(path))
  const window = mapping.mapInto(reader.memory, 0, 0, PAGE_SIZE)
  reader.start()
  truncateSync(path, 0)
  for (let i = 0; i < spins; i++) void mapping.strategy
  window.unmap()
  reader.stop()
  assert.ok(mapping.faults <= 1, `${mapping.faults} faults, where one was answered`)
}
