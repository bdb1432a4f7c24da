// The kernel's framebuffers: /sys/class/graphics/fb0.
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { Screen } from './screen.js'

const ADDRESS = /^[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/

/** The PCI device that a framebuffer's driver is of, or lies below. */
const deviceOf = (framebuffer: string): string | undefined => {
  const device = join(framebuffer, 'device')
  return existsSync(device)
    ? realpathSync(device)
        .split('/')
        .findLast(name => ADDRESS.test(name))
    : undefined
}

const numbersIn = (path: string): number[] =>
  (readFileSync(path, 'latin1').match(/[0-9]+/g) ?? []).map(Number)

const screenOf = (framebuffer: string): Screen | undefined => {
  const [width = 0, height = 0] = numbersIn(join(framebuffer, 'virtual_size'))
  const [stride = 0] = numbersIn(join(framebuffer, 'stride'))
  const [bitsPerPixel = 0] = numbersIn(join(framebuffer, 'bits_per_pixel'))
  const known = [width, height, stride, bitsPerPixel].every(each => each > 0)
  return known ? { width, height, offset: 0, stride, bitsPerPixel, source: framebuffer } : undefined
}

/** What the kernel shows by the PCI device at `address`; undefined if nothing, or it does not tell. */
export const framebufferOf = (address: string, sysfs: string): Screen | undefined => {
  const graphics = join(sysfs, 'class/graphics')
  if (!existsSync(graphics)) return undefined
  const framebuffer = readdirSync(graphics)
    .filter(name => /^fb[0-9]+$/.test(name))
    .map(name => join(graphics, name))
    .find(path => deviceOf(path) === address)
  return framebuffer === undefined ? undefined : screenOf(framebuffer)
}
