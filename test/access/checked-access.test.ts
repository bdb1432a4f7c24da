// A stand-in refuses what an IoMem refuses, by the same codes, and takes what it takes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type IoAccess, IoMapping, IoMappingError } from 'io-mapping'
import { registers } from 'io-mapping/registers'
import { Recorder, SimulatedDevice } from 'io-mapping/testing'
import { IS_32_BIT } from '#io-mapping/system/word-size.js'
import { pattern } from '../support/rig.js'

const SIZE = 4096

const windows = (): Record<string, IoAccess> => {
  const mem = IoMapping.create('memory:4K').map(0)
  const device = new SimulatedDevice(registers({}), { memory: [{ offset: 0, length: SIZE }] })
  return { mem, device, recorder: new Recorder(IoMapping.create('memory:4K').map(0)) }
}

const bytesOf = (window: IoAccess): Buffer => {
  const bytes = Buffer.alloc(SIZE)
  window.copyTo(bytes)
  return bytes
}

const WIDE: [string, (window: IoAccess) => unknown][] = IS_32_BIT
  ? []
  : [
      ['write64', window => window.write64(8, -2n)],
      ['read64', window => window.read64(64)],
      ['a FIFO of 64 bits', window => window.writeFifo(408, new BigInt64Array([1n, -2n]))],
    ]

const uses: [string, (window: IoAccess) => unknown][] = [
  ['write8', window => window.write8(1, 0xab)],
  ['write16', window => window.write16(2, -2)],
  ['write32', window => window.write32(4, 0xdeadbeef)],
  ['read8', window => window.read8(65)],
  ['read16', window => window.read16(66)],
  ['read32', window => window.read32(68)],
  ['fill', window => window.fill(0x5a, { offset: 100, length: 33 })],
  ['fill, exact', window => window.fill(0x5b, { offset: 200, length: 8, width: 4 })],
  ['copyFrom', window => window.copyFrom(pattern(77), { offset: 301 })],
  ['copyFrom, exact', window => window.copyFrom(new Uint16Array([1, 2, 3]), { offset: 402, width: 2 })],
  [
    'copyTo',
    window => {
      const target = Buffer.alloc(50)
      window.copyTo(target, { offset: 299, length: 41 })
      return target.toString('hex')
    },
  ],
  ...([Uint8Array, Int16Array, Uint32Array, Float32Array] as const).map(
    (Elements): [string, (window: IoAccess) => unknown] => [
      `a FIFO of ${Elements.name}`,
      window => {
        window.writeFifo(400, new Elements([1, 2, 3]))
        const target = new Elements(2)
        window.readFifo(400, target)
        return [...target]
      },
    ],
  ),
  ['a FIFO of nothing', window => window.readFifo(0, new Uint32Array(0))],
  ['nothing', window => window.copyTo(new Uint8Array(0), { offset: SIZE })],
  ...WIDE,
]

test('it does what an IoMem does', () => {
  const { mem, ...others } = windows()
  const all: [string, IoAccess][] = Object.entries({ mem: mem as IoAccess, ...others })
  for (const [, window] of all) window.copyFrom(pattern(SIZE))
  for (const [what, use] of uses) {
    const [first, ...rest] = all.map(([, window]) => use(window))
    for (const each of rest) assert.deepEqual(each, first, what)
    const [bytes, ...more] = all.map(([, window]) => bytesOf(window))
    for (const each of more) assert.ok(bytes?.equals(each), what)
  }
})

const misuses: [string, (window: IoAccess) => unknown][] = [
  ['a negative offset', window => window.read8(-1)],
  ['the end', window => window.read8(SIZE)],
  ['over the end', window => window.read32(SIZE - 2)],
  ['half an offset', window => window.read8(0.5)],
  ['no offset', window => window.read8(undefined as never)],
  ['a text', window => window.read32('0' as never)],
  ['an unaligned read', window => window.read16(1)],
  ['an unaligned write', window => window.write32(2, 0)],
  ['64 bits', window => window.read64(4)],
  ['a value too large', window => window.write8(0, 256)],
  ['a value too small', window => window.write16(0, -32769)],
  ['a bigint', window => window.write32(0, 1n as never)],
  ['a number for 64 bits', window => window.write64(0, 1 as never)],
  ['half a value', window => window.write32(0, 0.5)],
  ['a copy over the end', window => window.copyTo(new Uint8Array(2), { offset: SIZE - 1 })],
  ['a copy to nothing', window => window.copyTo(5 as never)],
  ['a copy of a width that is none', window => window.copyTo(new Uint8Array(3), { width: 3 as never })],
  ['a copy of no multiple', window => window.copyTo(new Uint8Array(3), { width: 2 })],
  ['an unaligned exact copy', window => window.copyFrom(new Uint8Array(4), { offset: 1, width: 4 })],
  ['a byte that is none', window => window.fill(256)],
  ['more than there is', window => window.fill(0, { length: SIZE + 1 })],
  ['an unknown option', window => window.fill(0, { size: 4 } as never)],
  ['a FIFO at the end', window => window.readFifo(SIZE, new Uint8Array(1))],
  ['a FIFO over the end', window => window.writeFifo(SIZE - 2, new Uint32Array(1))],
  ['an unaligned FIFO', window => window.writeFifo(2, new Uint32Array(1))],
  ['an unaligned FIFO of 64 bits', window => window.readFifo(4, new BigUint64Array(1))],
  ['a FIFO of nothing, nowhere', window => window.readFifo(-1, new Uint8Array(0))],
  ['a FIFO that is nowhere', window => window.readFifo(undefined as never, new Uint8Array(1))],
  ['a FIFO of no elements', window => window.readFifo(0, new DataView(new ArrayBuffer(4)) as never)],
  ['a FIFO of no array', window => window.writeFifo(0, [1, 2] as never)],
  ['polling nothing', window => window.poll32(0, undefined as never)],
]

const codeOf = async (use: () => unknown): Promise<string> => {
  try {
    await use()
    return 'nothing'
  } catch (error) {
    return error instanceof IoMappingError ? error.code : String(error)
  }
}

test('it refuses what an IoMem refuses, by the same code, and nothing is touched', async () => {
  for (const [what, misuse] of misuses) {
    const { mem, ...others } = windows()
    const expected = await codeOf(() => misuse(mem as IoAccess))
    assert.match(expected, /^ERR_IO_/, what)
    for (const [name, window] of Object.entries(others)) {
      assert.equal(await codeOf(() => misuse(window)), expected, `${what}: ${name}`)
      assert.ok(bytesOf(window).equals(Buffer.alloc(SIZE)), what)
    }
  }
})

test('unmapped, it refuses everything, as an IoMem', async () => {
  for (const [name, window] of Object.entries(windows())) {
    window.unmap()
    assert.equal(window.mapped, false)
    for (const [what, use] of uses)
      assert.equal(await codeOf(() => use(window)), 'ERR_IO_UNMAPPED', `${name}: ${what}`)
    assert.equal(await codeOf(() => window.unmap()), 'ERR_IO_UNMAPPED')
    window[Symbol.dispose]()
  }
})
