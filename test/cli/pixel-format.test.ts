import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeRow, PIXEL_FORMATS } from '../../src/cli/screen/pixel-format.js'

const decode = (name: string, bytes: number[]): number[] => {
  const format = PIXEL_FORMATS[name]
  assert.ok(format)
  const target = new Uint8Array((bytes.length / format.bytes) * format.fields.length)
  decodeRow(format, Uint8Array.from(bytes), target, 0)
  return [...target]
}

// red 0x11, green 0x22, blue 0x33, alpha or unused 0x44, as each format lays them in memory
const CASES: Record<string, [bytes: number[], channels: number[]]> = {
  xrgb8888: [
    [0x33, 0x22, 0x11, 0x44],
    [0x11, 0x22, 0x33],
  ],
  argb8888: [
    [0x33, 0x22, 0x11, 0x44],
    [0x11, 0x22, 0x33, 0x44],
  ],
  xbgr8888: [
    [0x11, 0x22, 0x33, 0x44],
    [0x11, 0x22, 0x33],
  ],
  abgr8888: [
    [0x11, 0x22, 0x33, 0x44],
    [0x11, 0x22, 0x33, 0x44],
  ],
  rgb888: [
    [0x33, 0x22, 0x11],
    [0x11, 0x22, 0x33],
  ],
  bgr888: [
    [0x11, 0x22, 0x33],
    [0x11, 0x22, 0x33],
  ],
  gray8: [[0x7b], [0x7b]],
}

for (const [name, [bytes, channels]] of Object.entries(CASES)) {
  test(name, () => assert.deepEqual(decode(name, bytes), channels))
}

test('rgb565: each channel from darkest to brightest', () => {
  assert.deepEqual(decode('rgb565', [0x00, 0xf8, 0xe0, 0x07, 0x1f, 0x00]), [255, 0, 0, 0, 255, 0, 0, 0, 255])
  assert.deepEqual(decode('rgb565', [0x00, 0x80]), [132, 0, 0]) // 16 of 31
  assert.deepEqual(decode('rgb565', [0x00, 0x04]), [0, 130, 0]) // 32 of 63
})

test('xrgb1555: the highest bit is nothing', () => {
  assert.deepEqual(
    decode('xrgb1555', [0x00, 0xfc, 0xe0, 0x03, 0x1f, 0x80]),
    [255, 0, 0, 0, 255, 0, 0, 0, 255],
  )
})

test('rows follow each other in the target', () => {
  const target = new Uint8Array(4)
  const grey = PIXEL_FORMATS.gray8
  assert.ok(grey)
  decodeRow(grey, Uint8Array.of(1, 2), target, 0)
  decodeRow(grey, Uint8Array.of(3, 4), target, 2)
  assert.deepEqual([...target], [1, 2, 3, 4])
})

test('every format is tested here', () => {
  assert.deepEqual(
    new Set(Object.keys(PIXEL_FORMATS)),
    new Set([...Object.keys(CASES), 'rgb565', 'xrgb1555']),
  )
})
