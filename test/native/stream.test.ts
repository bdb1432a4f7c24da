// Copies in whole lines, on ordinary memory: every alignment and length, against a model.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COPY, native } from '#io-mapping/native.js'
import { pattern } from '../support/rig.js'

const SIZE = 1024
const GUARD = 0xcc
/** Memory whose address is known, and a view of it; the buffer stays where it is. */
const memory = new Uint8Array(new ArrayBuffer(SIZE))
const address = native.addressOf(memory.buffer)

/** Every place in a line, and every end; beyond three lines nothing new happens. */
const cases = function* () {
  for (let offset = 0; offset < 64; offset++) {
    for (let length = 0; length < 200; length += length < 70 ? 1 : 13) yield { offset: 64 + offset, length }
  }
}

const model = (offset: number, source: Uint8Array): Uint8Array => {
  const expected = new Uint8Array(SIZE).fill(GUARD)
  expected.set(source, offset)
  return expected
}

test('from the device: just these bytes, to memory of any alignment', () => {
  const bytes = pattern(SIZE)
  memory.set(bytes)
  for (const { offset, length } of cases()) {
    const skew = (offset * 7 + length) % 17
    const target = new Uint8Array(SIZE).fill(GUARD)
    native.copyFromDevice(address + offset, target.subarray(skew, skew + length), length, COPY.stream)
    assert.deepEqual(target, model(skew, bytes.subarray(offset, offset + length)), `${length} at ${offset}`)
  }
})

test('to the device: just these bytes, from memory of any alignment', () => {
  const bytes = pattern(SIZE)
  for (const { offset, length } of cases()) {
    const skew = (offset * 7 + length) % 17
    memory.fill(GUARD)
    native.copyToDevice(address + offset, bytes.subarray(skew, skew + length), length, COPY.stream)
    assert.deepEqual(memory, model(offset, bytes.subarray(skew, skew + length)), `${length} at ${offset}`)
  }
})

test('a fill: just these bytes', () => {
  for (const { offset, length } of cases()) {
    memory.fill(GUARD)
    native.fillDevice(address + offset, 0x5a, length, COPY.stream)
    assert.deepEqual(memory, model(offset, new Uint8Array(length).fill(0x5a)), `${length} at ${offset}`)
  }
})
