// An NVMe controller on the guest's bus that can be unplugged and plugged: its blocks are a file of the host.
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Guest } from '../../vm/guest.js'

const SIZE = 64 * 1024 ** 2
/** In milliseconds. */
const PATIENCE = 15_000
const SOON = 50

export class Drive implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'io-mapping-drive-'))
  readonly #path = join(this.#folder, 'blocks')
  readonly #device = { driver: 'nvme', id: 'card', serial: 'io-mapping', bus: 'slot1' }
  #plugs = 0

  /** QEMU's arguments for a PCIe slot, which can be changed while the machine runs, with the controller in it: 0000:01:00.0. */
  devices(): string[] {
    writeFileSync(this.#path, '')
    truncateSync(this.#path, SIZE)
    const { driver, ...options } = this.#device
    const words = Object.entries(options).map(([name, value]) => `,${name}=${value}`)
    return [
      ...['-device', 'pcie-root-port,id=slot1,chassis=1,slot=1,addr=08.0'],
      ...['-blockdev', `driver=raw,node-name=blocks,file.driver=file,file.filename=${this.#path}`],
      ...['-device', `${driver}${words.join('')},drive=blocks`],
    ]
  }

  /** For a guest that says `@plug` and `@unplug`, each of which is answered when it is done. It may pull the controller itself. */
  async obey(text: string, guest: Guest): Promise<void> {
    if (text === '@unplug') await this.#unplug(guest)
    else if (text === '@plug') await this.#plug(guest)
    else return
    guest.send('done')
  }

  /** With the blocks anew: the last one may have them still. One that was just pulled is gone when QEMU's processors have all left it. */
  async #plug(guest: Guest): Promise<void> {
    const drive = `blocks${++this.#plugs}`
    const file = { driver: 'file', filename: this.#path, locking: 'off' }
    await guest.qmp('blockdev-add', { driver: 'raw', 'node-name': drive, file })
    for (let tries = 1; ; tries++) {
      try {
        await guest.qmp('device_add', { ...this.#device, drive })
        return
      } catch (error) {
        if (tries * SOON > PATIENCE) throw error
        await setTimeout(SOON)
      }
    }
  }

  /**
   * Asked for again now and then: a guest that is at work on its slot forgets it. Done when QEMU has it no more; the event DEVICE_DELETED
   * may never come, of one that was pulled in the midst of I/O (QEMU 7.2).
   */
  async #unplug(guest: Guest): Promise<void> {
    const { id } = this.#device
    for (let waited = 0; await this.#isThere(guest); waited += SOON) {
      // refused where it was asked for already, or is gone
      if (waited % PATIENCE === 0) await guest.qmp('device_del', { id }).catch(() => {})
      await setTimeout(SOON)
    }
  }

  async #isThere(guest: Guest): Promise<boolean> {
    const all = (await guest.qmp('qom-list', { path: '/machine/peripheral' })) as { name: string }[]
    return all.some(({ name }) => name === this.#device.id)
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
