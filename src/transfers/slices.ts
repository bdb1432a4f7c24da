import type { ContainerArrays, Reusable } from '../container/arrays.js'
import { native } from '../system/native.js'

/** What a slice copies, and how: `copyFromDevice` or `copyToDevice` of the addon, in another thread. */
export interface Slice {
  readonly address: number
  readonly bytes: Uint8Array
  readonly how: number
  readonly toDevice: boolean
  /** What `address` lies in. */
  readonly arrays: ContainerArrays
}

/** The slices of one transfer, of which one at a time is on its way through Node's thread pool. */
export class Slices {
  #running = 0
  #space: Reusable | undefined

  /** Copies for some milliseconds; how many bytes that were. */
  run({ address, bytes, how, toDevice, arrays }: Slice): Promise<number> {
    this.#space = arrays.space
    const { buffer } = arrays.u8
    return new Promise((resolve, reject) => {
      const done = (copied: number) => {
        this.#ended()
        resolve(copied)
      }
      try {
        const direction = toDevice ? 1 : 0
        this.#running = native.startTransfer(address, bytes, bytes.length, how, direction, buffer, done)
      } catch (error) {
        reject(error)
      }
    })
  }

  /** Has it end soon. */
  stop(): void {
    if (this.#running !== 0) native.stopTransfer(this.#running)
  }

  /**
   * Has it end, and waits for that. A device that does not answer can hold up a read for longer: the pages it goes to are
   * no device's by the time it does, but nor may they be another mapping's.
   */
  letGo(milliseconds: number): void {
    if (this.#running === 0 || native.awaitTransfer(this.#running, milliseconds) === 1) return
    if (this.#space) this.#space.reusable = false
  }

  #ended(): void {
    this.#running = 0
    this.#space = undefined
  }
}
