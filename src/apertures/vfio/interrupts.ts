// Interrupts of a device by VFIO: the kernel counts each in an eventfd.
import { CountedSource, type Gate } from '../../interrupts/counted.js'
import { Interrupt } from '../../interrupts/interrupt.js'
import {
  type AnyKind,
  isLine,
  isMessage,
  keyOf,
  modeOf,
  mostOf,
  NO_MASTER,
  tellCounts,
  whyTaken,
} from '../../interrupts/kinds.js'
import { Descriptor } from '../../system/descriptor.js'
import { badArgument, IoMappingError } from '../../system/errors.js'
import { ioctl, record } from '../../system/ioctl.js'
import { isByteCount } from '../../system/numbers.js'
import { quietly, quietlyUnlessCut } from '../../system/quietly.js'
import { telling, told } from '../../system/refusal.js'
import { isSystemError } from '../../system/system-error.js'
import { IRQ, IRQ_SET, VFIO } from './abi.js'
import { interruptInfo } from './info.js'
import { INTERRUPT_REASONS, OPEN_REASONS } from './reasons.js'

const NOTHING = -1

/** One that is armed, or is about to be. */
interface Armed {
  readonly kind: AnyKind
  readonly index: number
  /** Weak, so that one nobody holds is collected, and can be had anew. None of a call of `open` that was cut short. */
  interrupt?: WeakRef<Interrupt>
  /** Closed by itself where the interrupt's close was cut short: the event loop would hold it. */
  source?: WeakRef<VfioSource>
}

const isLeft = ({ interrupt }: Armed): boolean => interrupt?.deref()?.closed ?? true

/** The interrupts of one device. */
export class VfioInterrupts {
  readonly #name: string
  // not its number alone, which would be another's once it is closed
  readonly #device: { readonly fd: number }
  readonly #isMaster: () => boolean
  /** Those that are armed, by kind and number. */
  readonly #open = new Map<string, Armed>()
  /** How many the system has vectors for, of that kind. */
  #room = Number.POSITIVE_INFINITY

  /** @param isMaster whether its bus mastering is on */
  constructor(name: string, device: { readonly fd: number }, isMaster: () => boolean) {
    this.#name = name
    this.#device = device
    this.#isMaster = isMaster
  }

