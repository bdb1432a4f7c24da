// What a driver shows, as `iomap image` finds it: on a kernel that lets a program at memory that a driver has claimed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runGuest } from '../../vm/guest.js'
import { guestTests } from './support.js'

guestTests('the screen of a driver', ({ arch, line, name }) => {
  test(`${name}: the screen of a driver is found, and saved`, { timeout: 400_000 }, async () => {
    const { status, output } = await runGuest({
      command: ['node', 'build/test/vm/guest/framebuffer.js'],
      arch,
      node: line,
      modules: ['bochs'],
      append: 'iomem=relaxed',
      timeoutSeconds: 300,
    })
    assert.equal(status, 0, output.slice(-6000))
    assert.match(output, /^\S+ pass 1$/m)
  })
})
