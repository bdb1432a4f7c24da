import { badArgument, IoMappingError } from '../system/errors.js'
import { hex, isByteCount } from '../system/numbers.js'
import { IS_32_BIT, refuseWidth } from '../system/word-size.js'
import { bytesOf, type CopyOptions, copyRange, restFrom } from './copy-range.js'
import { type Elements, elementsOf } from './elements.js'
import type { IoAccess } from './io-access.js'
import { type PollOptions, pollAt } from './poll.js'
import { type AccessWidth, getWord, setWord, unsigned, type Word } from './words.js'

/**
 * What is no mapped memory, and yet is accessed as an IoMem: the same calls, checked by the same rules. What an access
 * then does is for `load` and `store` to say.
 */
export abstract class CheckedAccess implements IoAccess {
  /** For messages. */
  readonly name: string
  readonly offset: number
  readonly length: number
  #unmapped = false

  protected constructor(name: string, length: number, offset = 0) {
    this.name = name
    this.length = length
    this.offset = offset
  }

  /** The widest access there is, in bytes: no window of a 32-bit process takes 64 bits. */
  protected get widest(): 1 | 4 | 8 {
    return IS_32_BIT ? 4 : 8
  }

  /** The error for a wider one. */
  protected refuseWidth(call: string): IoMappingError {
    return refuseWidth(call)
  }

  protected abstract load(call: string, offset: number, width: AccessWidth): Word
  protected abstract store(call: string, offset: number, width: AccessWidth, value: Word): void

  get mapped(): boolean {
    return !this.#unmapped
  }

  read8(offset: number): number {
    return this.#read('read8', offset, 1) as number
  }

  read16(offset: number): number {
    return this.#read('read16', offset, 2) as number
  }

  read32(offset: number): number {
    return this.#read('read32', offset, 4) as number
  }

  read64(offset: number): bigint {
    return this.#read('read64', offset, 8) as bigint
  }

  write8(offset: number, value: number): void {
    this.#write('write8', offset, 1, value)
  }

  write16(offset: number, value: number): void {
    this.#write('write16', offset, 2, value)
  }

  write32(offset: number, value: number): void {
    this.#write('write32', offset, 4, value)
  }

  write64(offset: number, value: bigint): void {
    this.#write('write64', offset, 8, value)
  }

  poll8(offset: number, ready: (value: number) => unknown, options?: PollOptions): Promise<number> {
    return pollAt('poll8', offset, () => this.read8(offset), ready, options)
  }

  poll16(offset: number, ready: (value: number) => unknown, options?: PollOptions): Promise<number> {
    return pollAt('poll16', offset, () => this.read16(offset), ready, options)
  }

  poll32(offset: number, ready: (value: number) => unknown, options?: PollOptions): Promise<number> {
    return pollAt('poll32', offset, () => this.read32(offset), ready, options)
  }

  poll64(offset: number, ready: (value: bigint) => unknown, options?: PollOptions): Promise<bigint> {
    return pollAt('poll64', offset, () => this.read64(offset), ready, options)
  }

  copyTo(target: ArrayBufferView | ArrayBufferLike, options: CopyOptions = {}): void {
    const bytes = bytesOf('copyTo', 'target', target)
    const range = copyRange('copyTo', options, () => bytes.byteLength)
    for (const { at, width } of this.#steps('copyTo', range))
      setWord(bytes, at, width, this.load('copyTo', range.offset + at, width))
  }

  copyFrom(source: ArrayBufferView | ArrayBufferLike, options: CopyOptions = {}): void {
    const bytes = bytesOf('copyFrom', 'source', source)
    const range = copyRange('copyFrom', options, () => bytes.byteLength)
    for (const { at, width } of this.#steps('copyFrom', range))
      this.store('copyFrom', range.offset + at, width, getWord(bytes, at, width))
  }

  fill(byte: number, options: CopyOptions = {}): void {
    if (typeof byte !== 'number' || (byte & 0xff) !== byte)
      throw badArgument('fill: the byte', byte, 'a whole number, 0 to 0xff')
    const range = copyRange('fill', options, from => restFrom(from, this.length))
    const bytes = new Uint8Array(8).fill(byte)
    for (const { at, width } of this.#steps('fill', range))
      this.store('fill', range.offset + at, width, getWord(bytes, 0, width))
  }

  readFifo(offset: number, target: Elements): void {
    const { bytes, width } = elementsOf('readFifo', 'target', target)
    this.#check('readFifo', offset, width, width)
    for (let at = 0; at < bytes.length; at += width)
      setWord(bytes, at, width, this.load('readFifo', offset, width))
  }

  writeFifo(offset: number, source: Elements): void {
    const { bytes, width } = elementsOf('writeFifo', 'source', source)
    this.#check('writeFifo', offset, width, width)
    for (let at = 0; at < bytes.length; at += width)
      this.store('writeFifo', offset, width, getWord(bytes, at, width))
  }

  unmap(): void {
    if (!this.mapped) throw this.#refuseStale('unmap')
    this.#unmapped = true
  }

  [Symbol.dispose](): void {
    if (this.mapped) this.unmap()
  }

  #read(call: string, offset: number, width: AccessWidth): Word {
    this.#check(call, offset, width, width)
    return this.load(call, offset, width)
  }

  #write(call: string, offset: number, width: AccessWidth, value: Word): void {
    this.#check(call, offset, width, width)
    this.store(call, offset, width, unsigned(call, width, value))
  }

  /** The accesses of a copy: of the width asked for, else each as wide as it can be. */
  *#steps(call: string, { offset, length, width }: ReturnType<typeof copyRange>): Iterable<Step> {
    this.#check(call, offset, length, width || 1)
    for (let at = 0; at < length; ) {
      const step = (width || fitting(this.widest, offset + at, length - at)) as AccessWidth
      yield { at, width: step }
      at += step
    }
  }

  #check(call: string, offset: number, length: number, unit: number): void {
    if (!this.mapped) throw this.#refuseStale(call)
    if (unit > this.widest) throw this.refuseWidth(call)
    if (!isByteCount(offset) || offset + length > this.length) {
      throw new IoMappingError(
        'ERR_IO_RANGE',
        `${call}: ${hex(length)} bytes at offset ${hex(offset)} are not in ${this.name}, which has ${hex(this.length)} bytes`,
      )
    }
    if (offset % unit === 0) return
    throw new IoMappingError(
      'ERR_IO_ALIGN',
      `${call}: offset ${hex(offset)} of ${this.name} is not a multiple of ${unit}`,
    )
  }

  #refuseStale(call: string): IoMappingError {
    return new IoMappingError(
      'ERR_IO_UNMAPPED',
      `${call}: ${this.name} is no longer mapped: it was unmapped, or what it is of was freed or closed; get it anew`,
    )
  }
}

interface Step {
  readonly at: number
  readonly width: AccessWidth
}

/** The widest access, of `most` bytes or less, that is aligned at `offset` and has no more than `left` bytes. */
const fitting = (most: number, offset: number, left: number): number => {
  let width = most
  while (offset % width !== 0 || width > left) width /= 2
  return width
}
