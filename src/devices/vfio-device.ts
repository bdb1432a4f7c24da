import { EventEmitter } from 'node:events'
import { inspect } from 'node:util'
import type { BusDevice } from '../access/bus-device.js'
import type { FileAccess } from '../access/file-access.js'
import type { IoAccess } from '../access/io-access.js'
import type { Aperture } from '../apertures/aperture.js'
import { barsOf, isPorts, tellBars, whyNoBar } from '../apertures/pci/bar.js'
import { capabilitiesOf, type PciCapability } from '../apertures/pci/capabilities.js'
import { hasBit, setBit } from '../apertures/pci/config.js'
import type { PciFolder } from '../apertures/pci/folder.js'
import { checkBar } from '../apertures/pci/resources.js'
import { barAperture } from '../apertures/vfio/bar.js'
import type { Iommu } from '../apertures/vfio/iommu.js'
import type { VfioSession } from '../apertures/vfio/session.js'
import type { Interrupt } from '../interrupts/interrupt.js'
import { type AnyKind, checkKind, type InterruptKind } from '../interrupts/kinds.js'
import type { IoMapping } from '../mapping/io-mapping.js'
import { IoMappingError } from '../system/errors.js'
import { nextTick } from '../system/host.js'
import { quietly } from '../system/quietly.js'
import { type DmaMapping, type DmaWindow, makeDma, mapForDma } from './dma.js'

/** What a VfioDevice emits. */
export interface VfioEvents {
  /** The kernel wants the device back: it is to be unbound, or was pulled out. It waits until the device is closed. */
  request: []
}

/**
 * A PCI device that this program drives, by VFIO: an IOMMU keeps it from all memory but what it is given. `close` ends
 * everything that was had of it.
 */
export class VfioDevice extends EventEmitter<VfioEvents> implements BusDevice, Disposable {
  /** Such as 0000:00:04.0. */
  readonly address: string
  readonly #folder: PciFolder
  readonly #accesses = new Map<string, FileAccess>()
  readonly #open: VfioSession
  #isClosed = false
  /** What tells it of requests, once someone listens. */
  #requests: Interrupt | undefined

  /** Has `session` from here on. */
  constructor(folder: PciFolder, session: VfioSession) {
    super()
    this.address = folder.address
    this.#folder = folder
    this.#open = session
    session.own(this)
    this.#watchListeners()
  }

  /** What keeps it from memory: the kernel's `type1` or `iommufd`; `none` in vfio's noiommu mode, in which `dma` is refused. */
  get iommu(): Iommu['kind'] {
    return this.#session('iommu').protection.kind
  }

  get closed(): boolean {
    return this.#isClosed
  }

  /** Its configuration space, as `PciDevice.config`; the kernel answers itself for what a program must not change. @throws IoMappingError ERR_IO_ACCESS */
  get config(): IoAccess {
    const session = this.#session('config')
    return this.#access('config', () => session.config)
  }

  /** What it can do, as `PciDevice.capabilities`. */
  get capabilities(): PciCapability[] {
    return capabilitiesOf(this.config, `vfio:${this.address}`)
  }

  /** Whether it may access memory by itself (DMA) and send message-signalled interrupts. Off when it is opened. */
  get busMaster(): boolean {
    return hasBit(this.config, 'busMaster')
  }

  set busMaster(on: boolean) {
    setBit(this.config, 'busMaster', on)
  }

