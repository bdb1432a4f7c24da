// Interrupts of a device by VFIO: the kernel counts each in an eventfd.
import { CountedSource, type Gate } from '../../interrupts/counted.js'
import { Interrupt } from '../../interrupts/interrupt.js'
import { type InterruptKind, isLine, isMessage, NO_MASTER } from '../../interrupts/kinds.js'
import { Descriptor } from '../../system/descriptor.js'
import { badArgument, IoMappingError } from '../../system/errors.js'
import { ioctl, record } from '../../system/ioctl.js'
import { isByteCount } from '../../system/numbers.js'
import { quietly } from '../../system/quietly.js'
import { telling, told } from '../../system/refusal.js'
import { isSystemError } from '../../system/system-error.js'
import { IRQ, IRQ_SET, VFIO } from './abi.js'
import { interruptInfo } from './info.js'
import { INTERRUPT_REASONS, OPEN_REASONS } from './reasons.js'

const NOTHING = -1

interface Armed {
  readonly kind: InterruptKind
  readonly index: number
  /** Weak: one that is dropped must be to be had again. */
  readonly interrupt: WeakRef<Interrupt>
}

/** The interrupts of one device. */
export class VfioInterrupts {
  readonly #name: string
  // not its number alone, which would be another's once it is closed
  readonly #device: Descriptor
  readonly #isMaster: () => boolean
  /** Those that are armed, by kind and number. */
  readonly #open = new Map<string, Armed>()
  /** The kind that the device is switched to. */
  #mode: InterruptKind | undefined
  /** How many the system has vectors for, of that kind. */
  #room = Number.POSITIVE_INFINITY

  /** @param isMaster whether its bus mastering is on */
  constructor(name: string, device: Descriptor, isMaster: () => boolean) {
    this.#name = name
    this.#device = device
    this.#isMaster = isMaster
  }

