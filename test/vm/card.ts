// A card on the guest's bus that can be unplugged and plugged: some memory, kept in a file of the host.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Guest } from '../../vm/guest.js'

const SIZE = 16 * 1024 ** 2

export class Card implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'io-mapping-card-'))
  #plugged = 0

  /** QEMU's arguments for a PCIe slot, which can be changed while the machine runs, with the card in it: 0000:01:00.0. */
  devices(): string[] {
    const { driver, ...options } = this.#device
    const text = (all: object) => Object.entries(all).map(([name, value]) => `,${name}=${value}`)
    return [
      ...['-device', 'pcie-root-port,id=slot1,chassis=1,slot=1,addr=08.0'],
      ...['-object', `memory-backend-file${text({ ...this.#memory, share: 'on' }).join('')}`],
      ...['-device', `${driver}${text(options).join('')}`],
    ]
  }

  /** For a guest that says `@plug` and `@unplug`, each of which is answered when it is done. */
  async obey(text: string, guest: Guest): Promise<void> {
    if (text === '@unplug') await this.#unplug(guest)
    else if (text === '@plug') await this.#plug(guest)
    else return
    guest.send('done')
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #unplug(guest: Guest): Promise<void> {
    const gone = guest.deviceEvent('DEVICE_DELETED', this.#device.id)
    await guest.qmp('device_del', { id: this.#device.id })
    await gone
  }

  async #plug(guest: Guest): Promise<void> {
    this.#plugged++
    await guest.qmp('object-add', { 'qom-type': 'memory-backend-file', ...this.#memory, share: true })
    await guest.qmp('device_add', this.#device)
  }

  get #device() {
    return { driver: 'ivshmem-plain', id: 'card', bus: 'slot1', memdev: this.#memory.id }
  }

  /** By a new name each time: QEMU 7.2 aborts when a memory gets its second ivshmem-plain. */
  get #memory() {
    return { id: `memory${this.#plugged}`, 'mem-path': join(this.#folder, 'memory'), size: SIZE }
  }
}
