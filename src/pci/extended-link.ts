// Extended capabilities of a link and of what goes over it: PCI Express Base 4.0, chapters 7.7.3, 7.7.4, 7.8.2, 7.8.3, 7.9.15 and 7.9.16.
// Each block starts at the capability's offset.
import { bit, bits, enumeration, reg16, reg32, registers } from '../registers/index.js'
import { EXTENDED_CAPABILITY } from './extended-capability.js'

/** VALUE times 32 to the power of SCALE, in nanoseconds. */
const LATENCY = { VALUE: bits(9, 0), SCALE: bits(12, 10) } as const

/** Latency Tolerance Reporting: the most that the system promises to take. */
export const LTR = registers({
  ...EXTENDED_CAPABILITY,
  MAX_SNOOP: reg16(0x04, LATENCY),
  MAX_NO_SNOOP: reg16(0x06, LATENCY),
})

const SUBSTATES = { PCI_PM_L1_2: bit(0), PCI_PM_L1_1: bit(1), ASPM_L1_2: bit(2), ASPM_L1_1: bit(3) } as const

/** The substates of L1, in which a link needs less. */
export const L1_SUBSTATES = registers({
  ...EXTENDED_CAPABILITY,
  CAPABILITIES: reg32(0x04, {
    ...SUBSTATES,
    SUPPORTED: bit(4),
    /** In microseconds. */
    COMMON_MODE_RESTORE: bits(15, 8),
    POWER_ON_SCALE: bits(17, 16),
    POWER_ON_VALUE: bits(23, 19),
  }).ro,
  CONTROL: reg32(0x08, {
    ...SUBSTATES,
    COMMON_MODE_RESTORE: bits(15, 8),
    LTR_THRESHOLD: bits(25, 16),
    LTR_THRESHOLD_SCALE: bits(31, 29),
  }),
  CONTROL_2: reg32(0x0c, { POWER_ON_SCALE: bits(1, 0), POWER_ON_VALUE: bits(7, 3) }),
})

/** What links of 8 GT/s and more have. */
export const SECONDARY_PCI_EXPRESS = registers({
  ...EXTENDED_CAPABILITY,
  LINK_CONTROL_3: reg32(0x04, {
    PERFORM_EQUALIZATION: bit(0),
    EQUALIZATION_INTERRUPT: bit(1),
    LOWER_SKP_GENERATION: bits(15, 9),
  }),
  /** A bit for each lane. */
  LANE_ERRORS: reg32(0x08).w1c,
})

export const DATA_LINK_FEATURE = registers({
  ...EXTENDED_CAPABILITY,
  CAPABILITIES: reg32(0x04, { SCALED_FLOW_CONTROL: bit(0), EXCHANGE: bit(31) }).ro,
  /** Of the other end. */
  STATUS: reg32(0x08, { SCALED_FLOW_CONTROL: bit(0), VALID: bit(31) }).ro,
})

/** Links of 16 GT/s. */
export const PHYSICAL_LAYER_16GT = registers({
  ...EXTENDED_CAPABILITY,
  STATUS: reg32(0x0c, {
    EQUALIZATION_COMPLETE: bit(0).ro,
    EQUALIZATION_PHASE_1: bit(1).ro,
    EQUALIZATION_PHASE_2: bit(2).ro,
    EQUALIZATION_PHASE_3: bit(3).ro,
    EQUALIZATION_REQUEST: bit(4).w1c,
  }),
})

/** Precision Time Measurement. */
export const PTM = registers({
  ...EXTENDED_CAPABILITY,
  CAPABILITIES: reg32(0x04, { REQUESTER: bit(0), RESPONDER: bit(1), ROOT: bit(2), GRANULARITY: bits(15, 8) })
    .ro,
  CONTROL: reg32(0x08, { ENABLE: bit(0), ROOT_SELECT: bit(1), GRANULARITY: bits(15, 8) }),
})

/** Downstream Port Containment: an error below ends the link. */
export const DPC = registers({
  ...EXTENDED_CAPABILITY,
  CAPABILITIES: reg16(0x04, {
    INTERRUPT_MESSAGE: bits(4, 0),
    ROOT_PORT_EXTENSIONS: bit(5),
    POISONED_EGRESS_BLOCKING: bit(6),
    SOFTWARE_TRIGGER: bit(7),
    LOG_SIZE: bits(11, 8),
    LINK_ACTIVE_ERROR: bit(12),
  }).ro,
  CONTROL: reg16(0x06, {
    TRIGGER: enumeration(1, 0, { DISABLED: 0, FATAL: 1, NON_FATAL: 2 }),
    UNSUPPORTED_REQUEST: bit(2),
    INTERRUPT: bit(3),
    CORRECTABLE_ERROR: bit(4),
    POISONED_EGRESS_BLOCKING: bit(5),
    SOFTWARE_TRIGGER: bit(6).w1s,
    LINK_ACTIVE_ERROR: bit(7),
  }),
  STATUS: reg16(0x08, {
    TRIGGERED: bit(0).w1c,
    REASON: enumeration(2, 1, { UNCORRECTABLE: 0, NON_FATAL: 1, FATAL: 2, EXTENSION: 3 }).ro,
    INTERRUPT: bit(3).w1c,
    ROOT_PORT_BUSY: bit(4).ro,
    REASON_EXTENSION: bits(6, 5).ro,
    FIRST_ERROR: bits(12, 8).ro,
  }),
  /** Who has sent the error: bus, device and function, 16 bits. */
  SOURCE: reg16(0x0a).ro,
})
