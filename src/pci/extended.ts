// Other extended capabilities: who the device is, how its BARs and its link are: PCI Express Base 4.0, chapters 7.7 to 7.9. Each block
// starts at the capability's offset.
import { bit, bits, block, enumeration, reg16, reg32, registers } from '../registers/index.js'
import { EXTENDED_CAPABILITY } from './extended-capability.js'

/** Two words that are one device's alone, as network cards' addresses are. */
export const SERIAL_NUMBER = registers({
  ...EXTENDED_CAPABILITY,
  LOWER: reg32(0x04).ro,
  UPPER: reg32(0x08).ro,
})

const VENDOR = reg32(0x04, {
  ID: bits(15, 0),
  REVISION: bits(19, 16),
  /** Of all of it, in bytes. */
  LENGTH: bits(31, 20),
}).ro

/** What follows its second word is the vendor's. */
export const EXTENDED_VENDOR_SPECIFIC = registers({ ...EXTENDED_CAPABILITY, VENDOR })

/** The same of another vendor than the device's, whose number is VENDOR.ID, as CXL's is. */
export const DESIGNATED_VENDOR_SPECIFIC = registers({ ...EXTENDED_CAPABILITY, VENDOR, ID: reg16(0x08).ro })

const CHANNEL = registers({
  CAPABILITIES: reg32(0x00, {
    ARBITRATION: bits(7, 0),
    REJECT_SNOOP: bit(15),
    LAST_TIME_SLOT: bits(22, 16),
    TABLE_OFFSET_16: bits(31, 24),
  }).ro,
  CONTROL: reg32(0x04, {
    TRAFFIC_CLASSES: bits(7, 0),
    LOAD_TABLE: bit(16).w1s,
    ARBITRATION: bits(19, 17),
    ID: bits(26, 24),
    ENABLE: bit(31),
  }),
  STATUS: reg16(0x0a, { TABLE: bit(0), NEGOTIATION_PENDING: bit(1) }).ro,
})

/** Virtual channels: there are CAPABILITIES.LAST + 1. */
export const VIRTUAL_CHANNEL = registers({
  ...EXTENDED_CAPABILITY,
  CAPABILITIES: reg32(0x04, {
    LAST: bits(2, 0),
    LAST_LOW_PRIORITY: bits(6, 4),
    REFERENCE_CLOCK: bits(9, 8),
    TABLE_ENTRY_BITS: enumeration(11, 10, { 1: 0, 2: 1, 4: 2, 8: 3 }),
  }).ro,
  CAPABILITIES_2: reg32(0x08, { ARBITRATION: bits(7, 0), TABLE_OFFSET_16: bits(31, 24) }).ro,
  CONTROL: reg16(0x0c, { LOAD_TABLE: bit(0).w1s, ARBITRATION: bits(3, 1) }),
  STATUS: reg16(0x0e, { TABLE: bit(0) }).ro,
  CHANNEL: block(0x10, CHANNEL).array(8, 12),
})

const RESIZABLE = registers({
  /** Which sizes it supports: 1 MiB, 2 MiB, and so on. */
  CAPABILITIES: reg32(0x00, { SIZES: bits(31, 4) }).ro,
  CONTROL: reg32(0x04, {
    BAR: bits(2, 0).ro,
    /** How many BARs can be resized: the first one's tells. */
    COUNT: bits(7, 5).ro,
    /** As many MiB as 2 to the power of this. */
    SIZE: bits(13, 8),
  }),
})

/** BARs that can be resized: there are BAR[0].CONTROL.COUNT. */
export const RESIZABLE_BAR = registers({ ...EXTENDED_CAPABILITY, BAR: block(0x04, RESIZABLE).array(6, 8) })

/** TLP Processing Hints. */
export const TPH = registers({
  ...EXTENDED_CAPABILITY,
  CAPABILITIES: reg32(0x04, {
    NO_STEERING_TAG: bit(0),
    INTERRUPT_VECTOR: bit(1),
    DEVICE_SPECIFIC: bit(2),
    EXTENDED: bit(8),
    TABLE: enumeration(10, 9, { NONE: 0, HERE: 1, MSI_X: 2 }),
    LAST_ENTRY: bits(26, 16),
  }).ro,
  CONTROL: reg32(0x08, {
    MODE: enumeration(2, 0, { NO_STEERING_TAG: 0, INTERRUPT_VECTOR: 1, DEVICE_SPECIFIC: 2 }),
    REQUESTER: enumeration(9, 8, { DISABLED: 0, TPH: 1, EXTENDED: 3 }),
  }),
})

/** Data Object Exchange: of a mailbox, what a read does not change. */
export const DOE = registers({
  ...EXTENDED_CAPABILITY,
  CAPABILITIES: reg32(0x04, { INTERRUPT: bit(0), INTERRUPT_MESSAGE: bits(11, 1) }).ro,
  CONTROL: reg32(0x08, { ABORT: bit(0).w1s, INTERRUPT: bit(1), GO: bit(31).w1s }),
  STATUS: reg32(0x0c, { BUSY: bit(0).ro, INTERRUPT: bit(1).w1c, ERROR: bit(2).ro, OBJECT_READY: bit(31).ro }),
})
