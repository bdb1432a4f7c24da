// A PCIe slot of the guest whose device can be unplugged and plugged while the machine runs.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Guest } from '../../vm/guest.js'

const BUS = 'slot1'
const ID = 'card'
/** In milliseconds. */
const PATIENCE = 15_000
const SOON = 50

/** What QEMU's `-device` and `device_add` take. */
export interface Device {
  readonly driver: string
  readonly [property: string]: string
}

/** What is in the slot. Each time it is plugged, it has what it needs of the host by a new name. */
export abstract class Slot implements Disposable {
  /** For files of the host. */
  protected readonly folder = mkdtempSync(join(tmpdir(), 'io-mapping-slot-'))
  #plugs = 0

  /** What is plugged the nth time. */
  protected abstract device(plug: number): Device
  /** QEMU's arguments for what the first needs of the host. */
  protected abstract prepare(): string[]
  /** The same for one that is plugged later, while the machine runs. */
  protected abstract prepareAgain(guest: Guest, plug: number): Promise<unknown>

  /** QEMU's arguments for the slot, with the device in it: 0000:01:00.0. */
  devices(): string[] {
    const words = Object.entries(this.#device).map(([name, value]) =>
      name === 'driver' ? value : `${name}=${value}`,
    )
    return [
      ...['-device', `pcie-root-port,id=${BUS},chassis=1,slot=1,addr=08.0`],
      ...this.prepare(),
      ...['-device', words.join()],
    ]
  }

  /** For a guest that says `@plug` and `@unplug`, each of which is answered when it is done. It may pull the device itself. */
  async obey(text: string, guest: Guest): Promise<void> {
    if (text === '@unplug') await this.#unplug(guest)
    else if (text === '@plug') await this.#plug(guest)
    else return
    guest.send('done')
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  get #device(): Device {
    return { ...this.device(this.#plugs), id: ID, bus: BUS }
  }

  /** One that was just pulled is gone when QEMU's processors have all left it. */
  async #plug(guest: Guest): Promise<void> {
    await this.prepareAgain(guest, ++this.#plugs)
    for (let waited = 0; ; waited += SOON) {
      try {
        await guest.qmp('device_add', this.#device)
        return
      } catch (error) {
        if (waited > PATIENCE) throw error
        await setTimeout(SOON)
      }
    }
  }

  /**
   * Asked for again now and then: a guest that is at work on its slot forgets it. Done when QEMU has it no more; the event DEVICE_DELETED
   * may never come, of one that was pulled in the midst of I/O (QEMU 7.2).
   */
  async #unplug(guest: Guest): Promise<void> {
    for (let waited = 0; await this.#isThere(guest); waited += SOON) {
      // refused where it was asked for already, or is gone
      if (waited % PATIENCE === 0) await guest.qmp('device_del', { id: ID }).catch(() => {})
      await setTimeout(SOON)
    }
  }

  async #isThere(guest: Guest): Promise<boolean> {
    const all = (await guest.qmp('qom-list', { path: '/machine/peripheral' })) as { name: string }[]
    return all.some(({ name }) => name === ID)
  }
}
