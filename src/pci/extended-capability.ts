// What each capability behind the first 256 bytes starts with, which only PCI Express has.
import { bits, reg32 } from '../registers/index.js'

export const EXTENDED_CAPABILITY = {
  HEADER: reg32(0x00, { ID: bits(15, 0), VERSION: bits(19, 16), NEXT: bits(31, 20) }).ro,
} as const
