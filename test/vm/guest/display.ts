// In the guest: sets a mode of the standard VGA through its registers, has the demo draw, and waits for a look at it.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { IoMapping } from 'io-mapping'
import { vga } from './machine.js'

const WIDTH = 1024
const HEIGHT = 768

// The Bochs display interface: 16-bit registers from 0x500 of BAR 2, by their index.
const DISPI = {
  id: 0,
  width: 1,
  height: 2,
  bitsPerPixel: 3,
  enable: 4,
  virtualWidth: 6,
  virtualHeight: 7,
  x: 8,
  y: 9,
}
const ENABLED_LINEAR = 0x41

const setMode = (): void => {
  using mapping = IoMapping.create(vga().bar(2))
  using registers = mapping.map(0, 0x600)
  const set = (index: number, value: number) => registers.write16(0x500 + 2 * index, value)
  assert.equal(registers.read16(0x500 + 2 * DISPI.id) & 0xfff0, 0xb0c0)
  registers.write8(0x400, 0x20) // unblank: the VGA's attribute controller
  set(DISPI.enable, 0)
  set(DISPI.width, WIDTH)
  set(DISPI.height, HEIGHT)
  set(DISPI.bitsPerPixel, 32)
  set(DISPI.virtualWidth, WIDTH)
  set(DISPI.virtualHeight, HEIGHT)
  set(DISPI.x, 0)
  set(DISPI.y, 0)
  set(DISPI.enable, ENABLED_LINEAR)
}

vga().enable()
setMode()
const aperture = `pci:${vga().address}/0`
const printed = execFileSync('node', [
  'dist/cli/iomap.js',
  'demo',
  '--aperture',
  aperture,
  '--output',
  '/tmp/demo.png',
])
console.log(printed.toString())
console.log('@screen')
for await (const line of createInterface({ input: process.stdin })) if (line === 'seen') break
process.exit()
