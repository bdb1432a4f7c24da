// What a screen shows, found by the kernel's framebuffer or the display's own registers.
import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { pci } from 'io-mapping'
import { UsageError } from '../../src/cli/failure.js'
import { bochsScreen } from '../../src/cli/screen/bochs.js'
import { findScreen } from '../../src/cli/screen/find-screen.js'
import { framebufferOf } from '../../src/cli/screen/framebuffer.js'
import { FAKE_BUS, type FakePci, FakeSysfs, MEMORY_BAR, PREFETCHABLE_BAR } from '../support/sysfs.js'

const ADDRESS = '0000:00:02.0'
const CARD: FakePci = {
  bars: {
    0: { base: FAKE_BUS, size: 1024 ** 2, flags: PREFETCHABLE_BAR },
    2: { base: FAKE_BUS + 1024 ** 2, size: 4096, flags: MEMORY_BAR },
  },
  resources: { resource0: 1, resource2: 4096 },
}

interface FakeFramebuffer {
  /** Where its device is, as a path from sysfs's root. */
  readonly device?: string
  readonly size?: string
  readonly stride?: string
  readonly bits?: string
}

/** Gives `sysfs` a framebuffer, as /sys/class/graphics has it. */
const addFramebuffer = (
  { root }: FakeSysfs,
  name: string,
  { device, size = '1280,800', stride = '5120', bits = '32' }: FakeFramebuffer,
): void => {
  const folder = join(root, 'class/graphics', name)
  mkdirSync(folder, { recursive: true })
  for (const [file, text] of Object.entries({ virtual_size: size, stride, bits_per_pixel: bits }))
    writeFileSync(join(folder, file), `${text}\n`)
  if (device === undefined) return
  mkdirSync(join(root, device), { recursive: true })
  symlinkSync(join(root, device), join(folder, 'device'))
}

describe('the kernel’s framebuffer', () => {
  test('is that of the PCI device that its driver has, or lies below', () => {
    using sysfs = new FakeSysfs()
    assert.equal(framebufferOf(ADDRESS, sysfs.root), undefined)
    addFramebuffer(sysfs, 'fbcon', { device: `devices/pci0000:00/${ADDRESS}` })
    addFramebuffer(sysfs, 'fb0', { device: 'devices/platform/vga16fb.0' })
    addFramebuffer(sysfs, 'fb1', {})
    assert.equal(framebufferOf(ADDRESS, sysfs.root), undefined)
    addFramebuffer(sysfs, 'fb2', {
      ...{ device: `devices/pci0000:00/0000:00:01.0/${ADDRESS}`, size: '800,600' },
      ...{ stride: '1664', bits: '16' },
    })
    addFramebuffer(sysfs, 'fb3', { device: 'devices/pci0000:00/0000:00:03.0/efi-framebuffer.0' })
    const source = join(sysfs.root, 'class/graphics/fb2')
    assert.deepEqual(framebufferOf(ADDRESS, sysfs.root), {
      ...{ width: 800, height: 600, offset: 0, stride: 1664, bitsPerPixel: 16, source },
    })
    assert.equal(framebufferOf('0000:00:03.0', sysfs.root)?.width, 1280)
    assert.equal(framebufferOf('0000:00:01.0', sysfs.root), undefined, 'a bridge has none')
  })

  test('tells nothing where one of its numbers is missing', () => {
    for (const wrong of [{ size: '0,0' }, { stride: '' }, { bits: '0' }]) {
      using sysfs = new FakeSysfs()
      addFramebuffer(sysfs, 'fb0', { device: `devices/${ADDRESS}`, ...wrong })
      assert.equal(framebufferOf(ADDRESS, sysfs.root), undefined)
    }
  })
})

/** The display's registers: 640x480 of a screen 800 wide, shifted by 8, 2. */
const MODE: readonly number[] = [0xb0c5, 640, 480, 32, 0x41, 0, 800, 600, 8, 2]

const withMode = (change: Record<number, number> = {}) => {
  const seen: number[] = []
  const values = MODE.map((value, i) => change[i] ?? value)
  const read16 = (offset: number) => {
    seen.push(offset)
    return values[offset / 2] ?? assert.fail(`${offset} is no register`)
  }
  return { seen, screen: () => bochsScreen({ read16 }) }
}

describe('the Bochs display’s registers', () => {
  const source = 'the registers of the Bochs display'

  test('tell its mode, each by one 16-bit read', () => {
    const { seen, screen } = withMode()
    assert.deepEqual(screen(), {
      ...{ width: 640, height: 480, stride: 3200, bitsPerPixel: 32, source },
      offset: 2 * 3200 + 8 * 4,
    })
    assert.equal(new Set(seen).size, seen.length, 'none is read twice')
    const bits15 = withMode({ 3: 15 }).screen()
    assert.deepEqual([bits15?.stride, bits15?.offset], [1600, 2 * 1600 + 8 * 2])
  })

  test('or that it has none; nothing more is read then', () => {
    const { seen, screen } = withMode({ 4: 0x40 })
    assert.equal(screen(), undefined)
    assert.deepEqual(seen, [0, 8])
  })

  test('or that it is another device', () => {
    assert.throws(withMode({ 0: 0xffff }).screen, /its BAR 2 is no Bochs display's: its ID reads 0xffff/)
  })
})

/** A card whose BAR 2 is the registers. */
const addCard = (
  sysfs: FakeSysfs,
  card: Partial<FakePci> = {},
  registers: readonly number[] = MODE,
): void => {
  sysfs.add(ADDRESS, { ...CARD, ...card })
  const bar = Buffer.alloc(4096)
  registers.forEach((value, i) => void bar.writeUInt16LE(value, 0x500 + i * 2))
  writeFileSync(sysfs.path(ADDRESS, 'resource2'), bar)
}
const find = (sysfs: FakeSysfs) => findScreen(pci(ADDRESS, sysfs.root).bar(0), sysfs.root)

describe('the screen of a BAR', () => {
  test('is the kernel’s framebuffer, or else what the display’s registers tell', () => {
    using sysfs = new FakeSysfs()
    addCard(sysfs)
    assert.equal(find(sysfs).source, 'the registers of the Bochs display')
    addFramebuffer(sysfs, 'fb0', { device: `devices/${ADDRESS}` })
    assert.equal(find(sysfs).source, join(sysfs.root, 'class/graphics/fb0'))
  })

  const nothing: [what: string, card: Partial<FakePci>, registers: readonly number[], why: RegExp][] = [
    [
      'a driver without a framebuffer',
      { driver: 'bochs-drm' },
      MODE,
      /its driver 'bochs-drm' has no framebuffer/,
    ],
    ['another card', { device: 0x1112 }, MODE, /it is no Bochs display/],
    [
      'an old one without registers in memory',
      { bars: { 0: CARD.bars?.[0] as never } },
      MODE,
      /no Bochs display/,
    ],
    ['no mode', {}, [0xb0c5, 0, 0, 0, 0], /its registers say that it shows no mode/],
  ]
  for (const [what, card, registers, why] of nothing) {
    test(`is not known of ${what}: --size is to say it`, () => {
      using sysfs = new FakeSysfs()
      addCard(sysfs, card, registers)
      assert.throws(
        () => find(sysfs),
        (error: Error) => {
          assert.ok(error instanceof UsageError, error.message)
          assert.match(error.message, why)
          assert.match(error.message, /^nothing tells what picture lies in pci:.*--size 1024x768$/)
          return true
        },
      )
    })
  }
})
