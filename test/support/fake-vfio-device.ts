// A device of FakeVfio's: its regions, in a file; and its interrupts, which are counted in eventfds.
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { PAGE_SIZE } from 'io-mapping'
import { checkSize, Refused } from './fake-ioctl.js'
import { FAKE_BUS, type FakeBar, MEMORY_BAR, PORTS_BAR } from './sysfs.js'

/** Where in its descriptor region N starts: at N of these. */
export const REGION_STRIDE = 0x100000
const CONFIG = 7

export interface FakeVfioDeviceInit {
  group?: string
  driver?: string
  command?: number
  canReset?: boolean
  /** By BAR, in bytes. */
  regions?: Readonly<Record<number, number>>
  /** Those of I/O ports, which can't be mapped. */
  ports?: readonly number[]
  /** By BAR: what alone can be mapped, in pages, [from, end). */
  sparse?: Readonly<Record<number, readonly (readonly [number, number])[]>>
  /** How many interrupts there are, by kind: intx, msi, msix, error, request. */
  interrupts?: readonly number[]
  /** Vectors that the system has. */
  vectors?: number
}

const SET = { none: 1, eventfd: 4, mask: 8, unmask: 16, trigger: 32 }

export class FakeVfioDevice {
  readonly path: string
  readonly group: string | undefined
  readonly canReset: boolean
  readonly vectors: number
  /** Descriptors, by kind; undefined: not switched on. */
  readonly armed: (number[] | undefined)[] = []
  isMasked = false
  readonly #init: FakeVfioDeviceInit

  constructor(path: string, init: FakeVfioDeviceInit) {
    this.path = path
    this.#init = init
    this.group = init.group
    this.canReset = init.canReset ?? true
    this.vectors = init.vectors ?? Number.POSITIVE_INFINITY
  }

  get bars(): Record<number, FakeBar> {
    const all = Object.entries(this.#init.regions ?? {}).map(([index, size]) => {
      const flags = this.#init.ports?.includes(Number(index)) ? PORTS_BAR : MEMORY_BAR
      return [index, { base: FAKE_BUS + Number(index) * REGION_STRIDE, size, flags }]
    })
    return Object.fromEntries(all)
  }

  readConfig(offset: number): number {
    const bytes = Buffer.alloc(2)
    this.#withFile(fd => readSync(fd, bytes, 0, 2, CONFIG * REGION_STRIDE + offset))
    return bytes.readUInt16LE(0)
  }

  writeConfig(offset: number, value: number): void {
    this.#withFile(fd => writeSync(fd, new Uint16Array([value]), 0, 2, CONFIG * REGION_STRIDE + offset))
  }

  #withFile(act: (fd: number) => void): void {
    const fd = openSync(this.path, 'r+')
    try {
      act(fd)
    } finally {
      closeSync(fd)
    }
  }

  /** Has an interrupt come. */
  raise(kind: number, index = 0, count = 1): void {
    const fd = this.armed[kind]?.[index] ?? -1
    if (fd < 0) throw new Error(`nobody listens to ${kind} ${index}`)
    writeSync(fd, new BigUint64Array([BigInt(count)]))
  }

  answer(name: string, view: DataView): number {
    switch (name) {
      case 'VFIO_DEVICE_GET_INFO': // argsz, flags, num_regions, num_irqs, cap_offset
        checkSize(view, 16)
        view.setUint32(4, 2 | (this.canReset ? 1 : 0), true)
        view.setUint32(8, 9, true)
        view.setUint32(12, 5, true)
        return 0
      case 'VFIO_DEVICE_GET_REGION_INFO':
        return this.#tellRegion(view)
      case 'VFIO_DEVICE_GET_IRQ_INFO': // argsz, flags, index, count
        checkSize(view, 16)
        if (view.getUint32(8, true) > 2 && this.#count(view.getUint32(8, true)) === 0)
          throw new Refused('EINVAL')
        view.setUint32(4, view.getUint32(8, true) === 0 ? 1 | 2 | 4 : 1 | 8, true)
        view.setUint32(12, this.#count(view.getUint32(8, true)), true)
        return 0
      case 'VFIO_DEVICE_SET_IRQS':
        return this.#setInterrupts(view)
      case 'VFIO_DEVICE_ATTACH_IOMMUFD_PT': // argsz, flags, pt_id
        checkSize(view, 12)
        if (view.getUint32(4, true) !== 0 || view.getUint32(8, true) !== 5) throw new Refused('ENOENT')
        return 0
      default:
        throw new Refused('ENOTTY')
    }
  }

  #count(kind: number): number {
    return this.#init.interrupts?.[kind] ?? 0
  }

  /** argsz, flags, index, cap_offset, size, offset; then its capability: id, version, next, nr_areas, reserved, areas. */
  #tellRegion(view: DataView): number {
    checkSize(view, 32)
    const index = view.getUint32(8, true)
    const size = index === CONFIG ? 256 : (this.#init.regions?.[index] ?? 0)
    const areas = this.#init.sparse?.[index]
    const wanted = areas ? 32 + 16 + 16 * areas.length : 32
    const canMap = index !== CONFIG && size >= PAGE_SIZE && !this.#init.ports?.includes(index)
    view.setUint32(0, wanted, true)
    view.setUint32(4, 1 | 2 | (canMap ? 4 : 0) | (areas ? 8 : 0), true)
    view.setBigUint64(16, BigInt(size), true)
    view.setBigUint64(24, BigInt(index * REGION_STRIDE), true)
    if (!areas || view.byteLength < wanted) return 0
    view.setUint32(12, 32, true)
    view.setUint16(32, 1, true)
    view.setUint16(34, 1, true)
    view.setUint32(40, areas.length, true)
    for (const [i, [from, end]] of areas.entries()) {
      view.setBigUint64(48 + 16 * i, BigInt(from * PAGE_SIZE), true)
      view.setBigUint64(56 + 16 * i, BigInt((end - from) * PAGE_SIZE), true)
    }
    return 0
  }

  /** argsz, flags, index, start, count, data. */
  #setInterrupts(view: DataView): number {
    checkSize(view, 20)
    const [flags = 0, kind = 0, start = 0, count = 0] = [4, 8, 12, 16].map(at => view.getUint32(at, true))
    if (start + count > this.#count(kind)) throw new Refused('EINVAL')
    if (flags === (SET.none | SET.trigger) && count === 0) this.armed[kind] = undefined
    else if (flags === (SET.none | SET.mask)) this.isMasked = true
    else if (flags === (SET.none | SET.unmask)) this.isMasked = false
    else if (flags === (SET.eventfd | SET.trigger)) return this.#arm(kind, start, count, view)
    else throw new Refused('EINVAL')
    return 0
  }

  #arm(kind: number, start: number, count: number, view: DataView): number {
    if (view.byteLength !== 20 + 4 * count) throw new Refused('EINVAL')
    const fds = Array.from({ length: count }, (_, i) => view.getInt32(20 + 4 * i, true))
    const others = [0, 1, 2].filter(each => each !== kind && this.armed[each])
    if (kind <= 2 && others.length > 0) throw new Refused('EINVAL')
    const there = this.armed[kind]
    if (there && start + count > there.length) throw new Refused('EINVAL')
    if (!there && count > this.vectors) return this.vectors // how many it could be
    if (there) there.splice(start, count, ...fds)
    else this.armed[kind] = fds
    return 0
  }
}
