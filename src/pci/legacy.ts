// Capabilities of the first 256 bytes that are older than PCI Express, or are few devices'. Each block starts at the capability's
// offset. PCI Local Bus 3.0, appendices H and I; PCI-to-PCI Bridge 1.2, chapter 13; Standard Hot-Plug Controller 1.0, chapter 4;
// Conventional PCI Advanced Capabilities; Serial ATA AHCI 1.3, chapter 2.2.
import { bit, bits, enumeration, reg8, reg16, reg32, registers } from '../registers/index.js'
import { CAPABILITY } from './capabilities.js'

/** Vital Product Data: what is at ADDRESS comes to DATA, and goes from there. */
export const VPD = registers({
  ...CAPABILITY,
  ADDRESS: reg16(0x02, { ADDRESS: bits(14, 0), FLAG: bit(15) }),
  DATA: reg32(0x04),
})

/** Of a bridge to slots: which are behind it. */
export const SLOT_ID = registers({
  ...CAPABILITY,
  EXPANSION: reg8(0x02, {
    /** How many slots are behind it. */
    SLOTS: bits(4, 0),
    FIRST_IN_CHASSIS: bit(5),
  }).ro,
  CHASSIS: reg8(0x03),
})

/** The standard hot-plug controller, whose registers are a window here: SELECT says which is DATA. */
export const HOT_PLUG = registers({
  ...CAPABILITY,
  SELECT: reg8(0x02),
  PENDING: reg8(0x03, { CONTROLLER_INTERRUPT: bit(6), CONTROLLER_SYSTEM_ERROR: bit(7) }).ro,
  DATA: reg32(0x04),
})

/** A bridge's: whose make it is. Devices have this in their header. */
export const SUBSYSTEM_ID = registers({
  ...CAPABILITY,
  SUBSYSTEM_VENDOR: reg16(0x04).ro,
  SUBSYSTEM: reg16(0x06).ro,
})

/** A USB controller's debug port: where in a BAR it is. */
export const DEBUG_PORT = registers({
  ...CAPABILITY,
  PORT: reg16(0x02, { OFFSET: bits(12, 0), BAR: bits(15, 13) }).ro,
})

/** Where a SATA controller's index and data registers are: BAR counts from 4, which is BAR 0; 15: they follow here. */
export const SATA = registers({
  ...CAPABILITY,
  REVISION: reg16(0x02, { MINOR: bits(3, 0), MAJOR: bits(7, 4) }).ro,
  LOCATION: reg32(0x04, { BAR: bits(3, 0), OFFSET_4: bits(23, 4) }).ro,
})

/** What PCI Express has in its own capability, of a device without it. */
export const ADVANCED_FEATURES = registers({
  ...CAPABILITY,
  LENGTH: reg8(0x02).ro,
  CAPABILITIES: reg8(0x03, { TRANSACTIONS_PENDING: bit(0), FUNCTION_LEVEL_RESET: bit(1) }).ro,
  /** Resets this function. Reads as 0. */
  CONTROL: reg8(0x04, { FUNCTION_LEVEL_RESET: bit(0).w1s }),
  STATUS: reg8(0x05, { TRANSACTIONS_PENDING: bit(0) }).ro,
})

/** A structure of a virtio device, and where in a BAR it is: Virtio 1.1, chapter 4.1.4. Its ID is vendor-specific's. */
const VIRTIO_STRUCTURE = {
  ...CAPABILITY,
  LENGTH: reg8(0x02).ro,
  TYPE: reg8(0x03, {
    TYPE: enumeration(7, 0, { COMMON: 1, NOTIFY: 2, ISR: 3, DEVICE: 4, PCI: 5, SHARED_MEMORY: 8, VENDOR: 9 }),
  }).ro,
  BAR: reg8(0x04),
  STRUCTURE_OFFSET: reg32(0x08),
  STRUCTURE_LENGTH: reg32(0x0c),
} as const
export const VIRTIO = registers(VIRTIO_STRUCTURE)
/** The same with what its notifications need: TYPE is NOTIFY. */
export const VIRTIO_NOTIFY = registers({ ...VIRTIO_STRUCTURE, MULTIPLIER: reg32(0x10).ro })
