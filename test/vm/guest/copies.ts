// copies.js MEMORY-TYPE: copies without a width from and to such memory, and what JavaScript has for the same job, between
// markers. A process for each type, since a range keeps the type that it was first mapped with.
import assert from 'node:assert/strict'
import { IoMapping, type MemoryType } from 'io-mapping'
import { pattern } from '../../support/rig.js'
import { type CopySection, MARKER } from '../copy-cases.js'
import { SECTION } from '../sections.js'
import { edu, nvme } from './machine.js'

for (const device of [edu(), nvme()]) device.enable()
const SIZE = 0x4000
const memoryType = process.argv[2] as MemoryType
const mapping = IoMapping.create(nvme().bar(2), { memoryType })
assert.equal(mapping.memoryType, memoryType)
const window = mapping.map(0, SIZE)
const marker = IoMapping.create(edu().bar(0)).map(0, 0x100)
const bytes = new Uint8Array(pattern(SIZE))
window.copyFrom(bytes)

let id = Number(process.argv[3])
const section = (about: Omit<CopySection, 'id'>, copy: () => void): void => {
  mapping.flush()
  marker.write32(MARKER, id * 2)
  copy()
  mapping.flush()
  marker.write32(MARKER, id * 2 + 1)
  console.log(SECTION + JSON.stringify({ id, ...about } satisfies CopySection))
  id++
}

// Whole lines, parts of one, none at all; each place within a line and each end.
for (const [offset, length] of [
  [0, 256],
  [0, 64],
  [1, 256],
  [13, 3],
  [15, 2],
  [60, 8],
  [63, 1],
  [64, 63],
  [33, 100],
  [8, 56],
  [16, 17],
  [7, 1],
  [0, 4096],
  [5, 4000],
  [3, 0x3000],
] as const) {
  const about = { offset, length, ours: true }
  const target = new Uint8Array(length)
  section({ ...about, what: 'copyTo', kind: 'read' }, () => window.copyTo(target, { offset }))
  assert.deepEqual(target, bytes.slice(offset, offset + length), `copyTo, ${length} bytes at ${offset}`)
  const source = bytes.slice(offset, offset + length)
  section({ ...about, what: 'copyFrom', kind: 'write' }, () => window.copyFrom(source, { offset }))
  section({ ...about, what: 'fill', kind: 'write' }, () => window.fill(0x5a, { offset, length }))
  window.copyFrom(bytes)
}

const { u8, u32 } = window
const view = new DataView(u8.buffer, u8.byteOffset, SIZE)
const LITTLE = true

// The others don’t know the memory’s type: once is enough.
for (const length of memoryType === 'write-combining' ? [32, 256] : []) {
  const local = new Uint8Array(length)
  const words = new Uint32Array(length / 4)
  const reads: Record<string, () => void> = {
    'copyTo(target, { width: 4 })': () => window.copyTo(local, { width: 4 }),
    'copyTo(target)': () => window.copyTo(local),
    'target.set(view)': () => local.set(u8.subarray(0, length)),
    'view.slice()': () => void u8.slice(0, length),
    'buffer.copy(target)': () => void Buffer.from(u8.buffer, u8.byteOffset, length).copy(local),
    'dataView.getUint32, a loop': () => {
      for (let i = 0; i < length; i += 4) words[i / 4] = view.getUint32(i, LITTLE)
    },
    'u32[i], a loop': () => {
      for (let i = 0; i < length / 4; i++) words[i] = u32[i] ?? 0
    },
  }
  const writes: Record<string, () => void> = {
    'copyFrom(source, { width: 4 })': () => window.copyFrom(local, { width: 4 }),
    'copyFrom(source)': () => window.copyFrom(local),
    'view.set(source)': () => u8.set(local),
    'view.fill(0)': () => void u8.subarray(0, length).fill(0),
    'dataView.setUint32, a loop': () => {
      for (let i = 0; i < length; i += 4) view.setUint32(i, 7, LITTLE)
    },
    'buffer.writeUInt32LE, a loop': () => {
      const buffer = Buffer.from(u8.buffer, u8.byteOffset, length)
      for (let i = 0; i < length; i += 4) buffer.writeUInt32LE(7, i)
    },
  }
  for (const [kind, copies] of [
    ['read', reads],
    ['write', writes],
  ] as const) {
    for (const [what, copy] of Object.entries(copies))
      section({ what, kind, offset: 0, length, ours: false }, copy)
  }
}
