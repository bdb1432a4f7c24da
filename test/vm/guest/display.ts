// In the guest: sets a mode of the standard VGA through its registers, has the demo draw, and waits for a look at it.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { IoMapping } from 'io-mapping'
import { BochsDisplay } from '../../../examples/bochs-display/driver.js'
import { vga } from './machine.js'

const WIDTH = 1024
const HEIGHT = 768

const setMode = (): void => {
  using mapping = IoMapping.create(vga().bar(2))
  using registers = mapping.map(0)
  const display = new BochsDisplay(registers)
  display.setMode({ width: WIDTH, height: HEIGHT })
  assert.deepEqual(display.mode, { width: WIDTH, height: HEIGHT })
}

/** Runs `iomap image` without --size. */
const image = (output: string) =>
  spawnSync('node', ['dist/cli/iomap.js', 'image', `pci:${vga().address}/0`, '--output', output], {
    encoding: 'utf8',
  })

/** What the screen shows is found by the registers: the demo's picture, byte by byte; then that it shows nothing. */
const checkFound = (): void => {
  const { status, stderr } = image('/tmp/found.png')
  assert.equal(status, 0, stderr)
  assert.match(stderr, /^found 1024 x 768 pixels, xrgb8888, 4096 bytes a row, from 0x0 on: by the registers/)
  assert.ok(readFileSync('/tmp/found.png').equals(readFileSync('/tmp/demo.png')))
  {
    using mapping = IoMapping.create(vga().bar(2))
    using registers = mapping.map(0)
    new BochsDisplay(registers).off()
  }
  const off = image('/tmp/off.png')
  assert.equal(off.status, 2, off.stderr)
  assert.match(off.stderr, /its registers say that it shows no mode\. Say it: --size 1024x768\n$/)
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
checkFound()
process.exit()
