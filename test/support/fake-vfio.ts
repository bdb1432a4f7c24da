// A small kernel with VFIO: a made-up /sys and /dev of ordinary files, and the addon's ioctls answered by what is written down of
// Linux's include/uapi/linux/vfio.h and iommufd.h. A device's regions lie in a file, so that they can be mapped, read and written.
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { type VfioDevice, vfio } from 'io-mapping'
import type { SystemRoot } from '#io-mapping/apertures/system-root.js'
import { native } from '#io-mapping/system/native.js'
import { isCut } from '#io-mapping/system/quietly.js'
import { viewOf } from '#io-mapping/system/typed-arrays.js'
import { checkSize, Refused } from './fake-ioctl.js'
import { FakeIommu } from './fake-iommu.js'
import { FakeVfioDevice, type FakeVfioDeviceInit, REGION_STRIDE } from './fake-vfio-device.js'
import { TempFolder } from './files.js'
import { patchNative } from './patch.js'
import { FakeSysfs } from './sysfs.js'

/** By number, as the headers have them: _IO(';', 100 + n), and _IO(';', 0x80 + n). */
const REQUESTS: ReadonlyMap<number, string> = new Map([
  [0x3b66, 'VFIO_SET_IOMMU'],
  [0x3b67, 'VFIO_GROUP_GET_STATUS'],
  [0x3b68, 'VFIO_GROUP_SET_CONTAINER'],
  [0x3b6a, 'VFIO_GROUP_GET_DEVICE_FD'],
  [0x3b6b, 'VFIO_DEVICE_GET_INFO'],
  [0x3b6c, 'VFIO_DEVICE_GET_REGION_INFO'],
  [0x3b6d, 'VFIO_DEVICE_GET_IRQ_INFO'],
  [0x3b6e, 'VFIO_DEVICE_SET_IRQS'],
  [0x3b6f, 'VFIO_DEVICE_RESET'],
  [0x3b70, 'VFIO_IOMMU_GET_INFO'],
  [0x3b71, 'VFIO_IOMMU_MAP_DMA'],
  [0x3b72, 'VFIO_IOMMU_UNMAP_DMA'],
  [0x3b76, 'VFIO_DEVICE_BIND_IOMMUFD'],
  [0x3b77, 'VFIO_DEVICE_ATTACH_IOMMUFD_PT'],
  [0x3b81, 'IOMMU_IOAS_ALLOC'],
  [0x3b84, 'IOMMU_IOAS_IOVA_RANGES'],
  [0x3b85, 'IOMMU_IOAS_MAP'],
  [0x3b86, 'IOMMU_IOAS_UNMAP'],
])

export const ADDRESS = '0000:00:04.0'

export class FakeVfio implements Disposable {
  readonly sysfs = new FakeSysfs()
  readonly iommu = new FakeIommu()
  /** What was asked for, in order. */
  readonly log: string[] = []
  /** By call, the errno that it is refused with. `open` and a node's name, too. */
  readonly refusals = new Map<string, string>()
  readonly root: SystemRoot
  readonly #folder = new TempFolder()
  readonly #devices = new Map<string, FakeVfioDevice>()
  /** Descriptors of devices that answer: had by a group, or bound to an iommufd. */
  readonly #granted = new Map<number, { address: string; iommu?: number }>()
  readonly #patches: Disposable[]

