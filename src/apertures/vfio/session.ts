import { join } from 'node:path'
import { FileAccess } from '../../access/file-access.js'
import { ioctlWord } from '../../system/ioctl.js'
import { telling } from '../../system/refusal.js'
import type { Mapped } from '../opened.js'
import { hasBit } from '../pci/config.js'
import type { PciFolder } from '../pci/folder.js'
import { linkedName, namesIn } from '../sysfs.js'
import type { SystemRoot } from '../system-root.js'
import { REGION, VFIO } from './abi.js'
import { NO_IOMMU, openByGroup } from './group.js'
import { deviceInfo, type Region, regionInfo } from './info.js'
import { VfioInterrupts } from './interrupts.js'
import { openByNode } from './node.js'
import { NO_GROUP, refuse, whyUnbound } from './obstacles.js'
import type { Protection } from './protection.js'
import { OPEN_REASONS } from './reasons.js'
import type { OpenDevice } from './together.js'

/** A device that this thread has by VFIO; the kernel gives it out once. It is closed when the last one lets go of it. */
export class VfioSession {
  static readonly #all = new Map<string, WeakRef<VfioSession>>()
  /** How messages call it. */
  readonly name: string
  readonly fd: number
  readonly canReset: boolean
  readonly protection: Protection
  readonly interrupts: VfioInterrupts
  readonly #key: string
  readonly #open: OpenDevice
  /** Of its BARs and of memory for DMA, in the order in which they were made. */
  readonly #mappings = new Set<WeakRef<Mapped>>()
  #users = 0
  /** The VfioDevice that has it, or had it and was dropped. */
  #owner: WeakRef<object> | undefined

  /** The device's session, which has one user more: a new one, if nobody has it. Throws an IoMappingError. */
  static take(folder: PciFolder, root: SystemRoot): VfioSession {
    const key = folder.path
    const session = VfioSession.#all.get(key)?.deref() ?? new VfioSession(key, folder, root)
    session.#users++
    return session
  }

  private constructor(key: string, folder: PciFolder, root: SystemRoot) {
    this.name = `vfio:${folder.address}`
    this.#key = key
    const asked = { to: 'opened', writable: true, reasons: OPEN_REASONS }
    this.#open = telling(this.name, asked, () => openDevice(folder, this.name, root))
    this.fd = this.#open.device.fd
    this.protection = this.#open.protection
    try {
      this.canReset = telling(this.name, asked, () => deviceInfo(this.fd)).canReset
    } catch (error) {
      this.#open.close()
      throw error
    }
    this.interrupts = new VfioInterrupts(this.name, this.#open.device, () => this.isMaster)
    VfioSession.#all.set(key, new WeakRef(this))
  }

  /** Whether a VfioDevice has it. */
  get isOwned(): boolean {
    return this.#owner?.deref() !== undefined
  }

  /** It is this one's from here on, and nothing is left of one that was dropped but what is mapped. */
  own(owner: object): void {
    if (this.#owner !== undefined) {
      this.interrupts.closeAll()
      this.#users--
    }
    this.#owner = new WeakRef(owner)
  }

  /** As `release`, of its owner. */
  disown(): void {
    this.#owner = undefined
    this.release()
  }

  /** One more has it. */
  hold(): this {
    this.#users++
    return this
  }

  /** Knows of a mapping, to end it when the device is closed. */
  lend(mapping: Mapped): void {
    for (const each of this.#mappings) if (!each.deref()) this.#mappings.delete(each)
    this.#mappings.add(new WeakRef(mapping))
  }

  /** Ends what is asynchronous: waits, and transfers. */
  letGo(): void {
    this.interrupts.closeAll()
    for (const each of this.#mappings) each.deref()?.letGo()
  }

  /** Ends all mappings. */
  freeAll(): void {
    for (const each of this.#mappings) each.deref()?.free()
    this.#mappings.clear()
  }

  release(): void {
    if (--this.#users > 0) return
    VfioSession.#all.delete(this.#key)
    this.#open.close()
  }

  region(index: number): Region {
    return telling(this.name, { to: 'asked for its regions', reasons: OPEN_REASONS }, () =>
      regionInfo(this.fd, index),
    )
  }

  /** A region as registers, each access one read or write of the device's descriptor. */
  access(name: string, { offset, size }: Region): FileAccess {
    return new FileAccess(name, {
      ...{ descriptor: new Held(this), reasons: OPEN_REASONS },
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

/** The device's descriptor, which is there as long as its session. */
class Held {
  readonly #session: VfioSession

  constructor(session: VfioSession) {
    this.#session = session.hold()
  }

  get fd(): number {
    return this.#session.fd
  }

  close(): void {
    this.#session.release()
  }
}

/** Throws a SystemError, or ERR_IO_ACCESS with what stands in the way. */
const openDevice = (folder: PciFolder, name: string, root: SystemRoot): OpenDevice => {
  const unbound = whyUnbound(folder, root)
  if (unbound !== undefined) throw refuse(name, unbound)
  const nodes = namesIn(join(root.dev, 'vfio'))
  const group = linkedName(folder.file('iommu_group')) // by its number
  const file = [group, `${NO_IOMMU}${group}`].find(each => each !== undefined && nodes.includes(each))
  if (file !== undefined) return openByGroup(file, folder.address, name, root)
  const [node] = namesIn(folder.file('vfio-dev')) // on kernels that have such
  if (node !== undefined && namesIn(join(root.dev, 'vfio/devices')).includes(node))
    return openByNode(node, { address: folder.address, name, group }, root)
  if (group === undefined) throw refuse(name, NO_GROUP)
  return openByGroup(group, folder.address, name, root) // which says that it is not there
}
