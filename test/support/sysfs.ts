import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TempFolder } from './files.js'
import { pattern } from './rig.js'

export const MEMORY_BAR = 0x40200
export const PREFETCHABLE_BAR = 0x4220c
export const WIDE_BAR = 0x14220c
export const PORTS_BAR = 0x40101

/** Where the fake BARs lie: where no real bus has anything. */
export const FAKE_BUS = 0x3f0000000000

export interface FakeBar {
  base: number
  size: number
  flags: number
}

export interface FakePci {
  vendor?: number
  device?: number
  class?: number
  /** By BAR; what is left out is not there. */
  bars?: Record<number, FakeBar>
  /** Files such as resource0 and resource0_wc, with their sizes. */
  resources?: Record<string, number>
  driver?: string
  /** The command register; without it, and without `config`, there is no config file. */
  command?: number
  /** All of the configuration space. */
  config?: Uint8Array
  /** Whose card it is; default: nobody's. */
  subsystem?: { vendor: number; device: number }
  revision?: number
  irq?: number
  iommuGroup?: number
  /** The device whose folder it is in: of a bridge. It must be there already. */
  parent?: string
  /** More files, by name. */
  files?: Record<string, string>
}

const hex = (value: number) => `0x${value.toString(16).padStart(16, '0')}`

/** A tree as /sys/bus/pci/devices has it, of ordinary files. */
export class FakeSysfs implements Disposable {
  readonly #folder = new TempFolder()

  /** For pci() and pciDevices(). */
  get root(): string {
    return this.#folder.path
  }

  /** A device's file or folder. */
  path(address: string, name = ''): string {
    return join(this.root, 'bus/pci/devices', address, name)
  }

  add(
    address: string,
    { bars = {}, resources = {}, driver, command, config: space, ...ids }: FakePci = {},
  ): void {
    if (ids.parent !== undefined) this.#behind(address, ids.parent)
    const write = (name: string, content: string | Uint8Array) =>
      this.#folder.write(join('bus/pci/devices', address, name), content)
    write('vendor', `0x${(ids.vendor ?? 0x1234).toString(16)}\n`)
    write('device', `0x${(ids.device ?? 0x1111).toString(16)}\n`)
    write('class', `0x${(ids.class ?? 0x030000).toString(16).padStart(6, '0')}\n`)
    const lines = Array.from({ length: 13 }, (_, index) => {
      const bar = bars[index]
      return (bar ? [bar.base, bar.base + bar.size - 1, bar.flags] : [0, 0, 0]).map(hex).join(' ')
    })
    write('resource', `${lines.join('\n')}\n`)
    write('enable', '0\n')
    write('revision', `0x${(ids.revision ?? 0).toString(16).padStart(2, '0')}\n`)
    write('subsystem_vendor', `0x${(ids.subsystem?.vendor ?? 0).toString(16).padStart(4, '0')}\n`)
    write('subsystem_device', `0x${(ids.subsystem?.device ?? 0).toString(16).padStart(4, '0')}\n`)
    write('irq', `${ids.irq ?? 0}\n`)
    for (const [name, content] of Object.entries(ids.files ?? {})) write(name, content)
    if (ids.iommuGroup !== undefined)
      this.link(address, 'iommu_group', `../../../kernel/iommu_groups/${ids.iommuGroup}`)
    for (const [name, size] of Object.entries(resources)) write(name, pattern(size))
    if (space) write('config', space)
    else if (command !== undefined) {
      const config = Buffer.alloc(64)
      config.writeUInt16LE(command, 4)
      write('config', config)
    }
    if (driver !== undefined) {
      mkdirSync(join(this.root, 'bus/pci/drivers', driver), { recursive: true })
      symlinkSync(`../../drivers/${driver}`, this.path(address, 'driver'))
    }
  }

  /** As a device is that lies in its bridge's folder, and is known by a link. */
  #behind(address: string, parent: string): void {
    const folder = join(realpathSync(this.path(parent)), address)
    mkdirSync(folder)
    symlinkSync(folder, this.path(address))
  }

  /** Puts a link to `target` in place of a device's file. */
  link(address: string, name: string, target: string): void {
    symlinkSync(target, this.path(address, name))
  }

  write(address: string, name: string, content: string): void {
    writeFileSync(this.path(address, name), content)
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]()
  }
}
