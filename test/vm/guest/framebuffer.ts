// In the guest, with the driver of the standard VGA: the kernel tells what the screen shows.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { framebufferOf } from '../../../src/cli/screen/framebuffer.js'
import { vga } from './machine.js'

test('the kernel tells of the framebuffer of a PCI device', () => {
  assert.equal(vga().driver, 'bochs-drm')
  const { width, height, stride, ...rest } =
    framebufferOf(vga().address, '/sys') ?? assert.fail('none is found')
  assert.ok(width >= 640 && height >= 480 && stride >= width * 4, `${width} x ${height}, ${stride}`)
  assert.deepEqual(rest, { offset: 0, bitsPerPixel: 32, source: '/sys/class/graphics/fb0' })
  assert.equal(framebufferOf('0000:00:1f.7', '/sys'), undefined)
})
