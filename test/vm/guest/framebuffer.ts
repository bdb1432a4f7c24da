// In the guest, with a driver for the standard VGA and a kernel that allows what it has claimed: `iomap image` finds what is shown.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { framebufferOf } from '../../../src/cli/screen/framebuffer.js'
import { vga } from './machine.js'

const iomap = (...words: string[]) => spawnSync('node', ['dist/cli/iomap.js', ...words], { encoding: 'utf8' })

test('what a driver shows is found by the kernel’s framebuffer, and lies in BAR 0', async () => {
  assert.equal(vga().driver, 'bochs-drm')
  const { width, height, stride, ...rest } =
    framebufferOf(vga().address, '/sys') ?? assert.fail('none is found')
  assert.deepEqual(rest, { offset: 0, bitsPerPixel: 32, source: '/sys/class/graphics/fb0' })

  // the console would draw its cursor
  const terminal = '/sys/class/vtconsole/vtcon1/bind'
  if (existsSync(terminal)) writeFileSync(terminal, '0')
  const picture = Buffer.from(Array.from({ length: stride * height }, (_, i) => (i * 7) ^ (i >> 12)))
  writeFileSync('/dev/fb0', picture, { flag: 'r+' })
  writeFileSync('/tmp/picture', picture)

  const aperture = `pci:${vga().address}/0`
  const arrived = () =>
    iomap('compare', aperture, '/tmp/picture', '--length', `${picture.length}`).status === 0
  for (const end = Date.now() + 20_000; !arrived() && Date.now() < end; ) await setTimeout(200)
  const { status, stderr } = iomap('image', aperture, '--output', '/tmp/found.png')
  assert.equal(status, 0, stderr)
  assert.match(
    stderr,
    new RegExp(`^found ${width} x ${height} pixels, xrgb8888, ${stride} bytes a row, .* by /sys`),
  )
  const size = ['--size', `${width}x${height}`, '--stride', `${stride}`]
  assert.equal(iomap('image', 'file:/tmp/picture', '--output', '/tmp/expected.png', ...size).status, 0)
  assert.ok(readFileSync('/tmp/found.png').equals(readFileSync('/tmp/expected.png')))
})
