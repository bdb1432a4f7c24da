import { readSync, writeSync } from 'node:fs'
import type { Descriptor } from '../system/descriptor.js'
import { IoMappingError } from '../system/errors.js'
import { hex } from '../system/numbers.js'
import { type Reason, telling } from '../system/refusal.js'
import { CheckedAccess } from './checked-access.js'
import { type AccessWidth, getWord, setWord, type Word } from './words.js'

/** A file of the kernel's whose bytes are a device's registers. */
export interface DeviceFile {
  readonly descriptor: Pick<Descriptor, 'fd' | 'close'>
  /** Where in it they start, in bytes. Default 0. */
  readonly start?: number
  /** How many there are. */
  readonly length: number
  /** The widest access that the kernel makes of one read or write, in bytes. Default 4. */
  readonly widest?: 1 | 4
  /** Why they can't be written to, if so. */
  readonly readOnly?: string | undefined
  /** Why the system refuses, and what to do, where more is known than in general. */
  readonly reasons?: readonly Reason[]
  /** Why nothing is read at an offset, where the file says that it has something there. */
  readonly whyNothing?: (offset: number) => string
}

// One for all: nothing else runs between a read of it and its use.
const BYTES = new Uint8Array(8)

/**
 * Registers that the kernel accesses for us: config space, I/O ports. Each access is one pread or pwrite of its width, of
 * which the kernel makes one access of the device.
 */
export class FileAccess extends CheckedAccess {
  readonly #file: DeviceFile
  readonly #start: number

  /** Owns the file's descriptor from here on. */
  constructor(name: string, file: DeviceFile) {
    super(name, file.length)
    this.#file = file
    this.#start = file.start ?? 0
  }

  protected override get widest(): 1 | 4 {
    return this.#file.widest ?? 4
  }

  protected override refuseWidth(call: string): IoMappingError {
    const allowed =
      this.widest === 4
        ? '8, 16 and 32 bits. Use two of 32, in the order the device wants'
        : '8 bits: the kernel would make several of a wider one'
    return new IoMappingError('ERR_IO_WIDTH', `${call}: ${this.name} takes accesses of ${allowed}`)
  }

  override unmap(): void {
    super.unmap()
    this.#file.descriptor.close()
  }

  protected load(call: string, offset: number, width: AccessWidth): Word {
    const { descriptor, reasons, whyNothing } = this.#file
    const got = telling(this.name, { to: 'read', reasons }, () =>
      readSync(descriptor.fd, BYTES, 0, width, this.#start + offset),
    )
    if (got === width) return getWord(BYTES, 0, width)
    throw new IoMappingError(
      'ERR_IO_ACCESS',
      `${call}: nothing is to be read at offset ${hex(offset)} of ${this.name}: ` +
        (whyNothing?.(offset) ?? 'the device does not answer there'),
    )
  }

  protected store(call: string, offset: number, width: AccessWidth, value: Word): void {
    const { descriptor, reasons, readOnly } = this.#file
    if (readOnly !== undefined)
      throw new IoMappingError('ERR_IO_ACCESS', `${call}: ${this.name} can't be written to: ${readOnly}`)
    setWord(BYTES, 0, width, value)
    telling(this.name, { to: 'written', reasons }, () =>
      writeSync(descriptor.fd, BYTES, 0, width, this.#start + offset),
    )
  }
}
