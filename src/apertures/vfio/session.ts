import { FileAccess } from '../../access/file-access.js'
import { closingUnless } from '../../system/closing-unless.js'
import { IoMappingError } from '../../system/errors.js'
import { ioctlWord } from '../../system/ioctl.js'
import { quietlyUnlessCut } from '../../system/quietly.js'
import { telling } from '../../system/refusal.js'
import type { Mapped } from '../opened.js'
import { hasBit, setBit } from '../pci/config.js'
import type { PciFolder } from '../pci/folder.js'
import type { SystemRoot } from '../system-root.js'
import { REGION, VFIO } from './abi.js'
import { deviceInfo, type Region, regionInfo } from './info.js'
import { VfioInterrupts } from './interrupts.js'
import { openDevice } from './open-device.js'
import { Pinned } from './pinned.js'
import type { Protection } from './protection.js'
import { OPEN_REASONS } from './reasons.js'
import type { OpenDevice } from './together.js'

/** A device that this thread has by VFIO; the kernel gives it out once. It is closed with its VfioDevice, or when nobody has it any more. */
export class VfioSession {
  static readonly #all = new Map<string, WeakRef<VfioSession>>()
  /** How messages call it. */
  readonly name: string
  readonly canReset: boolean
  readonly protection: Protection
  readonly interrupts: VfioInterrupts
  readonly #key: string
  readonly #open: OpenDevice
  /** Of its BARs and of memory for DMA, in the order in which they were made. Weak: one that is dropped goes, when its views are dropped, too. */
  readonly #mappings = new Set<WeakRef<Mapped>>()
  /** What it reaches of memory. Not weak: who drops a mapping of it has not said that the device is to reach it no more. */
  readonly #pinned = new Set<Pinned>()
  readonly #users = new Set<WeakRef<SessionHold>>()
  /** The VfioDevice that has it, or had it and was dropped. */
  #owner: WeakRef<object> | undefined
  /** From here on all is ended. */
  #isClosing = false
  /** Whether its descriptor is there: once that is closed, its number is somebody else's. */
  #isOpen = true
  #isGone = false

