import type { IoAccess } from '../../access/io-access.js'
import type { Interrupt } from '../../interrupts/interrupt.js'
import { badArgument, checkObject, checkSignal, IoMappingError, show } from '../../system/errors.js'
import type { Aperture } from '../aperture.js'
import type { PciDevice } from '../pci/device.js'
import { pciAt } from '../pci/pci.js'
import type { UioFolder } from './folder.js'
import { interruptOf } from './interrupts.js'
import { mapAperture, mapsOf, type UioMap } from './maps.js'
import { openPorts, portsOf, type UioPorts } from './ports.js'

export interface UioInterruptOptions {
  /** Ends it: who waits is rejected with its reason. */
  signal?: AbortSignal
}

/** A UIO device: what a small driver of the kernel's offers to programs. */
export class UioDevice {
  /** N of /dev/uioN. */
  readonly index: number
  readonly #folder: UioFolder

  constructor(folder: UioFolder) {
    this.index = folder.index
    this.#folder = folder
  }

  /** What its driver calls it. */
  get name(): string {
    return this.#folder.attribute('name')
  }

  /** Its driver's version, a text. */
  get version(): string {
    return this.#folder.attribute('version')
  }

  /** The PCI device that it is, if it is one. */
  get pci(): PciDevice | undefined {
    const address = this.#folder.linked('')
    return address === undefined ? undefined : pciAt(address, this.#folder.root.sys)
  }

  /** What can be mapped, as sysfs tells. */
  get maps(): UioMap[] {
    return mapsOf(this.#folder)
  }

  /**
   * A map as an aperture, by its number or its name. UIO maps it from its start alone: `permanent`, whole.
   * @throws IoMappingError ERR_IO_NO_APERTURE: there is none; ERR_IO_ARGUMENT
   */
  map(which: number | string): Aperture {
    return mapAperture(this.#folder, this.#pick('map', this.maps, which))
  }

  /** The I/O ports that it has, as sysfs tells. */
  get ports(): UioPorts[] {
    return portsOf(this.#folder)
  }

  /**
   * I/O ports, by their number or name: each read and write is one `in` or `out`. Those of a PCI BAR take 8 to 32 bits, others 8. For root.
   * @throws IoMappingError ERR_IO_NO_APERTURE: there are none; ERR_IO_ACCESS, ERR_IO_UNSUPPORTED (not x86), ERR_IO_ARGUMENT
   */
  port(which: number | string): IoAccess {
    return openPorts(this.#folder, this.#pick('port', this.ports, which), this.pci)
  }

  /**
   * Its interrupt, armed from here on. Each wait lets it through again, where its driver shuts it when it comes (uio_pci_generic by the
   * INTx disable bit, generic-irq drivers by the interrupt controller): acknowledge it at the device before you wait again.
   * @throws IoMappingError ERR_IO_INTERRUPT: it has none; ERR_IO_ACCESS, ERR_IO_NO_APERTURE; the signal's reason, if it is aborted
   */
  interrupts(options: UioInterruptOptions = {}): Interrupt {
    checkObject('interrupts', options, ['signal'])
    const { signal } = options
    checkSignal('interrupts', signal)
    signal?.throwIfAborted()
    return interruptOf(this.#folder, this.pci, signal)
  }

  #pick<T extends { index: number; name: string }>(
    what: string,
    all: readonly T[],
    which: number | string,
  ): T {
    if ((typeof which !== 'number' && typeof which !== 'string') || which === '')
      throw badArgument(`A ${what} of ${this.#folder.name}`, which, 'its number or its name')
    const [found, other] = all.filter(each => (typeof which === 'number' ? each.index : each.name) === which)
    if (found && !other) return found
    const there = all.map(({ index, name }) => (name === '' ? `${index}` : `${index} ('${name}')`)).join(', ')
    if (other)
      throw badArgument(`A ${what} of ${this.#folder.name}`, which, `the number of one: it has ${there}`)
    throw new IoMappingError(
      'ERR_IO_NO_APERTURE',
      `${this.#folder.name} has no ${what} ${show(which)}; it has ${there === '' ? 'none' : there}`,
    )
  }
}
