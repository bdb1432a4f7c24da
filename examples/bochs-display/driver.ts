import type { IoAccess } from 'io-mapping'
import { BOCHS_DISPLAY } from './registers.js'

const DISPI_ID = 0xb0c0
const BITS_PER_PIXEL = 32

/** A mode: XRGB8888 pixels, rows without gaps, from the framebuffer's first byte on. */
export interface Mode {
  readonly width: number
  readonly height: number
}

/** A driver for the Bochs display: sets modes. The picture itself lies in BAR 0. It takes any window. */
export class BochsDisplay {
  readonly #registers

  /** @param mem the first 0x608 bytes of BAR 2, or more @throws Error if another device lies there */
  constructor(mem: IoAccess) {
    this.#registers = BOCHS_DISPLAY.at(mem)
    const id = this.#registers.DISPI.ID.read()
    if ((id & 0xfff0) !== DISPI_ID)
      throw new Error(`this is no Bochs display: its ID is 0x${id.toString(16)}`)
  }

  /** In bytes. */
  get videoMemory(): number {
    return this.#registers.DISPI.VIDEO_MEMORY.read() * 65_536
  }

  /** Shows the framebuffer in this mode. @throws RangeError if the video memory is too small for it */
  setMode({ width, height }: Mode): void {
    const need = (width * height * BITS_PER_PIXEL) / 8
    if (!(width > 0 && height > 0 && need <= this.videoMemory))
      throw new RangeError(`${width} x ${height} pixels take ${need} bytes; the card has ${this.videoMemory}`)
    const { ATTRIBUTE, DISPI } = this.#registers
    ATTRIBUTE.write({ SHOW: true })
    DISPI.ENABLE.write({ ENABLED: false })
    DISPI.WIDTH.write(width)
    DISPI.HEIGHT.write(height)
    DISPI.BITS_PER_PIXEL.write(BITS_PER_PIXEL)
    DISPI.VIRTUAL_WIDTH.write(width)
    DISPI.VIRTUAL_HEIGHT.write(height)
    DISPI.X.write(0)
    DISPI.Y.write(0)
    DISPI.ENABLE.write({ ENABLED: true, LINEAR: true })
  }

  /** The mode that is shown; undefined: none. */
  get mode(): Mode | undefined {
    const { ENABLE, WIDTH, HEIGHT } = this.#registers.DISPI
    return ENABLE.ENABLED.read() ? { width: WIDTH.read(), height: HEIGHT.read() } : undefined
  }

  /** Ends the mode. */
  off(): void {
    this.#registers.DISPI.ENABLE.write({ ENABLED: false })
  }
}