  /** The device's session: a new one, if nobody has it. Throws an IoMappingError. */
  static take(folder: PciFolder, root: SystemRoot): VfioSession {
    const key = folder.path
    const known = VfioSession.#all.get(key)?.deref()
    if (known && !known.#isClosing) return known
    known?.close() // which was cut short
    return new VfioSession(key, folder, root)
  }

  private constructor(key: string, folder: PciFolder, root: SystemRoot) {
    this.name = `vfio:${folder.address}`
    this.#key = key
    const asked = { to: 'opened', writable: true, reasons: OPEN_REASONS }
    this.#open = telling(this.name, asked, () => openDevice(folder, this.name, root))
    this.protection = this.#open.protection
    const info = closingUnless(this.#open, () => telling(this.name, asked, () => deviceInfo(this.fd)))
    this.canReset = info.canReset
    this.interrupts = new VfioInterrupts(this.name, this, () => this.isMaster)
    dropped.register(this, { open: this.#open, pinned: this.#pinned }, this.#open)
    VfioSession.#all.set(key, new WeakRef(this))
  }

  /** The device's descriptor. Throws ERR_IO_FREED once it is closed. */
  get fd(): number {
    if (this.#isOpen) return this.#open.device.fd
    throw new IoMappingError('ERR_IO_FREED', `${this.name} was closed; open it anew by vfio()`)
  }

  /** Whether a VfioDevice has it. */
  get isOwned(): boolean {
    return this.#owner?.deref() !== undefined
  }

  /** It is this one's from here on, and nothing is left of one that was dropped but what is mapped. */
  own(owner: object): void {
    if (this.#owner !== undefined) this.interrupts.closeAll()
    this.#owner = new WeakRef(owner)
  }

  /** Someone has it, until that is closed, or dropped. */
  hold(): SessionHold {
    const held = new SessionHold(this)
    this.#users.add(new WeakRef(held))
    return held
  }

  /** Knows of a mapping, to end it when the device is closed. */
  lend(mapping: Mapped): void {
    for (const each of this.#mappings) if (!each.deref()) this.#mappings.delete(each)
    this.#mappings.add(new WeakRef(mapping))
  }

  /** What is about to be pinned: `size` bytes of `name`, in whole pages, which are taken back when the device is closed at the latest. */
  pin(name: string, size: number): Pinned {
    const pinned = new Pinned(this.protection, name, size)
    this.#pinned.add(pinned)
    return pinned
  }

  /** Takes it back; again, or if the device was closed, it does nothing. Throws ERR_IO_DMA; then closing the device is another try. */
  unpin(pinned: Pinned): void {
    if (this.#isOpen) pinned.unmap()
    this.#pinned.delete(pinned)
    this.#endUnused()
  }

  /**
   * Ends all that was had of it, in the order that VfioDevice.close tells. Never fails; again, it does nothing. Cut short, anywhere, it is
   * completed by the next call: each step does nothing where it is done, and it is forgotten last.
   */
  close(): void {
    if (this.#isGone) return
    this.#isClosing = true
    if (this.#isOpen) {
      this.#letGo()
      quietlyUnlessCut(() => this.#stopMastering()) // a device that is gone answers nothing, and does nothing more
      if (this.canReset) quietlyUnlessCut(() => this.reset())
      this.#freeAll()
    }
    this.#end()
  }

  /** @internal SessionHold */
  leave(held: SessionHold): void {
    for (const each of this.#users) {
      const user = each.deref()
      if (!user || user === held) this.#users.delete(each)
    }
    this.#endUnused()
  }

  /** Ends what is asynchronous: waits, and transfers. */
  #letGo(): void {
    this.interrupts.closeAll()
    for (const each of this.#mappings) quietlyUnlessCut(() => each.deref()?.letGo())
  }

  #stopMastering(): void {
    using config = this.config
    setBit(config, 'busMaster', false)
  }

  /** Ends all mappings, and what is pinned though nobody has it any more. */
  #freeAll(): void {
    for (const each of this.#mappings) {
      quietlyUnlessCut(() => each.deref()?.free())
      this.#mappings.delete(each)
    }
    unmapAll(this.#pinned)
  }

  #endUnused(): void {
    if (this.#users.size === 0 && this.#pinned.size === 0 && !this.isOwned && !this.#isClosing) this.#end()
  }

  #end(): void {
    if (this.#isGone) return
    this.#isOpen = false
    this.#open.close()
    dropped.unregister(this.#open)
    if (VfioSession.#all.get(this.#key)?.deref() === this) VfioSession.#all.delete(this.#key)
    this.#isGone = true
  }

  region(index: number): Region {
    return telling(this.name, { to: 'asked for its regions', reasons: OPEN_REASONS }, () =>
      regionInfo(this.fd, index),
    )
  }

  /** A region as registers, each access one read or write of the device's descriptor. */
  access(name: string, { offset, size }: Region): FileAccess {
    return new FileAccess(name, {
      ...{ descriptor: this.hold(), reasons: OPEN_REASONS },
      ...{ start: offset, length: size },
    })
  }

  get config(): FileAccess {
    return this.access(`config space of ${this.name}`, this.region(REGION.config))
  }

  /** Whether the device may access memory by itself. Throws an IoMappingError. */
  get isMaster(): boolean {
    using config = this.config
    return hasBit(config, 'busMaster')
  }

  /** Throws an IoMappingError. */
  reset(): void {
    telling(this.name, { to: 'reset', reasons: OPEN_REASONS }, () =>
      ioctlWord('VFIO_DEVICE_RESET', this.fd, VFIO.VFIO_DEVICE_RESET, 0),
    )
  }
}

/** What the kernel does not take back, the device's end does. */
const unmapAll = (all: Set<Pinned>): void => {
  for (const each of all) {
    quietlyUnlessCut(() => each.unmap())
    all.delete(each)
  }
}

/** Of sessions that nobody has any more: another device of the group may be open, with which their memory would stay pinned. */
const dropped = new FinalizationRegistry<{ open: OpenDevice; pinned: Set<Pinned> }>(({ open, pinned }) => {
  unmapAll(pinned)
  open.close()
})

/** The device's descriptor, which is there as long as its session. */
export class SessionHold {
  readonly session: VfioSession

  constructor(session: VfioSession) {
    this.session = session
  }

  get fd(): number {
    return this.session.fd
  }

  /** Again, it does nothing. */
  close(): void {
    this.session.leave(this)
  }
}
