// A card in the guest's slot: some memory, kept in a file of the host.
import { join } from 'node:path'
import type { Guest } from '../../vm/guest.js'
import { type Device, Slot } from './slot.js'

const SIZE = 16 * 1024 ** 2

export class Card extends Slot {
  /** QEMU 7.2 aborts when a memory gets its second ivshmem-plain. */
  protected device(plug: number): Device {
    return { driver: 'ivshmem-plain', memdev: `memory${plug}` }
  }

  protected prepare(): string[] {
    return ['-object', `memory-backend-file,id=memory0,mem-path=${this.#path},size=${SIZE},share=on`]
  }

  protected prepareAgain(guest: Guest, plug: number): Promise<unknown> {
    const options = { id: `memory${plug}`, 'mem-path': this.#path, size: SIZE, share: true }
    return guest.qmp('object-add', { 'qom-type': 'memory-backend-file', ...options })
  }

  get #path(): string {
    return join(this.folder, 'memory')
  }
}