  /** The interrupt, armed, of a kind that there is; `request` is one that no program is kept running for. Throws ERR_IO_INTERRUPT, ERR_IO_ARGUMENT. */
  open(kind: AnyKind, index: number): Interrupt {
    const { count, autoMasked } = this.#info(kind)
    const name = `Interrupt ${kind} ${index} of ${this.#name}`
    this.#disarmLeft()
    this.#check(name, kind, index, count)
    const mode = modeOf(this.#open.values())
    const armed: Armed = { kind, index }
    this.#open.set(keyOf(armed), armed) // first: cut short, the next call finds what to disarm
    try {
      const descriptor = telling(name, { to: 'armed', reasons: INTERRUPT_REASONS }, () => {
        const counter = Descriptor.count()
        this.#arm(name, armed, mode, count, counter.fd)
        return counter
      })
      const explain = (error: unknown) => told(name, error, { to: 'waited for' })
      const gate = autoMasked ? { set: (open: boolean) => this.#gate(name, kind, open) } : undefined
      const source = new VfioSource(descriptor, explain, gate, () => this.#disarm(armed))
      if (isMessage(kind)) source.whyNone = () => (this.#isMaster() ? undefined : NO_MASTER)
      const interrupt = new Interrupt(name, source, { keeps: kind !== 'request' })
      armed.source = new WeakRef(source)
      armed.interrupt = new WeakRef(interrupt)
      return interrupt
    } catch (error) {
      quietly(() => this.#disarm(armed)) // else the next call does
      throw error
    }
  }

  /** Whether the device has such. Throws an IoMappingError. */
  has(kind: AnyKind): boolean {
    return this.#info(kind).count > 0
  }

  /** Wakes whoever waits. Never fails, whatever a program has put in place of a signal's methods. Cut short, it is completed by the next call. */
  closeAll(): void {
    for (const armed of [...this.#open.values()]) {
      quietlyUnlessCut(() => armed.interrupt?.deref()?.close())
      quietlyUnlessCut(() => armed.source?.deref()?.close())
      this.#disarm(armed)
    }
  }

  /** Those that were dropped, and what calls have left that were cut short. */
  #disarmLeft(): void {
    for (const armed of [...this.#open.values()]) if (isLeft(armed)) this.#disarm(armed)
  }

  /** Of `error` and `request`, the kernel answers EINVAL where a device has none. */
  #info(kind: AnyKind): { count: number; autoMasked: boolean } {
    try {
      const { count, autoMasked } = interruptInfo(this.#device.fd, IRQ[kind])
      // whoever makes up a device may tell of billions
      return { count: Math.min(count, mostOf(kind)), autoMasked }
    } catch (error) {
      if (isSystemError(error) && error.code === 'EINVAL') return { count: 0, autoMasked: false }
      throw told(`The interrupts of ${this.#name}`, error, { to: 'asked for', reasons: OPEN_REASONS })
    }
  }

  #check(name: string, kind: AnyKind, index: number, count: number): void {
    if (!isByteCount(index))
      throw badArgument(`The number of an interrupt of ${this.#name}`, index, '0 or more')
    const why =
      index >= count
        ? `does not exist: the device has ${count === 0 ? tellCounts(each => this.#info(each).count) || 'none' : `${kind} 0 to ${count - 1}`}`
        : whyTaken(this.#open, { kind, index })
    if (why !== undefined) throw new IoMappingError('ERR_IO_INTERRUPT', `${name} ${why}`)
  }

  /** Messages are switched on for all numbers at once: more of them later would lose those that come meanwhile. */
  #arm(name: string, { kind, index }: Armed, mode: AnyKind | undefined, count: number, fd: number): void {
    if (!isLine(kind)) return void this.#signal(kind, index, [fd])
    if (mode === undefined) this.#room = this.#switchOn(kind, index, count, fd)
    else if (index < this.#room) this.#signal(kind, index, [fd])
    if (index >= this.#room) throw refuseFew(name, this.#room)
  }

  /** How many there is room for; `index` is armed if it is one of them. */
  #switchOn(kind: AnyKind, index: number, count: number, fd: number): number {
    for (let room = count; ; ) {
      const all = Array.from({ length: room }, (_, i) => (i === index ? fd : NOTHING))
      const granted = this.#signal(kind, 0, all)
      if (granted === 0) return room
      if (granted <= index || granted >= room) return Math.min(granted, index)
      room = granted // others may have taken some since
    }
  }

  /** What they are counted in; the kernel answers how many it could have, if not all. Throws a SystemError. */
  #signal(kind: AnyKind, start: number, fds: readonly number[]): number {
    const flags = IRQ_SET.eventfd | IRQ_SET.trigger
    return this.#set(record(20 + 4 * fds.length, flags, IRQ[kind], start, fds.length, ...fds))
  }

  #gate(name: string, kind: AnyKind, open: boolean): void {
    const flags = IRQ_SET.none | (open ? IRQ_SET.unmask : IRQ_SET.mask)
    telling(name, { to: open ? 'unmasked' : 'masked', reasons: INTERRUPT_REASONS }, () =>
      this.#set(record(20, flags, IRQ[kind], 0, 1)),
    )
  }

  /** Closing never fails: what the kernel does not take back, the device's end does. Cut short, it can be done again. */
  #disarm(armed: Armed): void {
    const { kind, index } = armed
    const key = keyOf(armed)
    if (this.#open.get(key) !== armed) return // it is done, and may be another's by now
    const isLast = ![...this.#open.values()].some(each => each !== armed && each.kind === kind)
    quietlyUnlessCut(() => {
      // not one by one: where none is switched on, the kernel would switch them on for that
      if (isLine(kind) && isLast) this.#set(record(20, IRQ_SET.none | IRQ_SET.trigger, IRQ[kind], 0, 0))
      else this.#signal(kind, index, [NOTHING])
    })
    this.#open.delete(key)
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

class VfioSource extends CountedSource {
  whyNone?: () => string | undefined
  readonly #disarm: () => void

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
    this.#disarm() // first: the kernel is to let go of it
    super.close()
  }
}
