import type { Container } from './container.js'
import { IS_32_BIT } from './page.js'

const NONE = {
  u8: new Uint8Array(0),
  u16: new Uint16Array(0),
  u32: new Uint32Array(0),
  u64: new BigUint64Array(0),
} as const

/**
 * A container's bytes at each width, for accesses. They never leave this library: users' views are an Exposure's.
 */
export class ContainerArrays {
  /** Where their first byte lies in this process. */
  readonly address: number
  declare u8: Uint8Array
  declare u16: Uint16Array
  declare u32: Uint32Array
  /** Empty in a 32-bit process, which can't access 64 bits at once. */
  declare u64: BigUint64Array

  constructor(container: Container) {
    // Not for console.log, structuredClone and the like to find: they would read the device.
    for (const name of ['u8', 'u16', 'u32', 'u64']) {
      Object.defineProperty(this, name, { writable: true, enumerable: false, value: undefined })
    }
    this.address = container.address
    const { buffer } = container
    this.u8 = new Uint8Array(buffer)
    this.u16 = new Uint16Array(buffer)
    this.u32 = new Uint32Array(buffer)
    this.u64 = IS_32_BIT ? NONE.u64 : new BigUint64Array(buffer)
  }

  /** From here on every index is out of range, and a handle that is still held keeps no address space. */
  close(): void {
    Object.assign(this, NONE)
  }
}
