// The registers of QEMU's educational device, as docs/specs/edu.rst in QEMU's source describes them.
import { bit, bits, block, reg32, reg64, registers } from 'io-mapping/registers'

/** What it interrupts for. */
const INTERRUPTS = { FACTORIAL: bit(0), DMA: bit(8) }

const DMA = registers({
  /** Bus addresses. The device's own buffer lies at BUFFER, and nowhere on the bus. */
  SOURCE: reg64(0x00),
  DESTINATION: reg64(0x08),
  /** In bytes. */
  COUNT: reg64(0x10),
  COMMAND: reg64(0x18, {
    /** Stays 1 until the transfer is done. */
    START: bit(0),
    /** From the buffer to memory; else from memory to the buffer. */
    TO_MEMORY: bit(1),
    INTERRUPT: bit(2),
  }),
})

export const EDU = registers({
  ID: reg32(0x00, { MAJOR: bits(31, 24), MINOR: bits(23, 16), MAGIC: bits(7, 0) }).ro,
  /** Answers the complement of what was written. */
  LIVENESS: reg32(0x04),
  /** What is written starts the computation; then it holds the factorial, modulo 2^32. */
  FACTORIAL: reg32(0x08),
  STATUS: reg32(0x20, { COMPUTING: bit(0).ro, INTERRUPT: bit(7) }),
  PENDING: reg32(0x24, INTERRUPTS).ro,
  RAISE: reg32(0x60, INTERRUPTS).wo,
  ACKNOWLEDGE: reg32(0x64, INTERRUPTS).wo,
  DMA: block(0x80, DMA),
})

/** What ID.MAGIC reads. */
export const MAGIC = 0xed

/** The device's buffer, as the DMA registers see it: an address and a size in bytes. */
export const BUFFER = { address: 0x40000, size: 4096 } as const
