// linux/io.h's accessors, by their own names and in their argument order: value, address. They are relaxed, as
// readl_relaxed: order them with the fences.
import type { IoAccess } from '../index.js'
import { native } from '../system/native.js'

/** One 8-bit read at byte `offset` of the window. @throws IoMappingError as IoMem.read8 */
export const readb = (vaddr: IoAccess, offset = 0): number => vaddr.read8(offset)
/** One 16-bit read at byte `offset` of the window. @throws IoMappingError as IoMem.read16 */
export const readw = (vaddr: IoAccess, offset = 0): number => vaddr.read16(offset)
/** One 32-bit read at byte `offset` of the window. @throws IoMappingError as IoMem.read32 */
export const readl = (vaddr: IoAccess, offset = 0): number => vaddr.read32(offset)
/** One 64-bit read at byte `offset` of the window. @throws IoMappingError as IoMem.read64 */
export const readq = (vaddr: IoAccess, offset = 0): bigint => vaddr.read64(offset)

/** One 8-bit write at byte `offset` of the window. @throws IoMappingError as IoMem.write8 */
export const writeb = (value: number, vaddr: IoAccess, offset = 0): void => vaddr.write8(offset, value)
/** One 16-bit write at byte `offset` of the window. @throws IoMappingError as IoMem.write16 */
export const writew = (value: number, vaddr: IoAccess, offset = 0): void => vaddr.write16(offset, value)
/** One 32-bit write at byte `offset` of the window. @throws IoMappingError as IoMem.write32 */
export const writel = (value: number, vaddr: IoAccess, offset = 0): void => vaddr.write32(offset, value)
/** One 64-bit write at byte `offset` of the window. @throws IoMappingError as IoMem.write64 */
export const writeq = (value: bigint, vaddr: IoAccess, offset = 0): void => vaddr.write64(offset, value)

/** Orders all reads and writes of device memory before it with all after it. */
export const mb = (): void => native.mb()
/** Orders reads before it with reads after it. */
export const rmb = (): void => native.rmb()
/** Orders writes before it with writes after it, and empties the write-combining buffers. */
export const wmb = (): void => native.wmb()

/** Copies `count` bytes from byte `offset` of the window into `to`. @throws IoMappingError as IoMem.copyTo */
export const memcpy_fromio = (
  to: ArrayBufferView | ArrayBufferLike,
  vaddr: IoAccess,
  count: number,
  offset = 0,
): void => vaddr.copyTo(to, { offset, length: count })

/** Copies `count` bytes of `from` to byte `offset` of the window. @throws IoMappingError as IoMem.copyFrom */
export const memcpy_toio = (
  vaddr: IoAccess,
  from: ArrayBufferView | ArrayBufferLike,
  count: number,
  offset = 0,
): void => vaddr.copyFrom(from, { offset, length: count })

/** Fills `count` bytes from byte `offset` of the window on with one byte. @throws IoMappingError as IoMem.fill */
export const memset_io = (vaddr: IoAccess, value: number, count: number, offset = 0): void =>
  vaddr.fill(value, { offset, length: count })
