// The example driver on a simulated card; test/vm/guest/display.ts runs it on QEMU's, and looks at the screen.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatAccess, SimulatedDevice } from 'io-mapping/testing'
import { BochsDisplay } from '../../examples/bochs-display/driver.js'
import { BOCHS_DISPLAY } from '../../examples/bochs-display/registers.js'

const rig = () => {
  const card = new SimulatedDevice(BOCHS_DISPLAY, { name: 'the card', size: 0x1000 })
  card.state.DISPI.ID.write(0xb0c5)
  card.state.DISPI.VIDEO_MEMORY.write(256)
  return { card, display: new BochsDisplay(card) }
}

test('a mode, by exactly these accesses', () => {
  const { card, display } = rig()
  card.log.length = 0
  display.setMode({ width: 1024, height: 768 })
  assert.deepEqual(card.log.filter(({ kind }) => kind === 'write').map(formatAccess), [
    'write8 0x400 = 0x20',
    'write16 0x508 = 0x0000',
    'write16 0x502 = 0x0400',
    'write16 0x504 = 0x0300',
    'write16 0x506 = 0x0020',
    'write16 0x50c = 0x0400',
    'write16 0x50e = 0x0300',
    'write16 0x510 = 0x0000',
    'write16 0x512 = 0x0000',
    'write16 0x508 = 0x0041',
  ])
  assert.deepEqual(display.mode, { width: 1024, height: 768 })
  display.off()
  assert.equal(display.mode, undefined)
})

test('a mode that the card has no memory for is refused, and nothing is written', () => {
  const { card, display } = rig()
  assert.equal(display.videoMemory, 16 * 1024 ** 2)
  for (const mode of [
    { width: 4096, height: 2048 },
    { width: 0, height: 768 },
    { width: Number.NaN, height: 1 },
  ])
    assert.throws(() => display.setMode(mode), RangeError)
  assert.ok(card.log.every(({ kind }) => kind === 'read'))
})

test('another device is not taken for one', () => {
  const other = new SimulatedDevice(BOCHS_DISPLAY)
  assert.throws(() => new BochsDisplay(other), /no Bochs display: its ID is 0x0/)
})
