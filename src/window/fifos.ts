import { type Elements, elementsOf } from '../access/elements.js'
import { isDeviceMemory } from '../container/exposed.js'
import { native } from '../system/native.js'
import { lengthOf } from '../system/typed-arrays.js'
import { IS_32_BIT, refuseWidth } from '../system/word-size.js'
import { checkFault } from './check-fault.js'
import { addressOf } from './copies.js'
import { refuseWrite } from './refusals.js'
import type { Window } from './window.js'

/** IoMem.readFifo */
export const readFifo = (window: Window, offset: number, target: Elements): void => {
  const { bytes, width } = elementsOf('readFifo', 'target', target)
  const length = lengthOf(bytes)
  const address = addressOfFifo(window, 'readFifo', offset, width)
  native.readFifo(address, bytes, length, width)
  checkFault(window.core, 'readFifo')
}

/** IoMem.writeFifo */
export const writeFifo = (window: Window, offset: number, source: Elements): void => {
  const { bytes, width } = elementsOf('writeFifo', 'source', source)
  const length = lengthOf(bytes)
  const address = addressOfFifo(window, 'writeFifo', offset, width)
  if (!window.core.writable) throw refuseWrite(window.core, 'writeFifo')
  const data = isDeviceMemory(bytes) ? new Uint8Array(bytes) : bytes // or the FIFO might be one of its own elements
  native.writeFifo(address, data, length, width)
  checkFault(window.core, 'writeFifo')
}

const addressOfFifo = (window: Window, call: string, offset: number, width: number): number => {
  if (width === 8 && IS_32_BIT) throw refuseWidth(call)
  return addressOf(window, call, offset, width, width)
}
