// The configuration space as `lspci -xxxx` prints it.
import { type IoAccess, IoMappingError } from '../library.js'

const LINE = 16
const WORD = 4

/** All that may be read, by 32-bit accesses; less than `config.length` if others than root ask. */
export const readAll = (config: IoAccess): Uint8Array => {
  const bytes = Buffer.alloc(config.length)
  for (let offset = 0; offset < bytes.length; offset += WORD) {
    try {
      bytes.writeUInt32LE(config.read32(offset), offset)
    } catch (error) {
      if (offset === 0 || !(error instanceof IoMappingError)) throw error
      return bytes.subarray(0, offset)
    }
  }
  return bytes
}

/** Lines of 16 bytes: `00: 86 80 …`. */
export const hexLines = (bytes: Uint8Array): string => {
  let text = ''
  for (let offset = 0; offset < bytes.length; offset += LINE) {
    const line = Array.from(bytes.subarray(offset, offset + LINE), byte => byte.toString(16).padStart(2, '0'))
    text += `${offset.toString(16).padStart(2, '0')}: ${line.join(' ')}\n`
  }
  return text
}