  constructor() {
    this.root = { sys: this.sysfs.root, dev: this.#folder.path }
    this.#node('vfio/vfio')
    const { open, closeDescriptor } = native
    this.#patches = [
      patchNative('ioctl', (fd, request, record) =>
        this.#asked(request, fd, name => this.#answer(name, fd, record)),
      ),
      patchNative('ioctlWord', (fd, request, word) =>
        this.#asked(request, fd, name => this.#answerWord(name, fd, word)),
      ),
      patchNative('ioctlOpen', (owner, fd, request, record) =>
        this.#asked(request, fd, () => {
          const device = this.#deviceNamed(record, fd)
          const opened = open(owner, device.path, O_RDWR)
          this.#granted.set(opened, { address: this.#nameOf(opened) ?? '' })
          return opened
        }),
      ),
      patchNative('ioctlPages', (fd, request, record, field, source, offset, length, writable) =>
        this.#asked(request, fd, name =>
          this.iommu.map(name, record, field, { source, offset, length, writable }),
        ),
      ),
      patchNative('ioctlPointing', (fd, request, record, field, target) =>
        this.#asked(request, fd, () => this.iommu.tellRanges(record, field, target)),
      ),
      patchNative('open', (owner, path, flags) => this.#opened(path) ?? open(owner, path, flags)),
      patchNative('closeDescriptor', (owner, fd) => {
        const name = this.#nameOf(fd)
        if (name !== undefined) this.log.push(`close ${name}`)
        this.#granted.delete(fd)
        closeDescriptor(owner, fd)
      }),
    ]
  }

  /** `group`: of its node, 7 or noiommu-7; without one, it has a node of its own. */
  add(address = ADDRESS, init: FakeVfioDeviceInit = {}): FakeVfioDevice {
    const { group, driver = 'vfio-pci', command = 0x2 } = init
    const path = this.#folder.write(`files/${address}`, new Uint8Array(8 * REGION_STRIDE))
    const device = new FakeVfioDevice(path, init)
    this.sysfs.add(address, { bars: device.bars, command, ...(driver === '' ? {} : { driver }) })
    device.writeConfig(4, command)
    this.#devices.set(address, device)
    if (group !== undefined) this.#join(address, group)
    return device
  }

  /** Gives a device a node of its own instead of its group's, as kernels have it that have iommufd alone. */
  addNode(address = ADDRESS): void {
    const path = join(this.root.dev, 'vfio/devices')
    mkdirSync(path, { recursive: true })
    const name = `vfio${readdirSync(path).length}`
    const device = this.device(address)
    symlinkSync(device.path, join(path, name))
    mkdirSync(this.sysfs.path(address, `vfio-dev/${name}`), { recursive: true })
    rmSync(join(this.root.dev, `vfio/${device.group}`), { force: true })
    this.#node('iommu')
  }

  #join(address: string, group: string): void {
    const number = group.replace('noiommu-', '')
    const folder = join(this.root.sys, 'kernel/iommu_groups', number)
    mkdirSync(join(folder, 'devices'), { recursive: true })
    symlinkSync(this.sysfs.path(address), join(folder, 'devices', address))
    this.sysfs.link(address, 'iommu_group', folder)
    this.#node(`vfio/${group}`)
  }

  device(address = ADDRESS): FakeVfioDevice {
    const device = this.#devices.get(address)
    if (!device) throw new Error(`no device ${address}`)
    return device
  }

  open(address = ADDRESS): VfioDevice {
    return vfio(address, this.root)
  }

  /** How many pages of a device's file this process has mapped. */
  mapped(address = ADDRESS): number {
    return readFileSync('/proc/self/maps', 'latin1').split(`${this.device(address).path}\n`).length - 1
  }

  #node(name: string): void {
    this.#folder.write(name, '')
  }

  #opened(path: string): number | undefined {
    if (!path.startsWith(this.root.dev)) return undefined
    const code = this.refusals.get(`open ${path.slice(this.root.dev.length + 1)}`)
    return code === undefined ? undefined : -errnoOf(code)
  }

  /** What is open: a node, by its name in /dev; a device, by its address. */
  #nameOf(fd: number): string | undefined {
    let path: string
    try {
      path = readlinkSync(`/proc/self/fd/${fd}`)
    } catch (error) {
      if (isCut(error)) throw error
      return undefined
    }
    return path.startsWith(`${this.root.dev}/`)
      ? path.slice(this.root.dev.length + 1).replace('files/', '')
      : undefined
  }

  #asked(request: number, fd: number, answer: (name: string) => number): number {
    const name = REQUESTS.get(request)
    try {
      if (name === undefined) throw new Refused('ENOTTY')
      this.log.push(name)
      const code = this.refusals.get(name)
      if (code !== undefined) throw new Refused(code)
      if (this.#nameOf(fd) === undefined) throw new Refused('EBADF')
      return answer(name)
    } catch (error) {
      if (error instanceof Refused) return -errnoOf(error.code)
      throw error
    }
  }

  #answer(name: string, fd: number, record: Uint8Array): number {
    const view = viewOf(record)
    const device = this.#devices.get(this.#nameOf(fd) ?? '')
    switch (name) {
      case 'VFIO_GROUP_GET_STATUS':
        checkSize(view, 8)
        view.setUint32(4, this.refusals.has('viable') ? 0 : 1, true)
        return 0
      case 'VFIO_GROUP_SET_CONTAINER': // a pointer to an int
        if (this.#nameOf(view.getInt32(0, true)) !== 'vfio/vfio') throw new Refused('EINVAL')
        return 0
      case 'VFIO_DEVICE_BIND_IOMMUFD': // argsz, flags, iommufd, out_devid
        checkSize(view, 16)
        if (!device || view.getUint32(4, true) !== 0 || this.#nameOf(view.getInt32(8, true)) !== 'iommu')
          throw new Refused('EINVAL')
        this.#bind(fd, device, view.getInt32(8, true))
        view.setUint32(12, 3, true)
        return 0
      default:
        if (device && !this.#granted.has(fd)) throw new Refused('EINVAL')
        return (device ?? this.iommu).answer(name, view)
    }
  }

  /** One program's one time, and its whole group to one iommufd. */
  #bind(fd: number, { group }: FakeVfioDevice, iommu: number): void {
    const address = this.#nameOf(fd) ?? ''
    const others = [...this.#granted.values()]
    if (others.some(each => each.address === address)) throw new Refused('EINVAL')
    const isTaken = others.some(each => this.device(each.address).group === group && each.iommu !== iommu)
    if (isTaken || this.refusals.has('viable')) throw new Refused('EPERM')
    this.#granted.set(fd, { address, iommu })
  }

  #answerWord(name: string, fd: number, word: number): number {
    if (name === 'VFIO_SET_IOMMU') {
      if (this.#nameOf(fd) !== 'vfio/vfio') throw new Refused('EINVAL')
      this.iommu.type = word
      return 0
    }
    const address = this.#nameOf(fd) ?? ''
    const device = this.device(address)
    if (name !== 'VFIO_DEVICE_RESET' || !device.canReset) throw new Refused('ENOTTY')
    const busMaster = (device.readConfig(4) & 4) === 0 ? 'off' : 'on'
    this.log.push(
      `bus mastering ${busMaster}, ${this.mapped(address)} mapped, ${this.iommu.maps.size} pinned`,
    )
    return 0
  }

  #deviceNamed(text: Uint8Array, fd: number): FakeVfioDevice {
    const address = Buffer.from(text).toString('latin1').replace('\0', '')
    const device = this.#devices.get(address)
    if (text.at(-1) !== 0 || !device || `vfio/${device.group}` !== this.#nameOf(fd))
      throw new Refused('EINVAL')
    return device
  }

  [Symbol.dispose](): void {
    for (const patch of this.#patches.reverse()) patch[Symbol.dispose]()
    this.sysfs[Symbol.dispose]()
    this.#folder[Symbol.dispose]()
  }
}

const O_RDWR = 2

const errnoOf = (code: string): number => (constants.errno as Readonly<Record<string, number>>)[code] ?? 0
