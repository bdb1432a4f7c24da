// linux/io.h's accessors of FIFOs, by their own names and in their argument order: address, buffer, count. Each element is one
// access of its width, all at that one address. The buffer is C's `void *`: the bytes of a typed array, of a DataView or of an
// ArrayBuffer, whatever its own elements are and wherever it starts; `count` says how many elements of the call's width.
import { bytesOf } from '../access/copy-range.js'
import type { IoAccess } from '../index.js'
import { IoMappingError } from '../system/errors.js'
import { hex, isByteCount } from '../system/numbers.js'

type Buffer = ArrayBufferView | ArrayBufferLike

const ARRAYS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array } as const
type Width = keyof typeof ARRAYS

/** The first `count` elements of a buffer. */
const partOf = (call: string, buffer: Buffer, count: number, width: Width): Uint8Array => {
  const bytes = bytesOf(call, 'buffer', buffer)
  if (isByteCount(count) && count * width <= bytes.length) return bytes.subarray(0, count * width)
  throw new IoMappingError(
    'ERR_IO_RANGE',
    `${call}: count is ${hex(count)}; it must be a whole number of elements of ${width} bytes, and the buffer has ` +
      `${hex(bytes.length)} bytes`,
  )
}

const reader =
  (call: string, width: Width) =>
  (vaddr: IoAccess, buffer: Buffer, count: number, offset = 0): void => {
    const part = partOf(call, buffer, count, width)
    const elements = new ARRAYS[width](count) // aligned, as a buffer need not be
    vaddr.readFifo(offset, elements)
    part.set(new Uint8Array(elements.buffer))
  }

const writer =
  (call: string, width: Width) =>
  (vaddr: IoAccess, buffer: Buffer, count: number, offset = 0): void => {
    const part = partOf(call, buffer, count, width)
    const elements = new ARRAYS[width](count)
    new Uint8Array(elements.buffer).set(part)
    vaddr.writeFifo(offset, elements)
  }

type Repeated = (vaddr: IoAccess, buffer: Buffer, count: number, offset?: number) => void

/** `count` 8-bit reads at byte `offset` of the window, into `buffer`. @throws IoMappingError ERR_IO_RANGE, and as IoMem.readFifo */
export const readsb: Repeated = reader('readsb', 1)
/** As `readsb`, 16 bits each. */
export const readsw: Repeated = reader('readsw', 2)
/** As `readsb`, 32 bits each. */
export const readsl: Repeated = reader('readsl', 4)
/** As `readsb`, 64 bits each. */
export const readsq: Repeated = reader('readsq', 8)

/** `count` 8-bit writes of `buffer` at byte `offset` of the window. @throws IoMappingError ERR_IO_RANGE, and as IoMem.writeFifo */
export const writesb: Repeated = writer('writesb', 1)
/** As `writesb`, 16 bits each. */
export const writesw: Repeated = writer('writesw', 2)
/** As `writesb`, 32 bits each. */
export const writesl: Repeated = writer('writesl', 4)
/** As `writesb`, 64 bits each. */
export const writesq: Repeated = writer('writesq', 8)

/** `readsb`, by its other name. */
export const ioread8_rep: Repeated = reader('ioread8_rep', 1)
/** `readsw`, by its other name. */
export const ioread16_rep: Repeated = reader('ioread16_rep', 2)
/** `readsl`, by its other name. */
export const ioread32_rep: Repeated = reader('ioread32_rep', 4)
/** `readsq`, by its other name. */
export const ioread64_rep: Repeated = reader('ioread64_rep', 8)

/** `writesb`, by its other name. */
export const iowrite8_rep: Repeated = writer('iowrite8_rep', 1)
/** `writesw`, by its other name. */
export const iowrite16_rep: Repeated = writer('iowrite16_rep', 2)
/** `writesl`, by its other name. */
export const iowrite32_rep: Repeated = writer('iowrite32_rep', 4)
/** `writesq`, by its other name. */
export const iowrite64_rep: Repeated = writer('iowrite64_rep', 8)
