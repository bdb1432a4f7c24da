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
export interface Common {
  /** Of the group, or of /dev/iommu. */
  readonly fd: number
  readonly protection: Protection
}

interface Taken<T extends Common> {
  readonly common: T
  readonly opening: Opening
  readonly users: Set<Descriptor>
}

/** All groups that are open, by one way to open them: their own node, or iommufd. */
export class Together<T extends Common> {
  /** Those that nobody has any more are closed when they are collected. */
  readonly #all = new Map<string, WeakRef<Taken<T>>>()

  /** A device that `take` opens, with what devices of `key` have in common, which `make` makes for the first. Throws what those do. */
  open(key: string, make: (opening: Opening) => T, take: (common: T) => Descriptor): OpenDevice {
    const held = this.#all.get(key)?.deref() ?? this.#make(key, make)
    try {
      const device = take(held.common)
      held.users.add(device)
      const close = () => {
        device.close()
        held.users.delete(device)
        this.#end(key, held)
      }
      return { device, protection: held.common.protection, close }
    } catch (error) {
      this.#end(key, held)
      throw error
    }
  }

  #make(key: string, make: (opening: Opening) => T): Taken<T> {
    return Opening.whole(opening => {
      const held = { common: make(opening), opening, users: new Set<Descriptor>() }
      this.#all.set(key, new WeakRef(held))
      return held
    })
  }

  /** Unless a device has it still. */
  #end(key: string, held: Taken<T>): void {
    if (held.users.size > 0) return
    if (this.#all.get(key)?.deref() === held) this.#all.delete(key)
    held.opening.close()
  }
}
