// Extended capabilities of devices that are shared, by functions or by processes: PCI Express Base 4.0, chapters 7.7.8, 7.8.7 and 9.3.3,
// Address Translation Services 1.1. Each block starts at the capability's offset.
import { bit, bits, reg16, reg32, registers } from '../registers/index.js'
import { EXTENDED_CAPABILITY } from './extended-capability.js'

/** Single Root I/O Virtualization: of the physical function. */
export const SR_IOV = registers({
  ...EXTENDED_CAPABILITY,
  CAPABILITIES: reg32(0x04, {
    MIGRATION: bit(0),
    ARI_HIERARCHY: bit(1),
    TAG_10_BIT_REQUESTER: bit(2),
    MIGRATION_INTERRUPT: bits(31, 21),
  }).ro,
  CONTROL: reg16(0x08, {
    ENABLE: bit(0),
    MIGRATION: bit(1),
    MIGRATION_INTERRUPT: bit(2),
    /** Its virtual functions answer accesses to their memory. */
    MEMORY: bit(3),
    ARI_HIERARCHY: bit(4),
    TAG_10_BIT_REQUESTER: bit(5),
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

const ACCESS_CONTROL = {
  SOURCE_VALIDATION: bit(0),
  TRANSLATION_BLOCKING: bit(1),
  REQUEST_REDIRECT: bit(2),
  COMPLETION_REDIRECT: bit(3),
  UPSTREAM_FORWARDING: bit(4),
  EGRESS_CONTROL: bit(5),
  DIRECT_TRANSLATED: bit(6),
} as const

/** Access Control Services: which requests between devices go by the root. */
export const ACS = registers({
  ...EXTENDED_CAPABILITY,
  CAPABILITIES: reg16(0x04, { ...ACCESS_CONTROL, EGRESS_VECTOR_BITS: bits(15, 8) }).ro,
  CONTROL: reg16(0x06, ACCESS_CONTROL),
})

/** Alternative Routing-ID Interpretation: more than eight functions. */
export const ARI = registers({
  ...EXTENDED_CAPABILITY,
  CAPABILITIES: reg16(0x04, { MFVC_GROUPS: bit(0), ACS_GROUPS: bit(1), NEXT_FUNCTION: bits(15, 8) }).ro,
  CONTROL: reg16(0x06, { MFVC_GROUPS: bit(0), ACS_GROUPS: bit(1), FUNCTION_GROUP: bits(6, 4) }),
})

/** Address Translation Services: it keeps translations of the IOMMU's. */
export const ATS = registers({
  ...EXTENDED_CAPABILITY,
  CAPABILITIES: reg16(0x04, {
    /** How many invalidations it takes at once; 0: 32. */
    QUEUE_DEPTH: bits(4, 0),
    PAGE_ALIGNED: bit(5),
    GLOBAL_INVALIDATE: bit(6),
  }).ro,
  /** SMALLEST_UNIT: 4 KiB times 2 to the power of this. */
  CONTROL: reg16(0x06, { SMALLEST_UNIT: bits(4, 0), ENABLE: bit(15) }),
})

/** Page requests: it asks for pages that are not there. */
export const PAGE_REQUEST = registers({
  ...EXTENDED_CAPABILITY,
  CONTROL: reg16(0x04, { ENABLE: bit(0), RESET: bit(1).w1s }),
  STATUS: reg16(0x06, {
    RESPONSE_FAILURE: bit(0).w1c,
    UNEXPECTED_INDEX: bit(1).w1c,
    STOPPED: bit(8).ro,
    PASID_REQUIRED: bit(15).ro,
  }),
  CAPACITY: reg32(0x08).ro,
  ALLOCATION: reg32(0x0c),
})

/** Process address spaces. */
export const PASID = registers({
  ...EXTENDED_CAPABILITY,
  CAPABILITIES: reg16(0x04, { EXECUTE: bit(1), PRIVILEGED: bit(2), MAX_WIDTH: bits(12, 8) }).ro,
  CONTROL: reg16(0x06, { ENABLE: bit(0), EXECUTE: bit(1), PRIVILEGED: bit(2) }),
})
