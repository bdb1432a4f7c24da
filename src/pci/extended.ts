// Capabilities behind the first 256 bytes, which only PCI Express has: PCI Express Base 4.0, chapters 7.8.4 and 9.3.3. Each
// block starts at the capability's offset.
import { bit, bits, reg16, reg32, registers } from '../registers/index.js'

/** What each starts with. */
const HEADER = {
  HEADER: reg32(0x00, { ID: bits(15, 0), VERSION: bits(19, 16), NEXT: bits(31, 20) }).ro,
} as const

const UNCORRECTABLE = {
  DATA_LINK_PROTOCOL: bit(4),
  SURPRISE_DOWN: bit(5),
  POISONED_TLP: bit(12),
  FLOW_CONTROL_PROTOCOL: bit(13),
  COMPLETION_TIMEOUT: bit(14),
  COMPLETER_ABORT: bit(15),
  UNEXPECTED_COMPLETION: bit(16),
  RECEIVER_OVERFLOW: bit(17),
  MALFORMED_TLP: bit(18),
  ECRC: bit(19),
  UNSUPPORTED_REQUEST: bit(20),
  ACS_VIOLATION: bit(21),
  INTERNAL: bit(22),
} as const

const CORRECTABLE = {
  RECEIVER: bit(0),
  BAD_TLP: bit(6),
  BAD_DLLP: bit(7),
  REPLAY_NUM_ROLLOVER: bit(8),
  REPLAY_TIMER_TIMEOUT: bit(12),
  ADVISORY_NON_FATAL: bit(13),
  INTERNAL: bit(14),
  HEADER_LOG_OVERFLOW: bit(15),
} as const

/** Advanced Error Reporting. */
export const AER = registers({
  ...HEADER,
  UNCORRECTABLE_STATUS: reg32(0x04, UNCORRECTABLE).w1c,
  UNCORRECTABLE_MASK: reg32(0x08, UNCORRECTABLE),
  /** Those that are fatal. */
  UNCORRECTABLE_SEVERITY: reg32(0x0c, UNCORRECTABLE),
  CORRECTABLE_STATUS: reg32(0x10, CORRECTABLE).w1c,
  CORRECTABLE_MASK: reg32(0x14, CORRECTABLE),
  CONTROL: reg32(0x18, {
    /** The number of the first error's bit. */
    FIRST_ERROR: bits(4, 0).ro,
    ECRC_GENERATION_CAPABLE: bit(5).ro,
    ECRC_GENERATION: bit(6),
    ECRC_CHECK_CAPABLE: bit(7).ro,
    ECRC_CHECK: bit(8),
  }),
  /** The start of the packet that the first error is about. */
  HEADER_LOG: reg32(0x1c).ro.array(4),
})

/** Single Root I/O Virtualization: of the physical function. */
export const SR_IOV = registers({
  ...HEADER,
  CAPABILITIES: reg32(0x04, { MIGRATION: bit(0), ARI_HIERARCHY: bit(1), MIGRATION_INTERRUPT: bits(31, 21) })
    .ro,
  CONTROL: reg16(0x08, {
    ENABLE: bit(0),
    MIGRATION: bit(1),
    MIGRATION_INTERRUPT: bit(2),
    /** Its virtual functions answer accesses to their memory. */
    MEMORY: bit(3),
    ARI_HIERARCHY: bit(4),
  }),
  STATUS: reg16(0x0a, { MIGRATION: bit(0).w1c }),
  INITIAL: reg16(0x0c).ro,
  TOTAL: reg16(0x0e).ro,
  /** How many virtual functions there are. */
  COUNT: reg16(0x10),
  DEPENDENCY: reg16(0x12).ro,
  /** Where the first one's number is, and what lies between two. */
  FIRST_OFFSET: reg16(0x14).ro,
  STRIDE: reg16(0x16).ro,
  DEVICE: reg16(0x1a).ro,
  PAGE_SIZES: reg32(0x1c).ro,
  PAGE_SIZE: reg32(0x20),
  BAR: reg32(0x24).array(6),
  MIGRATION_STATE: reg32(0x3c, { BAR: bits(2, 0), OFFSET_8: bits(31, 3) }).ro,
})

/** What follows its second word is the vendor's. */
export const EXTENDED_VENDOR_SPECIFIC = registers({
  ...HEADER,
  VENDOR: reg32(0x04, {
    ID: bits(15, 0),
    REVISION: bits(19, 16),
    /** Of all of it, in bytes. */
    LENGTH: bits(31, 20),
  }).ro,
})
