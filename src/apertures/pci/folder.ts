import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FileAccess } from '../../access/file-access.js'
import { IoMappingError } from '../../system/errors.js'
import { telling } from '../../system/refusal.js'
import { linkedName } from '../sysfs.js'
import { hasBit, isThere, openConfig } from './config.js'
import { ATTRIBUTE_REASONS } from './reasons.js'

/** An address: the domain, which may be left out, and the bus, device and function. */
export const ADDRESS = /^(?:([0-9a-f]{4,}):)?([0-9a-f]{2}:[0-9a-f]{2}\.[0-7])$/i

/** Whether a device answers accesses; `gone` if it does not even answer for its configuration. */
export type Answers = 'enabled' | 'disabled' | 'gone'

/** What root does to have a driver let go of a device. */
export const unbinding = (address: string, driver: string): string =>
  `echo ${address} > /sys/bus/pci/drivers/${driver}/unbind`

/** A PCI device's folder in sysfs. */
export class PciFolder {
  /** How messages call the device. */
  readonly name: string

  /** @param address such as 0000:00:02.0 @param path of the folder */
  constructor(
    readonly address: string,
    readonly path: string,
  ) {
    this.name = `pci:${address}`
  }

  /** One of its files. */
  file(name: string): string {
    return join(this.path, name)
  }

  has(name: string): boolean {
    return existsSync(this.file(name))
  }

  /** What one of its files says. Throws an IoMappingError. */
  attribute(name: string): string {
    const asked = { to: 'read', reasons: ATTRIBUTE_REASONS }
    return telling(`The ${name} of ${this.name}`, asked, () => readFileSync(this.file(name), 'utf8'))
  }

  /** The name of the driver that is bound to it. */
  get driver(): string | undefined {
    return linkedName(this.file('driver'))
  }

  /** What root does to have the driver let go of it. */
  unbind(driver: string): string {
    return unbinding(this.address, driver)
  }

  /** Throws an IoMappingError. `toLook`: to be read alone. */
  openConfig(toLook = false): FileAccess {
    return openConfig(this.name, this.file('config'), toLook)
  }

  /**
   * Whether its memory, or its ports, answer, by the command register's bit; undefined if the system won't tell. A virtual function's is
   * always 0: it would not be there without the physical one's say.
   */
  answers(kind: 'memory' | 'ports'): Answers | undefined {
    if (kind === 'memory' && this.has('physfn')) return 'enabled'
    try {
      using config = this.openConfig(true)
      if (!isThere(config)) return 'gone'
      return hasBit(config, kind) ? 'enabled' : 'disabled'
    } catch (error) {
      if (error instanceof IoMappingError) return undefined
      throw error
    }
  }
}
