// Each mode of a field, and its effect in a simulated device.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bits, type Field, reg8, registers } from 'io-mapping/registers'
import { SimulatedDevice } from 'io-mapping/testing'

type Bits = Field<number, number>

/** Of a field of four bits that holds 0b0011: what it holds when 0b0101 was written, and when it was read. */
const MODES: [name: string, mode: (field: Bits) => unknown, written: number, read: number][] = [
  ['no mode', field => field, 0b0101, 0b0011],
  ['ro', field => field.ro, 0b0011, 0b0011],
  ['wo', field => field.wo, 0b0101, 0b0011],
  ['w1c', field => field.w1c, 0b0010, 0b0011],
  ['w1s', field => field.w1s, 0b0111, 0b0011],
  ['w1t', field => field.w1t, 0b0110, 0b0011],
  ['w0c', field => field.w0c, 0b0001, 0b0011],
  ['w0s', field => field.w0s, 0b1011, 0b0011],
  ['w0t', field => field.w0t, 0b1001, 0b0011],
  ['wc', field => field.wc, 0b0000, 0b0011],
  ['ws', field => field.ws, 0b1111, 0b0011],
  ['wx', field => field.wx, 0b0101, 0b0011],
  ['rc', field => field.rc, 0b0101, 0b0000],
  ['rs', field => field.rs, 0b0101, 0b1111],
  ['rx', field => field.rx, 0b0101, 0b0011],
]

for (const [name, mode, written, read] of MODES) {
  const held = (0b0011 << 2) | 0b1100_0011

  for (const [where, described] of [
    ['on a field', registers({ R: reg8(0, { F: mode(bits(5, 2)) as Bits }), PLAIN: reg8(1) })],
    [
      'on a register',
      registers({ R: mode(reg8(0, { F: bits(5, 2) }) as never) as ReturnType<typeof reg8>, PLAIN: reg8(1) }),
    ],
  ] as const) {
    test(`${name}, ${where}`, () => {
      const device = new SimulatedDevice(described as ReturnType<typeof registers>)
      const { R } = device.state as { R: { readRaw(): number; writeRaw(value: number): void } }
      const write = () => device.write8(0, 0b0101 << 2)
      R.writeRaw(held)
      if (name === 'ro') assert.throws(write, { code: 'ERR_IO_READ_ONLY' })
      else write()
      assert.equal(R.readRaw(), 0b1100_0011 | (written << 2), 'written; reserved bits stay')
      R.writeRaw(held)
      if (name !== 'wo') assert.equal(device.read8(0), held)
      else assert.throws(() => device.read8(0), { code: 'ERR_IO_WRITE_ONLY' })
      assert.equal(R.readRaw(), 0b1100_0011 | (read << 2), 'read')
    })
  }
}

test('write-only bits beside readable ones read as zeros', () => {
  const device = new SimulatedDevice(registers({ R: reg8(0, { KEY: bits(7, 4).wo, LEVEL: bits(3, 0) }) }))
  device.write8(0, 0xab)
  assert.equal(device.read8(0), 0x0b)
  assert.deepEqual(device.state.R.read(), { KEY: 0xa, LEVEL: 0xb })
})

test('a command and a status on the same bits', () => {
  const device = new SimulatedDevice(registers({ R: reg8(0, { BUSY: bits(3, 0).ro, GO: bits(3, 0).wo }) }))
  device.write8(0, 0x0f)
  assert.equal(device.read8(0), 0, 'what is written is not what is read')
})

test('a register without fields', () => {
  const device = new SimulatedDevice(registers({ EVENTS: reg8(0).w1c.rs, PLAIN: reg8(1) }))
  device.state.EVENTS.writeRaw(0b0110)
  device.write8(0, 0b0010)
  assert.equal(device.state.EVENTS.readRaw(), 0b0100)
  assert.equal(device.read8(0), 0b0100)
  assert.equal(device.read8(0), 0xff)
})
