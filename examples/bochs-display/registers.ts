// The registers of the Bochs display (QEMU's standard VGA): docs/specs/standard-vga.rst in QEMU's source. They lie in BAR 2.
import { bit, block, reg8, reg16, reg32, registers } from 'io-mapping/registers'

/** The "dispi" interface: sizes in pixels. */
const DISPI = registers({
  /** 0xb0c0 to 0xb0c5: the interface's version. */
  ID: reg16(0x00).ro,
  WIDTH: reg16(0x02),
  HEIGHT: reg16(0x04),
  BITS_PER_PIXEL: reg16(0x06),
  ENABLE: reg16(0x08, {
    ENABLED: bit(0),
    /** WIDTH, HEIGHT and BITS_PER_PIXEL then read the largest that are possible. */
    ASK_LARGEST: bit(1),
    LINEAR: bit(6),
    KEEP_MEMORY: bit(7),
  }),
  BANK: reg16(0x0a),
  VIRTUAL_WIDTH: reg16(0x0c),
  VIRTUAL_HEIGHT: reg16(0x0e),
  X: reg16(0x10),
  Y: reg16(0x12),
  /** In units of 64 KiB. */
  VIDEO_MEMORY: reg16(0x14).ro,
})

export const BOCHS_DISPLAY = registers({
  /** The VGA's attribute controller, at I/O port 0x3c0: 0x20 shows the picture. */
  ATTRIBUTE: reg8(0x400, { SHOW: bit(5) }).wo,
  DISPI: block(0x500, DISPI),
  /** The extended registers. */
  EXTENDED_SIZE: reg32(0x600).ro,
  BYTE_ORDER: reg32(0x604),
})
