import { FAULTS } from '../system/faults.js'
import { native } from '../system/native.js'
import { bufferOfArray } from '../system/typed-arrays.js'

/**
 * The buffers of device memory that views were handed out of, each with what it keeps. Its address space: an asynchronous call of Node's
 * that still holds an emptied view will write to where it lay, and must find zeros there, not what somebody else has mapped. And Ground.kept.
 */
const keepers = new WeakMap<ArrayBufferLike, object>()

/** Whether there are any. */
let any = false

/** Whether bytes lie in device memory. They may then be a window's own, at another address. */
export const isDeviceMemory = (bytes: Uint8Array): boolean =>
  (any && keepers.has(bufferOfArray(bytes))) || (FAULTS[1] !== 0 && native.isGuarded(bytes))

/** Says that a buffer is device memory, which keeps `kept`, its address space with it. */
export const markExposed = (buffer: ArrayBufferLike, kept: object): void => {
  any = true
  keepers.set(buffer, kept)
}
