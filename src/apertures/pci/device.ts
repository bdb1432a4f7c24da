import type { FileAccess } from '../../access/file-access.js'
import type { IoAccess } from '../../access/io-access.js'
import { IoMappingError } from '../../system/errors.js'
import type { Aperture } from '../aperture.js'
import type { Obstacle } from '../obstacle.js'
import { barAperture, barsOf, canBeMapped, isPorts, type PciBar, tellBars, whyNoBar } from './bar.js'
import { capabilitiesOf, type PciCapability } from './capabilities.js'
import { hasBit, setBit } from './config.js'
import { enable, holder, silence } from './enable.js'
import type { PciFolder } from './folder.js'
import { iommuGroupOf, irqOf, numaNodeOf, type PciSubsystem, parentOf, subsystemOf } from './place.js'
import { openPorts } from './ports.js'
import { checkBar } from './resources.js'

/** A PCI device, as sysfs shows it. */
export class PciDevice {
  /** Such as 0000:00:02.0: domain, bus, device, function. */
  readonly address: string
  readonly #folder: PciFolder
  #config: FileAccess | undefined

  constructor(folder: PciFolder) {
    this.address = folder.address
    this.#folder = folder
  }

  get vendor(): number {
    return Number(this.#folder.attribute('vendor'))
  }

  get device(): number {
    return Number(this.#folder.attribute('device'))
  }

  /** Base class, subclass and interface, 24 bits: 0x030000 is a VGA controller. */
  get class(): number {
    return Number(this.#folder.attribute('class'))
  }

  get revision(): number {
    return Number(this.#folder.attribute('revision'))
  }

  /** Whose card it is, of a device that tells. */
  get subsystem(): PciSubsystem | undefined {
    return subsystemOf(this.#folder)
  }

  /** The address of the bridge, or the port, that it is behind; undefined of one at the root. */
  get parent(): string | undefined {
    return parentOf(this.#folder)
  }

  /** Linux's number of its interrupt: of INTx, or of MSI where its driver uses that. The numbers of MSI-X are others. */
  get irq(): number | undefined {
    return irqOf(this.#folder)
  }

  /** The node of memory and processors that it is near to, on a machine with several. */
  get numaNode(): number | undefined {
    return numaNodeOf(this.#folder)
  }

  /** The devices that VFIO can only have together have one number. Undefined where there is no IOMMU. */
  get iommuGroup(): number | undefined {
    return iommuGroupOf(this.#folder)
  }

  /** The name of the driver that is bound to it. */
  get driver(): string | undefined {
    return this.#folder.driver
  }

  /**
   * Whether it answers accesses to its memory: the command register's bit 1, or, of a virtual function, whose bit is always 0, the
   * physical one's say, without which it would not be there. Undefined if the system won't tell.
   */
  get enabled(): boolean | undefined {
    const answer = this.#folder.answers('memory')
    return answer && answer === 'enabled'
  }

  /**
   * What keeps its memory from answering: it is disabled, or gone. Undefined if it may answer. Asked of its configuration space, which
   * wakes a device without power (D3cold).
   */
  get silence(): Obstacle | undefined {
    return silence(this.#folder)
  }

  /** The driver that is bound to it, as what stands in the way of mapping the ranges which that has claimed; undefined if none is. */
  get holder(): Obstacle | undefined {
    return holder(this.#folder)
  }

  /**
   * Its configuration space, 256 bytes, or 4,096 of PCI Express: each read and write is one access of its width, 8 to 32 bits. Others
   * than root read the first 64 bytes alone, and write none. Once it is unmapped, it is opened anew.
   * @throws IoMappingError ERR_IO_ACCESS, ERR_IO_NO_APERTURE (it was removed)
   */
  get config(): IoAccess {
    if (!this.#config?.mapped) this.#config = this.#folder.openConfig()
    return this.#config
  }

  /**
   * What it can do, as its configuration space lists it: in that order, the extended ones last. A list that loops, or leaves the
   * space, ends there, with a warning.
   * @throws IoMappingError ERR_IO_ACCESS without root, as `config`
   */
  get capabilities(): PciCapability[] {
    return capabilitiesOf(this.config, this.#folder.name)
  }

  /**
   * Whether it may access memory by itself (DMA) and send message-signalled interrupts: the command register's bit 2.
   * @throws IoMappingError as `config`; ERR_IO_ACCESS if others than root set it
   */
  get busMaster(): boolean {
    return hasBit(this.config, 'busMaster')
  }

  set busMaster(on: boolean) {
    setBit(this.config, 'busMaster', on)
  }

  get bars(): PciBar[] {
    return barsOf(this.#folder)
  }

  /**
   * The aperture of BAR `index`, 0 to 5.
   * @throws IoMappingError ERR_IO_NO_APERTURE if there is no such BAR, or it holds I/O ports
   */
  bar(index: number): Aperture {
    const bar = this.#bar(index, canBeMapped, 'can be mapped')
    if (canBeMapped(bar)) return barAperture(this.#folder, bar)
    throw this.#refuse(
      index,
      canBeMapped,
      'can be mapped',
      {
        memory: "can't be mapped: the kernel offers no resource file for it",
        ports: `holds I/O ports, which can't be mapped: pci('${this.address}').ports(${index}) accesses them`,
      }[bar.kind],
    )
  }

  /**
   * The I/O ports of BAR `index`, 0 to 5: each read and write is one `in` or `out` of its width, 8 to 32 bits. For root.
   * @throws IoMappingError ERR_IO_NO_APERTURE if there is no such BAR, or it holds memory; ERR_IO_ACCESS
   */
  ports(index: number): IoAccess {
    const bar = this.#bar(index, isPorts, 'hold ports')
    if (isPorts(bar)) return openPorts(this.#folder, index, bar.size)
    throw this.#refuse(
      index,
      isPorts,
      'hold ports',
      `holds memory: pci('${this.address}').bar(${index}) is to be mapped`,
    )
  }

  /** Those of all its BARs that can be mapped; none of a device that is no longer there. */
  get apertures(): Aperture[] {
    try {
      return this.bars.filter(canBeMapped).map(bar => barAperture(this.#folder, bar))
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
    enable(this.#folder)
  }

  /** `what` those that `are` are called, for the message. */
  #bar(index: number, are: (bar: PciBar) => boolean, what: string): PciBar {
    checkBar(this.#folder.name, index)
    const bar = this.bars.find(each => each.index === index)
    if (bar) return bar
    throw this.#refuse(index, are, what, whyNoBar(this.#folder, index))
  }

  #refuse(index: number, are: (bar: PciBar) => boolean, what: string, why: string): IoMappingError {
    const allowed = tellBars(this.bars, are, what)
    return new IoMappingError('ERR_IO_NO_APERTURE', `BAR ${index} of ${this.#folder.name} ${why}; ${allowed}`)
  }
}
