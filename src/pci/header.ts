// The first 64 bytes of the configuration space: PCI Local Bus 3.0, chapter 6.1; PCI-to-PCI Bridge 1.2, chapter 3.2.
import { bit, bits, reg8, reg16, reg32, registers } from '../registers/index.js'

const COMMAND = {
  /** Answers accesses to its I/O ports. */
  IO: bit(0),
  /** Answers accesses to its memory. */
  MEMORY: bit(1),
  /** May access memory by itself. */
  BUS_MASTER: bit(2),
  SPECIAL_CYCLES: bit(3),
  MEMORY_WRITE_AND_INVALIDATE: bit(4),
  VGA_PALETTE_SNOOP: bit(5),
  PARITY_ERROR_RESPONSE: bit(6),
  SERR: bit(8),
  FAST_BACK_TO_BACK: bit(9),
  INTX_DISABLE: bit(10),
}

/** Errors: write 1 to clear. */
const ERRORS = {
  MASTER_DATA_PARITY_ERROR: bit(8).w1c,
  SIGNALED_TARGET_ABORT: bit(11).w1c,
  RECEIVED_TARGET_ABORT: bit(12).w1c,
  RECEIVED_MASTER_ABORT: bit(13).w1c,
  SYSTEM_ERROR: bit(14).w1c,
  PARITY_ERROR: bit(15).w1c,
}

const STATUS = {
  IMMEDIATE_READINESS: bit(0).ro,
  /** It asserts its INTx. */
  INTERRUPT: bit(3).ro,
  CAPABILITIES_LIST: bit(4).ro,
  CAPABLE_OF_66_MHZ: bit(5).ro,
  FAST_BACK_TO_BACK: bit(7).ro,
  DEVSEL_TIMING: bits(10, 9).ro,
  ...ERRORS,
}

/** What both types of header have. */
const COMMON = {
  VENDOR: reg16(0x00).ro,
  DEVICE: reg16(0x02).ro,
  COMMAND: reg16(0x04, COMMAND),
  STATUS: reg16(0x06, STATUS),
  REVISION: reg8(0x08).ro,
  INTERFACE: reg8(0x09).ro,
  SUBCLASS: reg8(0x0a).ro,
  CLASS: reg8(0x0b).ro,
  CACHE_LINE_SIZE: reg8(0x0c),
  LATENCY_TIMER: reg8(0x0d),
  /** 0: PCI_HEADER, 1: PCI_BRIDGE_HEADER. */
  HEADER_TYPE: reg8(0x0e, { TYPE: bits(6, 0), MULTI_FUNCTION: bit(7) }).ro,
  BIST: reg8(0x0f, { RESULT: bits(3, 0).ro, START: bit(6), CAPABLE: bit(7).ro }),
  /** Where the list of capabilities starts. */
  CAPABILITIES: reg8(0x34).ro,
  INTERRUPT_LINE: reg8(0x3c),
  /** 1 to 4: INTA to INTD; 0: none. */
  INTERRUPT_PIN: reg8(0x3d).ro,
} as const

/** The header of a device, type 0. */
export const PCI_HEADER = registers({
  ...COMMON,
  BAR: reg32(0x10).array(6),
  CARDBUS_CIS: reg32(0x28).ro,
  SUBSYSTEM_VENDOR: reg16(0x2c).ro,
  SUBSYSTEM: reg16(0x2e).ro,
  EXPANSION_ROM: reg32(0x30, { ENABLE: bit(0), ADDRESS: bits(31, 11) }),
  MIN_GRANT: reg8(0x3e).ro,
  MAX_LATENCY: reg8(0x3f).ro,
})

/** The header of a bridge to another bus, type 1. A window's base and limit hold the upper bits of an address. */
export const PCI_BRIDGE_HEADER = registers({
  ...COMMON,
  BAR: reg32(0x10).array(2),
  PRIMARY_BUS: reg8(0x18),
  SECONDARY_BUS: reg8(0x19),
  /** The last bus behind it. */
  SUBORDINATE_BUS: reg8(0x1a),
  SECONDARY_LATENCY_TIMER: reg8(0x1b),
  IO_BASE: reg8(0x1c, { TYPE: bits(3, 0).ro, ADDRESS_15_12: bits(7, 4) }),
  IO_LIMIT: reg8(0x1d, { TYPE: bits(3, 0).ro, ADDRESS_15_12: bits(7, 4) }),
  SECONDARY_STATUS: reg16(0x1e, {
    CAPABLE_OF_66_MHZ: bit(5).ro,
    FAST_BACK_TO_BACK: bit(7).ro,
    DEVSEL_TIMING: bits(10, 9).ro,
    ...ERRORS,
  }),
  MEMORY_BASE: reg16(0x20, { ADDRESS_31_20: bits(15, 4) }),
  MEMORY_LIMIT: reg16(0x22, { ADDRESS_31_20: bits(15, 4) }),
  PREFETCHABLE_BASE: reg16(0x24, { TYPE: bits(3, 0).ro, ADDRESS_31_20: bits(15, 4) }),
  PREFETCHABLE_LIMIT: reg16(0x26, { TYPE: bits(3, 0).ro, ADDRESS_31_20: bits(15, 4) }),
  PREFETCHABLE_BASE_UPPER: reg32(0x28),
  PREFETCHABLE_LIMIT_UPPER: reg32(0x2c),
  IO_BASE_UPPER: reg16(0x30),
  IO_LIMIT_UPPER: reg16(0x32),
  EXPANSION_ROM: reg32(0x38, { ENABLE: bit(0), ADDRESS: bits(31, 11) }),
  BRIDGE_CONTROL: reg16(0x3e, {
    PARITY_ERROR_RESPONSE: bit(0),
    SERR: bit(1),
    ISA: bit(2),
    VGA: bit(3),
    VGA_16_BIT: bit(4),
    MASTER_ABORT_MODE: bit(5),
    SECONDARY_BUS_RESET: bit(6),
    FAST_BACK_TO_BACK: bit(7),
    PRIMARY_DISCARD_TIMER: bit(8),
    SECONDARY_DISCARD_TIMER: bit(9),
    DISCARD_TIMER_STATUS: bit(10).w1c,
    DISCARD_TIMER_SERR: bit(11),
  }),
})
