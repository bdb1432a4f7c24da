// The capability that every PCI Express device has: PCI Express Base 4.0, chapter 7.5.3. Its blocks start at its offset.
import { bit, bits, enumeration, reg16, reg32, registers } from '../registers/index.js'
import { CAPABILITY } from './capabilities.js'
import { SECOND } from './pci-express-2.js'
import { SPEED } from './speed.js'

/** As many bytes as 128 times 2 to the power of this, at most. */
const PAYLOAD = { 128: 0, 256: 1, 512: 2, 1024: 3, 2048: 4, 4096: 5 } as const

const ASPM = { NONE: 0, L0S: 1, L1: 2, L0S_AND_L1: 3 } as const

const INDICATOR = { ON: 1, BLINK: 2, OFF: 3 } as const

const DEVICE = {
  ...CAPABILITY,
  CAPABILITIES: reg16(0x02, {
    VERSION: bits(3, 0),
    TYPE: enumeration(7, 4, {
      ENDPOINT: 0,
      LEGACY_ENDPOINT: 1,
      ROOT_PORT: 4,
      UPSTREAM_PORT: 5,
      DOWNSTREAM_PORT: 6,
      BRIDGE_TO_PCI: 7,
      BRIDGE_FROM_PCI: 8,
      ROOT_COMPLEX_ENDPOINT: 9,
      ROOT_COMPLEX_EVENT_COLLECTOR: 10,
    }),
    SLOT: bit(8),
    INTERRUPT_MESSAGE: bits(13, 9),
  }).ro,
  DEVICE_CAPABILITIES: reg32(0x04, {
    MAX_PAYLOAD: enumeration(2, 0, PAYLOAD),
    PHANTOM_FUNCTIONS: bits(4, 3),
    EXTENDED_TAGS: bit(5),
    L0S_LATENCY: bits(8, 6),
    L1_LATENCY: bits(11, 9),
    /** These three are older than 1.1: whether its card has them. */
    ATTENTION_BUTTON: bit(12),
    ATTENTION_INDICATOR: bit(13),
    POWER_INDICATOR: bit(14),
    ROLE_BASED_ERRORS: bit(15),
    SLOT_POWER_LIMIT: bits(25, 18),
    SLOT_POWER_SCALE: bits(27, 26),
    FUNCTION_LEVEL_RESET: bit(28),
  }).ro,
  DEVICE_CONTROL: reg16(0x08, {
    REPORT_CORRECTABLE: bit(0),
    REPORT_NON_FATAL: bit(1),
    REPORT_FATAL: bit(2),
    REPORT_UNSUPPORTED: bit(3),
    RELAXED_ORDERING: bit(4),
    MAX_PAYLOAD: enumeration(7, 5, PAYLOAD),
    EXTENDED_TAGS: bit(8),
    PHANTOM_FUNCTIONS: bit(9),
    AUX_POWER: bit(10),
    NO_SNOOP: bit(11),
    MAX_READ_REQUEST: enumeration(14, 12, PAYLOAD),
    /** Resets this function. Of a bridge to PCI: retries configuration. Reads as 0. */
    FUNCTION_LEVEL_RESET: bit(15).w1s,
  }),
  DEVICE_STATUS: reg16(0x0a, {
    CORRECTABLE_ERROR: bit(0).w1c,
    NON_FATAL_ERROR: bit(1).w1c,
    FATAL_ERROR: bit(2).w1c,
    UNSUPPORTED_REQUEST: bit(3).w1c,
    AUX_POWER: bit(4).ro,
    /** Requests of its own are not answered yet. */
    TRANSACTIONS_PENDING: bit(5).ro,
  }),
  LINK_CAPABILITIES: reg32(0x0c, {
    MAX_SPEED: enumeration(3, 0, SPEED),
    /** In lanes. */
    MAX_WIDTH: bits(9, 4),
    ASPM: enumeration(11, 10, ASPM),
    L0S_EXIT_LATENCY: bits(14, 12),
    L1_EXIT_LATENCY: bits(17, 15),
    CLOCK_POWER_MANAGEMENT: bit(18),
    SURPRISE_DOWN_REPORTING: bit(19),
    LINK_ACTIVE_REPORTING: bit(20),
    BANDWIDTH_NOTIFICATION: bit(21),
    ASPM_OPTIONALITY: bit(22),
    PORT: bits(31, 24),
  }).ro,
  LINK_CONTROL: reg16(0x10, {
    ASPM: enumeration(1, 0, ASPM),
    /** In bytes. */
    READ_COMPLETION_BOUNDARY: enumeration(3, 3, { 64: 0, 128: 1 }),
    DISABLE: bit(4),
    /** Trains it anew. Reads as 0. */
    RETRAIN: bit(5).w1s,
    COMMON_CLOCK: bit(6),
    EXTENDED_SYNCH: bit(7),
    CLOCK_POWER_MANAGEMENT: bit(8),
    AUTONOMOUS_WIDTH_DISABLE: bit(9),
    BANDWIDTH_MANAGEMENT_INTERRUPT: bit(10),
    AUTONOMOUS_BANDWIDTH_INTERRUPT: bit(11),
  }),
  LINK_STATUS: reg16(0x12, {
    SPEED: enumeration(3, 0, SPEED).ro,
    /** In lanes. */
    WIDTH: bits(9, 4).ro,
    /** Older than 1.1. */
    TRAINING_ERROR: bit(10).ro,
    TRAINING: bit(11).ro,
    SLOT_CLOCK: bit(12).ro,
    ACTIVE: bit(13).ro,
    BANDWIDTH_MANAGEMENT: bit(14).w1c,
    AUTONOMOUS_BANDWIDTH: bit(15).w1c,
  }),
} as const

