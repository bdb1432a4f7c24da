import { constants, existsSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Descriptor } from '../system/descriptor.js'
import { badArgument, IoMappingError } from '../system/errors.js'
import { PAGE_SIZE } from '../system/page.js'
import type { SystemError } from '../system/system-error.js'
import { Aperture, type MemoryType } from './aperture.js'
import { patMemoryType } from './pat.js'
import { type PciResource, parseResources } from './pci-resources.js'
import { told } from './refusal.js'

/** A BAR: its resource, and the memory types it can be mapped with (none for I/O ports). */
export interface PciBar extends PciResource {
  readonly memoryTypes: readonly MemoryType[]
}

/** A PCI device, as sysfs shows it. */
export class PciDevice {
  /** Such as 0000:00:02.0: domain, bus, device, function. */
  readonly address: string
  readonly #path: string

  /** `path` is its folder in sysfs. */
  constructor(address: string, path: string) {
    this.address = address
    this.#path = path
  }

  get vendor(): number {
    return Number(this.#attribute('vendor'))
  }

  get device(): number {
    return Number(this.#attribute('device'))
  }

  /** Base class, subclass and interface, 24 bits: 0x030000 is a VGA controller. */
  get class(): number {
    return Number(this.#attribute('class'))
  }

  /** The name of the driver that is bound to it. */
  get driver(): string | undefined {
    const link = join(this.#path, 'driver')
    return existsSync(link) ? basename(readlinkSync(link)) : undefined
  }

  /** Whether it answers accesses to its memory (the command register's bit 1); undefined if the system won't tell. */
  get enabled(): boolean | undefined {
    try {
      const config = readFileSync(join(this.#path, 'config'))
      return config.length > 4 ? (config.readUInt16LE(4) & 2) !== 0 : undefined
    } catch {
      return undefined
    }
  }

  get bars(): PciBar[] {
    return parseResources(this.#attribute('resource')).map(resource => ({
      ...resource,
      memoryTypes: this.#memoryTypes(resource),
    }))
  }

  /**
   * The aperture of BAR `index`, 0 to 5.
   * @throws IoMappingError ERR_IO_NO_APERTURE if there is no such BAR, or it holds I/O ports
   */
  bar(index: number): Aperture {
    if (!Number.isInteger(index) || index < 0 || index > 5) {
      throw badArgument(`The BAR of pci:${this.address}`, index, 'a number from 0 to 5')
    }
    const bars = this.bars
    const bar = bars.find(each => each.index === index)
    if (bar && bar.memoryTypes.length > 0) return this.#aperture(bar)
    const mappable = bars.filter(({ memoryTypes }) => memoryTypes.length > 0).map(each => each.index)
    const why =
      bar === undefined
        ? 'does not exist'
        : bar.kind === 'ports'
          ? "holds I/O ports, which can't be mapped"
          : "can't be mapped: the kernel offers no resource file for it"
    throw new IoMappingError(
      'ERR_IO_NO_APERTURE',
      `BAR ${index} of pci:${this.address} ${why}; ` +
        (mappable.length > 0
          ? `those that can be mapped: ${mappable.join(', ')}`
          : 'the device has none that can'),
    )
  }

  /**
   * Turns on the device's memory, as its driver would. Needs root.
   * @throws IoMappingError ERR_IO_ACCESS
   */
  enable(): void {
    try {
      writeFileSync(join(this.#path, 'enable'), '1')
    } catch (error) {
      throw told(`pci:${this.address}`, error, each => this.#explainEnable(each))
    }
  }

  #aperture(bar: PciBar): Aperture {
    return new Aperture({
      name: `pci:${this.address}/${bar.index}`,
      base: bar.base,
      size: bar.size,
      memoryTypes: bar.memoryTypes,
      open: (type, writable) => ({
        descriptor: this.#open(bar, type, writable),
        offset: bar.base % PAGE_SIZE, // the file starts with the page that holds the BAR
      }),
      explain: error => this.#explain(error),
      confirm: skip => patMemoryType(bar.base + skip),
    })
  }

  #open(bar: PciBar, type: MemoryType, writable: boolean): Descriptor {
    if (this.enabled === false) {
      throw new IoMappingError(
        'ERR_IO_ACCESS',
        `pci:${this.address}/${bar.index} can't be mapped: the device is disabled, its memory does not answer. ` +
          `Enable it first: pci('${this.address}').enable(), or echo 1 > ${join(this.#path, 'enable')}`,
      )
    }
    return Descriptor.open(this.#resource(bar, type), writable ? constants.O_RDWR : constants.O_RDONLY)
  }

  #explain({ code }: SystemError): string | undefined {
    if (code === 'EINVAL') return this.#claimed()
    if (code === 'EACCES') return 'no permission; run as root'
    // mmap, of a file that is open still
    if (code === 'ENODEV')
      return 'the device was removed. Free the mapping, and create a new one once it is back'
    return undefined
  }

  #explainEnable({ code }: SystemError): string | undefined {
    if (code === 'ENOENT') return 'was it removed?'
    if (code === 'EBUSY') return this.#claimed()
    if (code === 'EACCES' || code === 'EPERM') return 'only root may enable a device'
    return undefined
  }

  #claimed(): string {
    const { driver } = this
    if (driver === undefined) return 'a driver has claimed its range (see /proc/iomem); unload that first'
    const unbind = `echo ${this.address} > /sys/bus/pci/drivers/${driver}/unbind`
    return `its driver '${driver}' has claimed it; unbind that first: ${unbind}`
  }

  #memoryTypes(resource: PciResource): MemoryType[] {
    if (resource.kind === 'ports') return []
    const types: MemoryType[] = ['write-combining', 'uncached']
    return types.filter(type => existsSync(this.#resource(resource, type)))
  }

  #resource({ index }: PciResource, type: MemoryType): string {
    return join(this.#path, `resource${index}${type === 'write-combining' ? '_wc' : ''}`)
  }

  #attribute(name: string): string {
    try {
      return readFileSync(join(this.#path, name), 'utf8')
    } catch (error) {
      throw told(`pci:${this.address}`, error, () => `it has no ${name}: was it removed?`)
    }
  }
}
