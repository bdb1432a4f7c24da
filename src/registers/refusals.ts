// What a register says that can't be used so.
import { IoMappingError } from '../system/errors.js'
import { hex } from '../system/numbers.js'

export const refuseRead = (call: string): IoMappingError =>
  new IoMappingError('ERR_IO_WRITE_ONLY', `${call}: it is write-only; what it holds can't be read back`)

/** `writable`: the fields beside it that can be written. */
export const refuseWrite = (call: string, writable: Iterable<string> = []): IoMappingError => {
  const others = [...writable].join(', ')
  const allowed = others === '' ? 'nothing of this register can be written' : `writable are ${others}`
  return new IoMappingError('ERR_IO_READ_ONLY', `${call}: it is read-only; ${allowed}`)
}

/** Why a register can't be read, changed and written back. */
export const refuseModify = (call: string, why: string): IoMappingError =>
  new IoMappingError('ERR_IO_UNSUPPORTED', `${call}: ${why}; write all of the register by its write()`)

/** A block that does not fit its window; in bytes. */
export const refuseExtent = (size: number, offset: number, length: number): IoMappingError =>
  new IoMappingError(
    'ERR_IO_RANGE',
    `at: the block has ${hex(size)} bytes, from ${hex(offset)} to ${hex(offset + size)}, and the window has ${hex(length)}; map ` +
      'more of the device, by map(offset, length), or let BLOCK.map(mapping, offset) map as much as the block needs',
  )
