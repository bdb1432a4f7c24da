// Capabilities of the first 256 bytes. Each block starts at the capability's offset. PCI Local Bus 3.0, chapters 6.7 and 6.8;
// PCI Power Management 1.2, chapter 3.2.
import { bit, bits, enumeration, reg8, reg16, reg32, registers } from '../registers/index.js'

/** What each starts with. */
export const CAPABILITY = { ID: reg8(0x00).ro, NEXT: reg8(0x01).ro } as const

export const POWER_MANAGEMENT = registers({
  ...CAPABILITY,
  CAPABILITIES: reg16(0x02, {
    VERSION: bits(2, 0),
    PME_CLOCK: bit(3),
    IMMEDIATE_READINESS_ON_RETURN_TO_D0: bit(4),
    DEVICE_SPECIFIC_INITIALIZATION: bit(5),
    AUX_CURRENT: bits(8, 6),
    D1: bit(9),
    D2: bit(10),
    PME_FROM_D0: bit(11),
    PME_FROM_D1: bit(12),
    PME_FROM_D2: bit(13),
    PME_FROM_D3_HOT: bit(14),
    PME_FROM_D3_COLD: bit(15),
  }).ro,
  CONTROL: reg16(0x04, {
    STATE: enumeration(1, 0, { D0: 0, D1: 1, D2: 2, D3_HOT: 3 }),
    /** It keeps its registers from D3hot to D0. */
    NO_SOFT_RESET: bit(3).ro,
    PME: bit(8),
    DATA_SELECT: bits(12, 9),
    DATA_SCALE: bits(14, 13).ro,
    PME_STATUS: bit(15).w1c,
  }),
  BRIDGE_EXTENSIONS: reg8(0x06).ro,
  DATA: reg8(0x07).ro,
})

const MSI_CONTROL = {
  ENABLE: bit(0),
  /** As many messages as 2 to the power of this: asked for, and granted. */
  CAPABLE: bits(3, 1).ro,
  ENABLED: bits(6, 4),
  ADDRESS_64: bit(7).ro,
  MASKABLE: bit(8).ro,
}

const MSI_32_BIT = {
  ...CAPABILITY,
  CONTROL: reg16(0x02, MSI_CONTROL),
  ADDRESS: reg32(0x04),
  DATA: reg16(0x08),
}
const MSI_64_BIT = {
  ...CAPABILITY,
  CONTROL: reg16(0x02, MSI_CONTROL),
  ADDRESS: reg32(0x04),
  ADDRESS_UPPER: reg32(0x08),
  DATA: reg16(0x0c),
}

/** With addresses of 32 bits: CONTROL.ADDRESS_64 is false. */
export const MSI = registers(MSI_32_BIT)
/** The same with masks: CONTROL.MASKABLE is true. */
export const MSI_MASKABLE = registers({ ...MSI_32_BIT, MASK: reg32(0x0c), PENDING: reg32(0x10).ro })
/** With addresses of 64 bits: CONTROL.ADDRESS_64 is true. */
export const MSI_64 = registers(MSI_64_BIT)
/** The same with masks: CONTROL.MASKABLE is true. */
export const MSI_64_MASKABLE = registers({ ...MSI_64_BIT, MASK: reg32(0x10), PENDING: reg32(0x14).ro })

/** Where a table lies: in which BAR, and at what multiple of 8 bytes. */
const LOCATION = { BAR: bits(2, 0), OFFSET_8: bits(31, 3) }

export const MSI_X = registers({
  ...CAPABILITY,
  CONTROL: reg16(0x02, {
    /** How many vectors it has, less one. */
    LAST: bits(10, 0).ro,
    MASK_ALL: bit(14),
    ENABLE: bit(15),
  }),
  TABLE: reg32(0x04, LOCATION).ro,
  PENDING_BITS: reg32(0x08, LOCATION).ro,
})

/** What follows its length is the vendor's. */
export const VENDOR_SPECIFIC = registers({
  ...CAPABILITY,
  /** Of all of it, in bytes. */
  LENGTH: reg8(0x02).ro,
})
