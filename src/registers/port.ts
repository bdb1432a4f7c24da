import type { IoAccess } from '../access/io-access.js'
import { type AccessWidth, HOST, swapped } from '../access/words.js'
import type { Word } from './types.js'

export type Bits = 8 | 16 | 32 | 64
export type Endianness = 'little' | 'big'

/**
 * A register's place in a window: each read and write is one bus access of its width. One class for all widths, so that V8
 * knows its shape wherever it is used.
 */
export class Port {
  readonly mem: IoAccess
  readonly offset: number
  readonly bits: Bits
  readonly swaps: boolean

  /** `order`: in which a register's bytes lie in the device. */
  constructor(mem: IoAccess, offset: number, bits: Bits, order: Endianness) {
    this.mem = mem
    this.offset = offset
    this.bits = bits
    this.swaps = order !== HOST
  }

  read(): Word {
    return this.turned(this.load())
  }

  write(asked: Word): void {
    const { mem, offset, bits } = this
    const value = this.turned(asked)
    if (bits === 32) mem.write32(offset, value as number)
    else if (bits === 16) mem.write16(offset, value as number)
    else if (bits === 8) mem.write8(offset, value as number)
    else mem.write64(offset, value as bigint)
  }

  /** What the bus carries for a register's value, and the other way round. */
  turned(value: Word): Word {
    return this.swaps ? swapped(value, (this.bits / 8) as AccessWidth) : value
  }

  private load(): Word {
    const { mem, offset, bits } = this
    if (bits === 32) return mem.read32(offset)
    if (bits === 16) return mem.read16(offset)
    return bits === 8 ? mem.read8(offset) : mem.read64(offset)
  }
}
