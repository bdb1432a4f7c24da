// linux/iomap.h's accessors, by their own names and in their argument order: value, address. Those of registers whose bytes
// lie in the other order, `be`, are one access as well: the bytes are turned in the processor.
import { type AccessWidth, HOST, swapped, unsigned, type Word } from '../access/words.js'
import type { IoAccess } from '../index.js'

/** What the bus carries for a big-endian register's value, and the other way round. */
const turned = (value: Word, width: AccessWidth): Word => (HOST === 'big' ? value : swapped(value, width))

/** One 8-bit read at byte `offset` of the window. @throws IoMappingError as IoMem.read8 */
export const ioread8 = (vaddr: IoAccess, offset = 0): number => vaddr.read8(offset)
/** One 16-bit read at byte `offset` of the window. @throws IoMappingError as IoMem.read16 */
export const ioread16 = (vaddr: IoAccess, offset = 0): number => vaddr.read16(offset)
/** One 32-bit read at byte `offset` of the window. @throws IoMappingError as IoMem.read32 */
export const ioread32 = (vaddr: IoAccess, offset = 0): number => vaddr.read32(offset)
/** One 64-bit read at byte `offset` of the window. @throws IoMappingError as IoMem.read64 */
export const ioread64 = (vaddr: IoAccess, offset = 0): bigint => vaddr.read64(offset)

/** One 8-bit write at byte `offset` of the window. @throws IoMappingError as IoMem.write8 */
export const iowrite8 = (value: number, vaddr: IoAccess, offset = 0): void => vaddr.write8(offset, value)
/** One 16-bit write at byte `offset` of the window. @throws IoMappingError as IoMem.write16 */
export const iowrite16 = (value: number, vaddr: IoAccess, offset = 0): void => vaddr.write16(offset, value)
/** One 32-bit write at byte `offset` of the window. @throws IoMappingError as IoMem.write32 */
export const iowrite32 = (value: number, vaddr: IoAccess, offset = 0): void => vaddr.write32(offset, value)
/** One 64-bit write at byte `offset` of the window. @throws IoMappingError as IoMem.write64 */
export const iowrite64 = (value: bigint, vaddr: IoAccess, offset = 0): void => vaddr.write64(offset, value)

/** One 16-bit read of a big-endian register. @throws IoMappingError as IoMem.read16 */
export const ioread16be = (vaddr: IoAccess, offset = 0): number => turned(vaddr.read16(offset), 2) as number
/** One 32-bit read of a big-endian register. @throws IoMappingError as IoMem.read32 */
export const ioread32be = (vaddr: IoAccess, offset = 0): number => turned(vaddr.read32(offset), 4) as number
/** One 64-bit read of a big-endian register. @throws IoMappingError as IoMem.read64 */
export const ioread64be = (vaddr: IoAccess, offset = 0): bigint => turned(vaddr.read64(offset), 8) as bigint

/** One 16-bit write of a big-endian register. @throws IoMappingError as IoMem.write16 */
export const iowrite16be = (value: number, vaddr: IoAccess, offset = 0): void =>
  vaddr.write16(offset, turned(unsigned('iowrite16be', 2, value), 2) as number)
/** One 32-bit write of a big-endian register. @throws IoMappingError as IoMem.write32 */
export const iowrite32be = (value: number, vaddr: IoAccess, offset = 0): void =>
  vaddr.write32(offset, turned(unsigned('iowrite32be', 4, value), 4) as number)
/** One 64-bit write of a big-endian register. @throws IoMappingError as IoMem.write64 */
export const iowrite64be = (value: bigint, vaddr: IoAccess, offset = 0): void =>
  vaddr.write64(offset, turned(unsigned('iowrite64be', 8, value), 8) as bigint)
