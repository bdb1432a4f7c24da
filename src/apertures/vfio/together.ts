// What a thread's devices of one IOMMU group have together: the kernel gives a group out once, and its devices have the same addresses.
import type { Descriptor } from '../../system/descriptor.js'
import { Opening } from './opening.js'
import type { Protection } from './protection.js'

/** A device that is open. */
export interface OpenDevice {
  readonly device: Descriptor
  readonly protection: Protection
  /** Again, it does nothing; cut short, it is completed by the next call. */
  close(): void
}

/** What they have together. */
export interface Ground {
  /** Of the group, or of /dev/iommu. */
  readonly fd: number
  readonly protection: Protection
}

interface Held<T extends Ground> {
  readonly ground: T
  readonly opening: Opening
  readonly users: Set<Descriptor>
}

/** Those of one way to have devices. */
export class Together<T extends Ground> {
  /** Those that nobody has any more are closed when they are collected. */
  readonly #all = new Map<string, WeakRef<Held<T>>>()

  /** A device that `take` opens, on the ground of `key`, which `make` makes for the first. Throws what those do. */
  open(key: string, make: (opening: Opening) => T, take: (ground: T) => Descriptor): OpenDevice {
    const held = this.#all.get(key)?.deref() ?? this.#make(key, make)
    try {
      const device = take(held.ground)
      held.users.add(device)
      const close = () => {
        device.close()
        held.users.delete(device)
        this.#end(key, held)
      }
      return { device, protection: held.ground.protection, close }
    } catch (error) {
      this.#end(key, held)
      throw error
    }
  }

  #make(key: string, make: (opening: Opening) => T): Held<T> {
    return Opening.whole(opening => {
      const held = { ground: make(opening), opening, users: new Set<Descriptor>() }
      this.#all.set(key, new WeakRef(held))
      return held
    })
  }

  /** Unless a device has it still. */
  #end(key: string, held: Held<T>): void {
    if (held.users.size > 0) return
    if (this.#all.get(key)?.deref() === held) this.#all.delete(key)
    held.opening.close()
  }
}
