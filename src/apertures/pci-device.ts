import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  readlinkSync,
  readSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { Descriptor } from '../system/descriptor.js'
import { badArgument, IoMappingError } from '../system/errors.js'
import { PAGE_SIZE } from '../system/page.js'
import type { SystemError } from '../system/system-error.js'
import { Aperture, type MemoryType } from './aperture.js'
import { patMemoryType } from './pat.js'
import { type PciResource, parseResources, unplaced } from './pci-resources.js'
import { type Circumstances, LOCKED_DOWN, type Reason, reasonFor, told } from './refusal.js'

/** Of its configuration: where the command register lies, and the bit of it by which the device answers accesses to its memory. */
const COMMAND = 4
const MEMORY = 2

const REASONS: readonly Reason[] = [
  LOCKED_DOWN,
  { errno: 'EACCES', call: 'open', when: ({ isRoot }) => !isRoot, why: 'no permission; run as root' },
  // mmap, of a file that is open still
  { errno: 'ENODEV', why: 'the device was removed. Free the mapping, and create a new one once it is back' },
]

const ENABLE_REASONS: readonly Reason[] = [
  LOCKED_DOWN,
  { errno: 'ENOENT', why: 'was it removed?' },
  ...['EACCES', 'EPERM'].map(errno => ({
    errno,
    when: ({ isRoot }: Circumstances) => !isRoot,
    why: 'only root may enable a device',
  })),
  { errno: 'EROFS', why: '/sys is mounted read-only, as in a container; mount it to be written' },
]

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

  /**
   * Whether it answers accesses to its memory: the command register's bit 1, or, of a virtual function, whose bit is always 0, the
   * physical one's say, without which it would not be there. Undefined if the system won't tell.
   */
  get enabled(): boolean | undefined {
    if (existsSync(join(this.#path, 'physfn'))) return true
    try {
      const config = readFileSync(join(this.#path, 'config'))
      return config.length > COMMAND ? ((config[COMMAND] ?? 0) & MEMORY) !== 0 : undefined
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

  /**
   * Turns on the device's memory, as its driver would. Needs root.
   * @throws IoMappingError ERR_IO_ACCESS, ERR_IO_NO_APERTURE (it was removed)
   */
  enable(): void {
    try {
      writeFileSync(join(this.#path, 'enable'), '1')
      // Enabled before, it was only counted; the bit may have been taken back since.
      if (this.enabled === false) this.#setMemoryBit()
    } catch (error) {
      throw told(`pci:${this.address}`, error, (each, known) => this.#explainEnable(each, known))
    }
    if (this.enabled !== false) return
    throw new IoMappingError(
      'ERR_IO_ACCESS',
      `pci:${this.address} can't be enabled: the memory bit of its command register was set, and is 0 still. Something switches it off ` +
        "again (its power state, a hypervisor), or the device has no memory; see lspci -vv -s, 'Control: … Mem'",
    )
  }

  #setMemoryBit(): void {
    const descriptor = openSync(join(this.#path, 'config'), constants.O_RDWR)
    try {
      const command = new Uint8Array(1)
      readSync(descriptor, command, 0, 1, COMMAND)
      command[0] = (command[0] ?? 0) | MEMORY
      writeSync(descriptor, command, 0, 1, COMMAND)
    } finally {
      closeSync(descriptor)
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
      explain: (error, known) => this.#explain(error, bar, known),
      confirm: skip => patMemoryType(bar.base + skip),
    })
  }

  #open(bar: PciBar, type: MemoryType, writable: boolean): Descriptor {
    if (this.enabled === false) {
      throw new IoMappingError(
        'ERR_IO_ACCESS',
        `pci:${this.address}/${bar.index} can't be mapped: the device is disabled, its memory does not answer. ${this.#howToEnable()}`,
      )
    }
    return Descriptor.open(this.#resource(bar, type), writable ? constants.O_RDWR : constants.O_RDONLY)
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

  #explain(error: SystemError, bar: PciBar, known: Circumstances): string | undefined {
    if (error.code === 'EINVAL') return this.#conflict(bar)
    return reasonFor(error, REASONS, known)?.why
  }

  #explainEnable(error: SystemError, known: Circumstances): string | undefined {
    if (error.code === 'EBUSY') return this.#claimed()
    return reasonFor(error, ENABLE_REASONS, known)?.why
  }

  /** Why the kernel maps no more of a range. */
  #conflict(bar: PciBar): string {
    const type = this.driver === undefined ? patMemoryType(bar.base) : undefined
    return type === undefined
      ? this.#claimed()
      : `it is mapped ${type} elsewhere, and the kernel keeps one memory type for a range; ask for that one, or end the other mapping`
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
      throw told(`pci:${this.address}`, error, () => `it has no ${name}: was it removed?`)
    }
  }
}