  /** The interrupt, armed. `keeps`: whether a program goes on while someone waits. Throws ERR_IO_INTERRUPT, ERR_IO_ARGUMENT. */
  open(kind: InterruptKind, index: number, keeps = true): Interrupt {
    if (!Object.hasOwn(IRQ, kind))
      throw badArgument(`An interrupt of ${this.#name}`, kind, `one of ${Object.keys(IRQ).join(', ')}`)
    const { count, autoMasked } = this.#info(kind)
    const name = `Interrupt ${kind} ${index} of ${this.#name}`
    this.#disarmDropped()
    this.#check(name, kind, index, count)
    const descriptor = Descriptor.count()
    try {
      telling(name, { to: 'armed', reasons: INTERRUPT_REASONS }, () =>
        this.#arm(name, kind, index, count, descriptor.fd),
      )
    } catch (error) {
      descriptor.close()
      throw error
    }
    const explain = (error: unknown) => told(name, error, { to: 'waited for' })
    const gate = autoMasked ? { set: (open: boolean) => this.#gate(name, kind, open) } : undefined
    const source = new VfioSource(descriptor, explain, gate, () => this.#disarm(kind, index))
    if (isMessage(kind)) source.whyNone = () => (this.#isMaster() ? undefined : NO_MASTER)
    const interrupt = new Interrupt(name, source, { keeps })
    this.#open.set(keyOf(kind, index), { kind, index, interrupt: new WeakRef(interrupt) })
    return interrupt
  }

  /** Whether the device has such. Throws an IoMappingError. */
  has(kind: InterruptKind): boolean {
    return this.#info(kind).count > 0
  }

  /** Wakes whoever waits. */
  closeAll(): void {
    for (const { interrupt } of [...this.#open.values()]) interrupt.deref()?.close()
    this.#disarmDropped()
  }

  #disarmDropped(): void {
    for (const { kind, index, interrupt } of [...this.#open.values()])
      if (!interrupt.deref()) this.#disarm(kind, index)
  }

  /** Of `error` and `request`, the kernel denies knowing them where there are none. */
  #info(kind: InterruptKind): { count: number; autoMasked: boolean } {
    try {
      return interruptInfo(this.#device.fd, IRQ[kind])
    } catch (error) {
      if (isSystemError(error) && error.code === 'EINVAL') return { count: 0, autoMasked: false }
      throw told(`The interrupts of ${this.#name}`, error, { to: 'asked for', reasons: OPEN_REASONS })
    }
  }

  #check(name: string, kind: InterruptKind, index: number, count: number): void {
    if (!isByteCount(index))
      throw badArgument(`The number of an interrupt of ${this.#name}`, index, '0 or more')
    const why =
      index >= count
        ? `does not exist: the device has ${count === 0 ? `none of kind ${kind}` : `${kind} 0 to ${count - 1}`}`
        : this.#open.has(keyOf(kind, index))
          ? 'is open already; close that one first'
          : isLine(kind) && this.#mode !== undefined && this.#mode !== kind
            ? `can't be had: the device is switched to ${this.#mode}; close those first`
            : undefined
    if (why !== undefined) throw new IoMappingError('ERR_IO_INTERRUPT', `${name} ${why}`)
  }

  /** Messages are switched on for all numbers at once: more of them later would lose those that come meanwhile. */
  #arm(name: string, kind: InterruptKind, index: number, count: number, fd: number): void {
    if (!isLine(kind)) return void this.#signal(kind, index, [fd])
    if (this.#mode === undefined) this.#room = this.#switchOn(kind, index, count, fd)
    else if (index < this.#room) this.#signal(kind, index, [fd])
    if (index >= this.#room) throw refuseFew(name, this.#room)
    this.#mode = kind
  }

  /** How many there is room for; `index` is armed if it is one of them. */
  #switchOn(kind: InterruptKind, index: number, count: number, fd: number): number {
    const all = (size: number) => Array.from({ length: size }, (_, i) => (i === index ? fd : NOTHING))
    const granted = this.#signal(kind, 0, all(count))
    if (granted === 0) return count
    return index < granted && this.#signal(kind, 0, all(granted)) > 0 ? 0 : granted
  }

  /** What they are counted in; the kernel answers how many it could have, if not all. Throws a SystemError. */
  #signal(kind: InterruptKind, start: number, fds: readonly number[]): number {
    const flags = IRQ_SET.eventfd | IRQ_SET.trigger
    return this.#set(record(20 + 4 * fds.length, flags, IRQ[kind], start, fds.length, ...fds))
  }

  #gate(name: string, kind: InterruptKind, open: boolean): void {
    const flags = IRQ_SET.none | (open ? IRQ_SET.unmask : IRQ_SET.mask)
    telling(name, { to: open ? 'unmasked' : 'masked', reasons: INTERRUPT_REASONS }, () =>
      this.#set(record(20, flags, IRQ[kind], 0, 1)),
    )
  }

  /** Closing never fails: what the kernel does not take back, the device's end does. */
  #disarm(kind: InterruptKind, index: number): void {
    this.#open.delete(keyOf(kind, index))
    quietly(() => this.#signal(kind, index, [NOTHING]))
    if (!isLine(kind) || [...this.#open.keys()].some(key => key.startsWith(`${kind} `))) return
    this.#mode = undefined
    quietly(() => this.#set(record(20, IRQ_SET.none | IRQ_SET.trigger, IRQ[kind], 0, 0)))
  }

  #set(argument: Uint8Array): number {
    return ioctl('VFIO_DEVICE_SET_IRQS', this.#device.fd, VFIO.VFIO_DEVICE_SET_IRQS, argument)
  }
}

const refuseFew = (name: string, room: number): IoMappingError =>
  new IoMappingError(
    'ERR_IO_INTERRUPT',
    `${name} can't be had: the system has room for the first ${room} of them alone; see /proc/interrupts`,
  )

const keyOf = (kind: InterruptKind, index: number): string => `${kind} ${index}`

class VfioSource extends CountedSource {
  whyNone?: () => string | undefined
  readonly #disarm: () => void
  #isDisarmed = false

  constructor(
    descriptor: Descriptor,
    explain: (error: unknown) => unknown,
    gate: Gate | undefined,
    disarm: () => void,
  ) {
    super(descriptor, { width: 8 }, explain, gate)
    this.#disarm = disarm
  }

  override close(): void {
    // first: the kernel is to let go of it; once, or another's that has its number by then would be disarmed
    if (!this.#isDisarmed) this.#disarm()
    this.#isDisarmed = true
    super.close()
  }
}
