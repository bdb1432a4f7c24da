import { Interrupt } from '../interrupts/interrupt.js'
import {
  checkKind,
  type InterruptKind,
  isMessage,
  keyOf,
  mostOf,
  NO_MASTER,
  tellCounts,
  whyTaken,
} from '../interrupts/kinds.js'
import type { Came, InterruptSource } from '../interrupts/source.js'
import { badArgument, IoMappingError } from '../system/errors.js'
import { DELAY_MAX, timers } from '../system/host.js'
import { isByteCount } from '../system/numbers.js'

/** An interrupt that a simulated device raises. It comes at a turn of the event loop, as a real one does. */
class RaisedSource implements InterruptSource {
  total = 0
  readonly rearm?: () => void
  readonly mask?: () => void
  /** Those that nobody has taken yet. */
  #count = 0
  /** Those that come when it is let through; undefined while it is. */
  #held: number | undefined
  #came: Came | undefined
  /** What keeps the program running while someone waits. */
  #hold: NodeJS.Timeout | undefined
  readonly whyNone: () => string | undefined
  readonly #closed: (source: RaisedSource) => void

  /** `closed`: called when it is. `isLevel`: it can be masked, and comes then when it is let through. */
  constructor(isLevel: boolean, whyNone: () => string | undefined, closed: (source: RaisedSource) => void) {
    this.whyNone = whyNone
    this.#closed = closed
    if (!isLevel) return
    this.mask = () => {
      this.#held ??= 0
    }
    this.rearm = () => {
      this.#count += this.#held ?? 0
      this.#held = undefined
      timers.setImmediate(this.#tell)
    }
  }

  raise(): void {
    if (this.#held !== undefined) this.#held++
    else this.#count++
    timers.setImmediate(this.#tell)
  }

  take(): undefined {
    this.total += this.#count
    this.#count = 0
  }

  listen(came: Came, keeps: boolean): void {
    this.#came = came
    if (keeps) this.#hold ??= timers.setInterval(() => {}, DELAY_MAX)
  }

  unlisten(): void {
    this.#came = undefined
    timers.clearInterval(this.#hold)
    this.#hold = undefined
  }

  close(): void {
    this.unlisten()
    this.#closed(this)
  }

  readonly #tell = (): void => {
    const came = this.#came
    if (!came || this.#count === 0) return // not waited for, or taken already
    this.unlisten()
    this.take()
    came()
  }
}

/** One that a driver has. */
interface Open {
  readonly kind: InterruptKind
  readonly index: number
  readonly source: RaisedSource
  /** Weak: one that is dropped must be to be had again. */
  readonly interrupt: WeakRef<Interrupt>
}

/** How many interrupts a simulated device has of each kind. */
export type InterruptCounts = { readonly [K in InterruptKind]?: number }

/** The interrupts of a simulated device. */
export class RaisedInterrupts {
  readonly #device: string
  readonly #counts: InterruptCounts
  readonly #isMaster: () => boolean
  readonly #open = new Map<string, Open>()

  /** @param isMaster whether the device's bus mastering is on. Throws ERR_IO_ARGUMENT */
  constructor(device: string, counts: InterruptCounts, isMaster: () => boolean) {
    if (typeof counts !== 'object' || counts === null)
      throw badArgument('SimulatedDevice: options.interrupts', counts, 'how many of each kind: { msix: 4 }')
    for (const [kind, count] of Object.entries(counts)) {
      checkKind('SimulatedDevice: an interrupt of options.interrupts', kind)
      const most = mostOf(kind as InterruptKind)
      if (!isByteCount(count) || count > most)
        throw badArgument(`SimulatedDevice: options.interrupts.${kind}`, count, `0 to ${most}, as PCI has it`)
    }
    this.#device = device
    this.#counts = { ...counts }
    this.#isMaster = isMaster
  }

  /** Throws ERR_IO_INTERRUPT, ERR_IO_ARGUMENT. */
  open(kind: InterruptKind, index: number): Interrupt {
    const name = this.#check(kind, index)
    const key = keyOf({ kind, index })
    this.#closeDropped()
    const why = whyTaken(this.#open, { kind, index })
    if (why !== undefined) throw new IoMappingError('ERR_IO_INTERRUPT', `${name} ${why}`)
    const source = new RaisedSource(
      kind === 'intx',
      () => (isMessage(kind) && !this.#isMaster() ? NO_MASTER : undefined),
      closed => this.#closed(key, closed),
    )
    const interrupt = new Interrupt(name, source)
    this.#open.set(key, { kind, index, source, interrupt: new WeakRef(interrupt) })
    return interrupt
  }

  /** Does nothing if no driver has it open; nor, as on a bus, a message if bus mastering is off. */
  raise(kind: InterruptKind, index: number): void {
    this.#check(kind, index)
    if (!isMessage(kind) || this.#isMaster()) this.#open.get(keyOf({ kind, index }))?.source.raise()
  }

  #closeDropped(): void {
    for (const { source, interrupt } of [...this.#open.values()]) if (!interrupt.deref()) source.close()
  }

  #closed(key: string, source: RaisedSource): void {
    if (this.#open.get(key)?.source === source) this.#open.delete(key) // else it is another's by now
  }

  #check(kind: InterruptKind, index: number): string {
    checkKind(`An interrupt of ${this.#device}`, kind)
    const count = this.#counts[kind] ?? 0
    const name = `Interrupt ${kind} ${index} of ${this.#device}`
    if (!isByteCount(index))
      throw badArgument(`The number of an interrupt of ${this.#device}`, index, '0 or more')
    if (index < count) return name
    const has = tellCounts(each => this.#counts[each] ?? 0)
    throw new IoMappingError(
      'ERR_IO_INTERRUPT',
      `${name} does not exist; the device has ${has || 'none: name them in options.interrupts'}`,
    )
  }
}