/** The registers of a slot, and of a root port. */
const PORT = {
  SLOT_CAPABILITIES: reg32(0x14, {
    ATTENTION_BUTTON: bit(0),
    POWER_CONTROLLER: bit(1),
    LATCH: bit(2),
    ATTENTION_INDICATOR: bit(3),
    POWER_INDICATOR: bit(4),
    SURPRISE: bit(5),
    HOT_PLUG: bit(6),
    POWER_LIMIT: bits(14, 7),
    POWER_LIMIT_SCALE: bits(16, 15),
    INTERLOCK: bit(17),
    NO_COMMAND_COMPLETED: bit(18),
    /** The number on the chassis. */
    SLOT: bits(31, 19),
  }).ro,
  SLOT_CONTROL: reg16(0x18, {
    /** The first six and LINK_CHANGED let a change interrupt. */
    ATTENTION_BUTTON: bit(0),
    POWER_FAULT: bit(1),
    LATCH_CHANGED: bit(2),
    PRESENCE_CHANGED: bit(3),
    COMMAND_COMPLETED: bit(4),
    HOT_PLUG_INTERRUPT: bit(5),
    ATTENTION_INDICATOR: enumeration(7, 6, INDICATOR),
    POWER_INDICATOR: enumeration(9, 8, INDICATOR),
    POWER_OFF: bit(10),
    /** Turns it the other way. Reads as 0. */
    INTERLOCK: bit(11).w1t,
    LINK_CHANGED: bit(12),
    AUTO_POWER_LIMIT_DISABLE: bit(13),
  }),
  SLOT_STATUS: reg16(0x1a, {
    ATTENTION_BUTTON: bit(0).w1c,
    POWER_FAULT: bit(1).w1c,
    LATCH_CHANGED: bit(2).w1c,
    PRESENCE_CHANGED: bit(3).w1c,
    COMMAND_COMPLETED: bit(4).w1c,
    LATCH_OPEN: bit(5).ro,
    PRESENT: bit(6).ro,
    INTERLOCK: bit(7).ro,
    LINK_CHANGED: bit(8).w1c,
  }),
  ROOT_CONTROL: reg16(0x1c, {
    SYSTEM_ERROR_ON_CORRECTABLE: bit(0),
    SYSTEM_ERROR_ON_NON_FATAL: bit(1),
    SYSTEM_ERROR_ON_FATAL: bit(2),
    PME_INTERRUPT: bit(3),
    /** A request that is to be tried again is seen by software. */
    RETRY_STATUS_VISIBLE: bit(4),
  }),
  ROOT_CAPABILITIES: reg16(0x1e, { RETRY_STATUS_VISIBLE: bit(0) }).ro,
  ROOT_STATUS: reg32(0x20, { PME_REQUESTER: bits(15, 0).ro, PME: bit(16).w1c, PME_PENDING: bit(17).ro }),
} as const

/** What each device has. */
export const PCI_EXPRESS = registers(DEVICE)

/** With the registers of a slot, and of a root port: CAPABILITIES.TYPE is a port's. Other devices need not have them. */
export const PCI_EXPRESS_PORT = registers({ ...DEVICE, ...PORT })

/** The second version's, CAPABILITIES.VERSION is 2 or more, of each device: those of slots and roots are 0 where there is none. */
export const PCI_EXPRESS_2 = registers({ ...DEVICE, ...PORT, ...SECOND })
