// An NVMe controller in the guest's slot: its blocks are a file of the host.
import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Guest } from '../../vm/guest.js'
import { type Device, Slot } from './slot.js'

const SIZE = 64 * 1024 ** 2

export class Drive extends Slot {
  protected device(plug: number): Device {
    return { driver: 'nvme', serial: 'io-mapping', drive: `blocks${plug}` }
  }

  protected prepare(): string[] {
    writeFileSync(this.#path, '')
    truncateSync(this.#path, SIZE)
    return ['-blockdev', `driver=raw,node-name=blocks0,file.driver=file,file.filename=${this.#path}`]
  }

  /** Without a lock: the last one may have the blocks still. */
  protected prepareAgain(guest: Guest, plug: number): Promise<unknown> {
    const file = { driver: 'file', filename: this.#path, locking: 'off' }
    return guest.qmp('blockdev-add', { driver: 'raw', 'node-name': `blocks${plug}`, file })
  }

  get #path(): string {
    return join(this.folder, 'blocks')
  }
}
