// In the guest: sets a mode of the standard VGA through its registers, has the demo draw, and waits for a look at it.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
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
