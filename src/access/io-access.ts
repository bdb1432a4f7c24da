import type { CopyOptions } from './copy-range.js'
import type { Elements } from './elements.js'
import type { PollOptions } from './poll.js'

/**
 * What a driver needs of a window: an IoMem has it, and so have the stand-ins of `io-mapping/testing`. A driver whose
 * functions take an `IoAccess` runs on hardware and in tests. Units, ranges and errors are those of IoMem.
 */
export interface IoAccess extends Disposable {
  /** Where in its mapping it starts, in bytes. */
  readonly offset: number
  /** In bytes. */
  readonly length: number
  readonly mapped: boolean

  read8(offset: number): number
  read16(offset: number): number
  read32(offset: number): number
  read64(offset: number): bigint

  write8(offset: number, value: number): void
  write16(offset: number, value: number): void
  write32(offset: number, value: number): void
  write64(offset: number, value: bigint): void

  poll8(offset: number, ready: (value: number) => unknown, options?: PollOptions): Promise<number>
  poll16(offset: number, ready: (value: number) => unknown, options?: PollOptions): Promise<number>
  poll32(offset: number, ready: (value: number) => unknown, options?: PollOptions): Promise<number>
  poll64(offset: number, ready: (value: bigint) => unknown, options?: PollOptions): Promise<bigint>

  copyTo(target: ArrayBufferView | ArrayBufferLike, options?: CopyOptions): void
  copyFrom(source: ArrayBufferView | ArrayBufferLike, options?: CopyOptions): void
  fill(byte: number, options?: CopyOptions): void

  readFifo(offset: number, target: Elements): void
  writeFifo(offset: number, source: Elements): void

  unmap(): void
}
