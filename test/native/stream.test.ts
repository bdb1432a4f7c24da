// Copies in whole lines, on ordinary memory: every alignment of both sides and every length, against a model.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COPY, native } from '#io-mapping/system/native.js'
import { cases } from '../support/emulated.js'
import { pattern } from '../support/rig.js'

const LINE = 64
/** Beyond three lines, wherever they start, nothing new happens. */
const LONGEST = 300
/** A line of guard bytes on either side. */
const SIZE = LINE + LINE + LONGEST + LINE
const GUARD = 0xcc
/** Of the alignments of one side, to each of the other's: all, or, where they take long, one in so many. */
const STEP = Math.floor(LINE / cases(LINE))
const bytes = pattern(SIZE)
/** What plays the device: its address is known, since an ArrayBuffer stays where it is; it starts a line. */
const raw = new ArrayBuffer(SIZE + LINE)
const start = -native.addressOf(new Uint8Array(raw)) & (LINE - 1)
const device = Buffer.from(raw, start, SIZE)
const address = native.addressOf(new Uint8Array(raw)) + start

/** For each alignment of the device and of the memory: `copy` with each length, which is to change `target` to the model. */
const eachLength = (
  target: Buffer,
  at: (offset: number, skew: number) => { from: number; to: number },
  copy: (offset: number, skew: number, length: number) => void,
): void => {
  for (let offset = LINE; offset < 2 * LINE; offset++) {
    for (let skew = LINE + (offset % STEP); skew < 2 * LINE; skew += STEP) {
      const { from, to } = at(offset, skew)
      const model = Buffer.alloc(SIZE, GUARD)
      for (let length = 0; length <= LONGEST; length++) {
        if (length > 0) model[to + length - 1] = bytes[from + length - 1] as number
        target.fill(GUARD)
        copy(offset, skew, length)
        if (!target.equals(model))
          assert.deepEqual(target, model, `${length} bytes at ${offset}, memory at ${skew}`)
      }
    }
  }
}

for (const how of ['stream', 'uncached'] as const) {
  test(`from the device, ${how}: just these bytes`, () => {
    device.set(bytes)
    const target = Buffer.alloc(SIZE)
    eachLength(
      target,
      (offset, skew) => ({ from: offset, to: skew }),
      (offset, skew, length) =>
        native.copyFromDevice(address + offset, target.subarray(skew, skew + length), length, COPY[how]),
    )
  })
}

test('to the device: just these bytes', () => {
  eachLength(
    device,
    (offset, skew) => ({ from: skew, to: offset }),
    (offset, skew, length) =>
      native.copyToDevice(address + offset, bytes.subarray(skew, skew + length), length, COPY.stream),
  )
})

test('a fill: just these bytes', () => {
  for (let offset = LINE; offset < 2 * LINE; offset++) {
    for (let length = 0; length <= LONGEST; length++) {
      device.fill(GUARD)
      native.fillDevice(address + offset, 0x5a, length, COPY.stream)
      const model = Buffer.alloc(SIZE, GUARD).fill(0x5a, offset, offset + length)
      assert.ok(device.equals(model), `${length} bytes at ${offset}`)
    }
  }
})
