import { constants, existsSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Descriptor } from '../../system/descriptor.js'
import { badArgument, IoMappingError } from '../../system/errors.js'
import { PAGE_SIZE } from '../../system/page.js'
import { type Circumstances, type Explanation, reasonFor, told } from '../../system/refusal.js'
import type { SystemError } from '../../system/system-error.js'
import { Aperture, type MemoryType } from '../aperture.js'
import { mappedElsewhere, patMemoryType } from '../pat.js'
import { answers, setMemoryBit } from './config.js'
import { ATTRIBUTE_REASONS, BAR_REASONS, ENABLE_REASONS, GONE } from './reasons.js'
import { type PciResource, parseResources, unplaced } from './resources.js'

/** A BAR: its resource, and the memory types it can be mapped with (none for I/O ports). */
export interface PciBar extends PciResource {
  readonly memoryTypes: readonly MemoryType[]
}

const canBeMapped = ({ memoryTypes }: PciBar): boolean => memoryTypes.length > 0

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
    try {
      return basename(readlinkSync(join(this.#path, 'driver')))
    } catch {
      return undefined // unbound, perhaps this moment
    }
  }

  /**
   * Whether it answers accesses to its memory: the command register's bit 1, or, of a virtual function, whose bit is always 0, the
   * physical one's say, without which it would not be there. Undefined if the system won't tell.
   */
  get enabled(): boolean | undefined {
    if (existsSync(join(this.#path, 'physfn'))) return true
    const answer = answers(this.#config)
    return answer && answer === 'memory'
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
    if (bar && canBeMapped(bar)) return this.#aperture(bar)
    const mappable = bars.filter(canBeMapped).map(each => each.index)
    const why =
      bar === undefined
        ? this.#whyNoBar(index)
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

  /** Those of all its BARs that can be mapped; none of a device that is no longer there. */
  get apertures(): Aperture[] {
    try {
      return this.bars.filter(canBeMapped).map(bar => this.#aperture(bar))
    } catch (error) {
      if (error instanceof IoMappingError && error.code === 'ERR_IO_NO_APERTURE') return []
      throw error
    }
  }

  /**
   * Turns on the device's memory, as its driver would. Needs root.
   * @throws IoMappingError ERR_IO_ACCESS, ERR_IO_NO_APERTURE (it was removed)
   */
  enable(): void {
    try {
      writeFileSync(join(this.#path, 'enable'), '1')
      // Enabled before, it was only counted; the bit may have been taken back since.
      if (this.enabled === false) setMemoryBit(this.#config)
    } catch (error) {
      const explain = this.#explainEnable.bind(this)
      throw told(`pci:${this.address}`, error, { to: 'enabled', writable: true, explain })
    }
    if (this.enabled !== false) return
    throw new IoMappingError(
      'ERR_IO_ACCESS',
      `pci:${this.address} can't be enabled: ${this.#whyNotEnabled()}`,
    )
  }

  #whyNotEnabled(): string {
    return answers(this.#config) === 'gone'
      ? GONE
      : 'the memory bit of its command register was set, and is 0 still. Something switches it off ' +
          "again (its power state, a hypervisor), or the device has no memory; see lspci -vv -s, 'Control: … Mem'"
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
      explain: (error, known) => this.#explain(error, bar, known),
      confirm: skip => patMemoryType(bar.base + skip),
    })
  }

  #open(bar: PciBar, type: MemoryType, writable: boolean): Descriptor {
    if (this.enabled === false) {
      throw new IoMappingError(
        'ERR_IO_ACCESS',
        `pci:${this.address}/${bar.index} can't be mapped: ${this.#whyDisabled()}`,
      )
    }
    return Descriptor.open(this.#resource(bar, type), writable ? constants.O_RDWR : constants.O_RDONLY)
  }

  #whyDisabled(): string {
    if (answers(this.#config) === 'gone') return GONE
    return `the device is disabled, its memory does not answer. ${this.#howToEnable()}`
  }

  #howToEnable(): string {
    const { driver } = this
    if (driver !== undefined) return `Its driver '${driver}' has it switched off; ${this.#unbind(driver)}`
    const enable = `Enable it first: pci('${this.address}').enable()`
    const path = join(this.#path, 'enable')
    const isCounted = Number(this.#attribute('enable')) > 0
    return isCounted
      ? `${enable} (echo 1 > ${path} would only count once more)`
      : `${enable}, or echo 1 > ${path}`
  }

  #explain(error: SystemError, bar: PciBar, known: Circumstances): Explanation | undefined {
    if (error.code === 'EINVAL') return { why: this.#conflict(bar) }
    return reasonFor(error, BAR_REASONS, known)
  }

  #explainEnable(error: SystemError, known: Circumstances): Explanation | undefined {
    if (error.code === 'EBUSY') return { why: this.#claimed() }
    return reasonFor(error, ENABLE_REASONS, known)
  }

  /** Why the kernel maps no more of a range. */
  #conflict(bar: PciBar): string {
    const type = this.driver === undefined ? patMemoryType(bar.base) : undefined
    return type === undefined ? this.#claimed() : mappedElsewhere(type)
  }

  #claimed(): string {
    const { driver } = this
    if (driver === undefined)
      return 'a driver has claimed its range (see /proc/iomem), or it is mapped with another memory type elsewhere; end that first'
    return `its driver '${driver}' has claimed it; ${this.#unbind(driver)}`
  }

  #unbind(driver: string): string {
    return `unbind that first: echo ${this.address} > /sys/bus/pci/drivers/${driver}/unbind`
  }

  #whyNoBar(index: number): string {
    return unplaced(this.#attribute('resource')).includes(index)
      ? "has no address: the system found no room for it behind the device's bridge (see dmesg; start Linux with pci=realloc)"
      : 'does not exist'
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
      const explain = (refused: SystemError, known: Circumstances) =>
        reasonFor(refused, ATTRIBUTE_REASONS, known)
      throw told(`The ${name} of pci:${this.address}`, error, { to: 'read', explain })
    }
  }

  get #config(): string {
    return join(this.#path, 'config')
  }
}
