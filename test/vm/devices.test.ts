// A real kernel and emulated PCI devices, on every line of Node: what runs there is in guest/.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { decode } from 'fast-png'
import { drawCard, PICTURE } from '../../src/cli/demo/picture.js'
import { type Guest, runGuest } from '../../vm/guest.js'
import { guestTests } from './support.js'

const everywhere = ['aperture', 'strategies', 'devices', 'edu', 'display', 'hugetlbfs']
const programs = { x64: everywhere, arm64: [...everywhere, 'device-tree', 'alignment'] }

guestTests('real devices', ({ arch, line, name }) => {
  test(`${name}: a graphics aperture, registers, and a picture on the screen`, {
    timeout: 1_260_000,
  }, async t => {
    const folder = mkdtempSync(join(tmpdir(), 'io-mapping-screen-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const screen = join(folder, 'screen.png')
    const look = async (text: string, guest: Guest): Promise<void> => {
      if (text !== '@screen') return
      await guest.screendump(screen)
      guest.send('seen')
    }
    const { status, output } = await runGuest({
      command: ['sh', '-c', programs[arch].map(each => `node build/test/vm/guest/${each}.js`).join(' && ')],
      arch,
      node: line,
      modules: ['nvme'],
      append: 'hugepages=8', // for hugetlbfs
      onLine: look,
      timeoutSeconds: 1200,
    })
    assert.equal(status, 0, output.slice(-6000))
    const skipped = [...output.matchAll(/# SKIP (.*)$/gm)].map(([, why = '']) => why)
    if (arch === 'x64') assert.deepEqual(skipped, [])
    else assert.ok(skipped.length < 5 && skipped.every(why => why.startsWith('x86')), skipped.join('; '))
    assert.doesNotMatch(output, /^# todo [1-9]/m)
    assertSamePicture(readFileSync(screen))
  })
})

/** Every pixel of the screen is the demo's. */
const assertSamePicture = (png: Uint8Array): void => {
  const { width, height, channels, data } = decode(png)
  assert.deepEqual({ width, height }, PICTURE)
  const labels = {
    aperture: 'pci:0000:00:02.0/0',
    memoryType: 'write-combining',
    strategy: 'permanent',
    pages: 768,
  }
  const expected = drawCard(width, height, labels)
  for (let i = 0; i < width * height; i++) {
    const [red = 0, green = 0, blue = 0] = data.subarray(i * channels, i * channels + 3)
    const seen = (red << 16) | (green << 8) | blue
    const wanted = (expected[i] ?? 0) & 0xffffff
    assert.equal(seen, wanted, `the pixel at ${i % width}, ${Math.floor(i / width)}`)
  }
}