  /**
   * The aperture of BAR `index`, 0 to 5, uncached. Pages that vfio keeps to itself are refused when they are mapped.
   * @throws IoMappingError ERR_IO_NO_APERTURE if there is no such BAR, or it can't be mapped; ERR_IO_ARGUMENT
   */
  bar(index: number): Aperture {
    const session = this.#session('bar')
    checkBar(session.name, index)
    return barAperture(this.#folder, index, session.region(index), () => this.#session('bar'))
  }

  /**
   * The I/O ports of BAR `index`: each read and write is one `in` or `out` of its width, 8 to 32 bits.
   * @throws IoMappingError ERR_IO_NO_APERTURE if there is no such BAR, or it holds memory; ERR_IO_ARGUMENT
   */
  ports(index: number): IoAccess {
    const session = this.#session('ports')
    checkBar(session.name, index)
    const bars = barsOf(this.#folder)
    const bar = bars.find(each => each.index === index)
    if (bar && isPorts(bar))
      return this.#access(`ports ${index}`, () =>
        session.access(`${session.name}/${index}`, session.region(index)),
      )
    const why = bar ? `holds memory: bar(${index}) is to be mapped` : whyNoBar(this.#folder, index)
    throw new IoMappingError(
      'ERR_IO_NO_APERTURE',
      `${session.name}/${index} ${why}; ${tellBars(bars, isPorts, 'hold ports')}`,
    )
  }

  /**
   * An interrupt of it, armed from here on: before the device is started, so that none is missed. `intx` is masked when it comes, and let
   * through by the next wait: acknowledge it at the device before. (`request` is an event of the device's: `on('request', …)`.)
   * @param index the number of an `msi` or `msix`. Default 0
   * @throws IoMappingError ERR_IO_INTERRUPT: there is none such, it is open already, or the device is switched to another kind; ERR_IO_ARGUMENT
   */
  interrupt(kind: InterruptKind, index = 0): Interrupt {
    const { name, interrupts } = this.#session('interrupt')
    if ((kind as AnyKind) === 'request') throw refuseRequest(this.address)
    checkKind(`An interrupt of ${name}`, kind)
    return interrupts.open(kind, index)
  }

  /**
   * Memory that the device reaches at `iova`: zeroed, pinned, an IoMapping of its own. Once it is freed, the device's accesses fail, and
   * reach nobody else's memory.
   * @param bytes how much
   * @throws IoMappingError ERR_IO_DMA: no IOMMU, the limit on locked memory, no addresses left; ERR_IO_RANGE, ERR_IO_ADDRESS_SPACE
   */
  dma(bytes: number): DmaMapping {
    return makeDma(this.#session('dma'), bytes)
  }

  /**
   * Has the device reach a mapping's memory, which must be ordinary memory: its own, a file's in /dev/shm. Of one that was made with
   * `writable: false`, the device can read alone. The pages are pinned until `unmap`, or until the device is closed, even if the mapping is
   * freed, or what this returns is dropped.
   * @throws IoMappingError ERR_IO_DMA, ERR_IO_FREED, ERR_IO_FAULT, ERR_IO_ARGUMENT
   */
  map(mapping: IoMapping): DmaWindow {
    return mapForDma(this.#session('map'), mapping)
  }

  /** Resets it, and nothing else of its slot. @throws IoMappingError ERR_IO_UNSUPPORTED: it has no reset of its own; ERR_IO_ACCESS */
  reset(): void {
    const session = this.#session('reset')
    if (!session.canReset)
      throw new IoMappingError(
        'ERR_IO_UNSUPPORTED',
        `${session.name} can't be reset: it has no reset of its own (FLR, a slot or a bus with no one else); see its 'reset_method' in sysfs`,
      )
    session.reset()
  }

  /**
   * Ends all that was had of it, in this order: waits for interrupts and transfers are ended; the device's DMA is stopped (bus mastering
   * off, reset); mappings of its BARs and of memory for DMA are freed. Never fails. Again, it does nothing. Where it was cut short (by a
   * vm timeout, at the stack's end), the next call completes it; all else is refused already.
   */
  close(): void {
    this.#isClosed = true
    this.#open.close()
    for (const each of this.#accesses.values()) each[Symbol.dispose]()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** What console.log shows: nothing of the device. @internal */
  [inspect.custom](): string {
    return `VfioDevice { ${this.address}${this.closed ? ', closed' : ''} }`
  }

  /** As EventEmitter's; the device goes on watching for those that listen later. */
  override removeAllListeners(name?: 'request'): this {
    try {
      return name === undefined ? super.removeAllListeners() : super.removeAllListeners(name)
    } finally {
      if (#open in this) this.#watchListeners()
    }
  }

  /** Has it know of those that come, unless it does. */
  #watchListeners(): void {
    watch(this, () => this.#expectRequests())
  }

  /** Once for all listeners: from the first one on, until it is closed. */
  #expectRequests(): void {
    if (this.#isClosed || (this.#requests && !this.#requests.closed)) return
    const { interrupts } = this.#open
    if (!interrupts.has('request')) return
    this.#requests = interrupts.open('request', 0)
    listening.register(this, this.#requests)
    tell(this.#requests, new WeakRef(this))
  }

  #access(key: string, open: () => FileAccess): FileAccess {
    const known = this.#accesses.get(key)
    if (known?.mapped) return known
    const access = open()
    this.#accesses.set(key, access)
    return access
  }

  #session(call: string): VfioSession {
    if (!this.#isClosed) return this.#open
    throw new IoMappingError(
      'ERR_IO_FREED',
      `${call}: vfio:${this.address} was closed; open it anew by vfio('${this.address}')`,
    )
  }
}

// Of devices that nobody has any more: the event loop keeps an interrupt that is waited for, and that its device open.
const listening = new FinalizationRegistry<Interrupt>(requests => quietly(() => requests.close()))

/** Emits each request, as long as somebody has the device. What a listener throws is nobody's to catch, and ends nothing here. */
const tell = async (requests: Interrupt, device: WeakRef<VfioDevice>): Promise<void> => {
  const emit = () => {
    device.deref()?.emit('request')
  }
  try {
    for await (const _ of requests) nextTick(emit)
  } catch {
    // the device is gone, and wanted by nobody any more
  }
}

const refuseRequest = (address: string): IoMappingError =>
  new IoMappingError(
    'ERR_IO_ARGUMENT',
    `interrupt: 'request' of vfio:${address} is told by its event; listen to that: device.on('request', …)`,
  )

/** Calls `act` before one for `request` comes. Its types are EventEmitter's own, which know that event. */
const watch = (emitter: EventEmitter, act: () => void): void => {
  if (emitter.listenerCount('newListener') > 0) return
  emitter.on('newListener', name => {
    if (name === 'request') act()
  })
}
