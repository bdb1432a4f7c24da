// Advanced Error Reporting: PCI Express Base 4.0, chapter 7.8.4. The blocks start at the capability's offset.
import { bit, bits, reg16, reg32, registers } from '../registers/index.js'
import { EXTENDED_CAPABILITY } from './extended-capability.js'

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
  MULTICAST_BLOCKED: bit(23),
  ATOMIC_EGRESS_BLOCKED: bit(24),
  PREFIX_BLOCKED: bit(25),
  POISONED_EGRESS_BLOCKED: bit(26),
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

const ERRORS = {
  ...EXTENDED_CAPABILITY,
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
    MULTIPLE_HEADERS_CAPABLE: bit(9).ro,
    MULTIPLE_HEADERS: bit(10),
    PREFIX_LOG_PRESENT: bit(11).ro,
    COMPLETION_TIMEOUT_LOG_CAPABLE: bit(12).ro,
  }),
  /** The start of the packet that the first error is about. */
  HEADER_LOG: reg32(0x1c).ro.array(4),
} as const

/** Advanced Error Reporting. */
export const AER = registers(ERRORS)

/** The same of a root port, or an event collector: what the devices below have reported to it. */
export const AER_ROOT = registers({
  ...ERRORS,
  ROOT_COMMAND: reg32(0x2c, { CORRECTABLE: bit(0), NON_FATAL: bit(1), FATAL: bit(2) }),
  ROOT_STATUS: reg32(0x30, {
    CORRECTABLE: bit(0).w1c,
    MULTIPLE_CORRECTABLE: bit(1).w1c,
    UNCORRECTABLE: bit(2).w1c,
    MULTIPLE_UNCORRECTABLE: bit(3).w1c,
    FIRST_FATAL: bit(4).w1c,
    NON_FATAL: bit(5).w1c,
    FATAL: bit(6).w1c,
    INTERRUPT_MESSAGE: bits(31, 27).ro,
  }),
  /** Who was first to report one: bus, device and function, 16 bits. */
  CORRECTABLE_SOURCE: reg16(0x34).ro,
  UNCORRECTABLE_SOURCE: reg16(0x36).ro,
})
