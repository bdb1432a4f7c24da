// Steps that others make: the thread pool, and a Worker.
import assert from 'node:assert/strict'
import { type IoMappingErrorCode, PAGE_SIZE } from 'io-mapping'
import { SIZE } from './card.js'
import type { StepOf } from './steps.js'
import { ask, pick } from './windows.js'
import { expectCode, expectRejection, type Mapped, type World } from './world.js'

/** What a transfer is rejected with, in the library's order; undefined if it is to go through. */
const refusalOf = (
  world: World,
  of: Mapped,
  { offset, length, width }: { offset: number; length: number; width: number },
  write: boolean,
): IoMappingErrorCode | undefined => {
  ask(of)
  if (of.noticed) return 'ERR_IO_FAULT'
  if (length === 0 || offset < 0 || offset + length > SIZE) return 'ERR_IO_RANGE'
  if (write && of.options.writable === false) return 'ERR_IO_READ_ONLY'
  if (length % width !== 0) return 'ERR_IO_ALIGN'
  if (offset % width !== 0) return 'ERR_IO_ALIGN'
  if (!world.touch(of, offset, length)) return undefined
  of.noticed = true
  return 'ERR_IO_FAULT'
}

/** With few slots, all may be held. */
const orFull = (of: Mapped, code: IoMappingErrorCode | undefined) =>
  of.options.strategy === 'slots' ? [code, 'ERR_IO_SLOTS' as const] : [code]

/** Whether the fault that was foretold came: without a slot, nothing was touched. */
const settle = (of: Mapped, wasLost: boolean): void => {
  if (wasLost || of.mapping.faults > 0) return
  of.domain.lost = of.noticed = false
}

export const read = async (world: World, { which, offset, length, width }: StepOf<'read'>): Promise<void> => {
  const of = pick(world.mappings, which)
  if (!of) return
  const wasLost = of.domain.lost
  const code = refusalOf(world, of, { offset, length, width: width?.bytes ?? 1 }, false)
  const reading = of.mapping.readAsync(offset, length, width ? { width: width.bytes } : {})
  const bytes = await expectRejection(orFull(of, code), reading)
  settle(of, wasLost)
  if (bytes)
    assert.ok(Buffer.from(bytes).equals(world.card.bytes.subarray(offset, offset + length)), 'what is read')
}

export const write = async (
  world: World,
  { which, offset, length, width, byte }: StepOf<'write'>,
): Promise<void> => {
  const of = pick(world.mappings, which)
  if (!of) return
  const wasLost = of.domain.lost
  const code = refusalOf(world, of, { offset, length, width: width?.bytes ?? 1 }, true)
  const data = new Uint8Array(length).fill(byte)
  const writing = of.mapping.writeAsync(offset, data, width ? { width: width.bytes } : {})
  await expectRejection(orFull(of, code), writing)
  settle(of, wasLost)
  if (code === undefined || code === 'ERR_IO_FAULT') {
    const from = Math.max(0, Math.min(offset, SIZE))
    const there = world.card.read(from, Math.max(0, Math.min(length, SIZE - from)))
    const isWhole = of.options.strategy !== 'slots' && code === undefined
    if (isWhole)
      assert.ok(
        there.every(each => each === byte),
        'what is written',
      )
    world.card.accept(from, there.length)
  }
}

export const freeWhile = async (world: World, { which, byte }: StepOf<'freeWhile'>): Promise<void> => {
  const of = pick(world.mappings, which)
  if (!of) return
  const { mapping } = of
  const codes = ['ERR_IO_FREED', 'ERR_IO_FAULT', 'ERR_IO_SLOTS', 'ERR_IO_READ_ONLY'] as const
  const ended = [
    expectRejection(codes, mapping.readAsync(0, SIZE)),
    expectRejection(codes, mapping.writeAsync(0, new Uint8Array(SIZE).fill(byte), { width: 1 })),
  ]
  mapping.free()
  world.forget(of)
  const there = world.card.read(0, SIZE)
  await Promise.all(ended)
  assert.ok(world.card.read(0, SIZE).equals(there), 'nothing is written after free')
  world.card.accept(0, there.length)
}

export const worker = async (world: World, { which, page, value, keep }: StepOf<'worker'>): Promise<void> => {
  const of = pick(world.mappings, which)
  if (!of) return
  ask(of)
  const shared = expectCode(of.noticed ? 'ERR_IO_FAULT' : undefined, () => of.mapping.share())
  if (!shared) return
  const offset = page * PAGE_SIZE
  const answer = await world.helper.ask({ shared, offset, value, keep })
  if (value !== null && of.options.writable === false) {
    assert.deepEqual(answer, { code: 'ERR_IO_READ_ONLY' })
  } else if (world.touch(of, offset, 4)) {
    assert.deepEqual(answer, { code: 'ERR_IO_FAULT' })
  } else {
    if (value !== null) world.card.bytes.set(bytesOf(value), offset)
    assert.deepEqual(answer, { value: world.card.bytes.readUInt32LE(offset) })
  }
}

const bytesOf = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer)

export const terminate = (world: World): Promise<void> => world.helper.terminate()
