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
  readonly #device = { driver: 'nvme', id: 'card', serial: 'io-mapping', drive: 'blocks', bus: 'slot1' }

  /** QEMU's arguments for a PCIe slot, which can be changed while the machine runs, with the controller in it: 0000:01:00.0. */
  devices(): string[] {
    const path = join(this.#folder, 'blocks')
    writeFileSync(path, '')
    truncateSync(path, SIZE)
    const { driver, ...options } = this.#device
    const words = Object.entries(options).map(([name, value]) => `,${name}=${value}`)
    return [
      ...['-device', 'pcie-root-port,id=slot1,chassis=1,slot=1,addr=08.0'],
      ...['-blockdev', `driver=raw,node-name=blocks,file.driver=file,file.filename=${path}`],
      ...['-device', `${driver}${words.join('')}`],
    ]
  }

  /** For a guest that says `@plug` and `@unplug`, each of which is answered when it is done. It may pull the controller itself. */
  async obey(text: string, guest: Guest): Promise<void> {
    if (text === '@unplug') await this.#unplug(guest)
    else if (text === '@plug') await this.#plug(guest)
    else return
    guest.send('done')
  }

  /** One that was just pulled is gone when QEMU's processors have all left it. */
  async #plug(guest: Guest): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await guest.qmp('device_add', this.#device)
        return
      } catch (error) {
        if (tries * SOON > PATIENCE) throw error
        await setTimeout(SOON)
      }
    }
  }

  /** Asked for again now and then: a guest that is at work on its slot forgets it. */
  async #unplug(guest: Guest): Promise<void> {
    const gone = guest.deviceEvent('DEVICE_DELETED', this.#device.id)
    const ask = () => guest.qmp('device_del', { id: this.#device.id }).catch(() => {}) // asked for already, or gone
    const again = setInterval(ask, PATIENCE)
    try {
      await Promise.all([ask(), gone])
    } finally {
      clearInterval(again)
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
