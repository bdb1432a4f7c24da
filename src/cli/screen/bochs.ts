// The display of Bochs, which is QEMU's standard VGA: 16-bit registers in its BAR 2.
import { Failure } from '../failure.js'
import type { IoMem } from '../library.js'
import type { Screen } from './screen.js'

export const BOCHS = { vendor: 0x1234, device: 0x1111, bar: 2, offset: 0x500, length: 0x14 } as const

/** By their numbers. */
const REGISTERS = { id: 0, width: 1, height: 2, bitsPerPixel: 3, enable: 4, virtualWidth: 6, x: 8, y: 9 }
const ID = 0xb0c0
const ENABLED = 1

/** What it shows, by its registers, which `window` is; each is read once. Undefined: it shows no mode. */
export const bochsScreen = (window: Pick<IoMem, 'read16'>): Screen | undefined => {
  const read = (register: keyof typeof REGISTERS) => window.read16(REGISTERS[register] * 2)
  const id = read('id')
  if ((id & 0xfff0) !== ID)
    throw new Failure(`its BAR ${BOCHS.bar} is no Bochs display's: its ID reads 0x${id.toString(16)}`)
  if ((read('enable') & ENABLED) === 0) return undefined
  const bitsPerPixel = read('bitsPerPixel')
  const bytes = Math.ceil(bitsPerPixel / 8) // 15 bits take two
  const stride = read('virtualWidth') * bytes
  return {
    ...{ width: read('width'), height: read('height'), stride, bitsPerPixel },
    offset: read('y') * stride + read('x') * bytes,
    source: 'the registers of the Bochs display',
  }
}
