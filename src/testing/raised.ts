import { Interrupt } from '../interrupts/interrupt.js'
import type { InterruptKind } from '../interrupts/kinds.js'
import type { Came, InterruptSource } from '../interrupts/source.js'
import { badArgument, IoMappingError } from '../system/errors.js'
import { isByteCount } from '../system/numbers.js'

/** The longest delay that a timer takes, in milliseconds. */
const LONG = 2 ** 31 - 1

/** An interrupt that a simulated device raises. It comes at a turn of the event loop, as a real one does. */
class RaisedSource implements InterruptSource {
  #count = 0
  #came: Came | undefined
  /** What keeps the program running while someone waits. */
  #hold: NodeJS.Timeout | undefined
  readonly #closed: () => void

  /** `closed`: called when it is. */
  constructor(closed: () => void) {
    this.#closed = closed
  }

  raise(): void {
    this.#count++
    setImmediate(() => this.#tell())
  }

  take(): number {
    const count = this.#count
    this.#count = 0
    return count
  }

  listen(came: Came, keeps: boolean): void {
    this.#came = came
    if (keeps) this.#hold ??= setInterval(() => {}, LONG)
  }

  unlisten(): void {
    this.#came = undefined
    clearInterval(this.#hold)
    this.#hold = undefined
  }

  close(): void {
    this.unlisten()
    this.#closed()
  }

  #tell(): void {
    const came = this.#came
    if (!came || this.#count === 0) return // not waited for, or taken already
    this.unlisten()
    came(this.take())
  }
}

/** How many interrupts a simulated device has of each kind. */
export type InterruptCounts = { readonly [K in InterruptKind]?: number }

/** The interrupts of a simulated device. */
export class RaisedInterrupts {
  readonly #device: string
  readonly #counts: InterruptCounts
  readonly #open = new Map<string, RaisedSource>()

  constructor(device: string, counts: InterruptCounts) {
    this.#device = device
    this.#counts = counts
  }

  /** Throws ERR_IO_INTERRUPT, ERR_IO_ARGUMENT. */
  open(kind: InterruptKind, index: number): Interrupt {
    const name = this.#check(kind, index)
    const key = `${kind} ${index}`
    if (this.#open.has(key))
      throw new IoMappingError('ERR_IO_INTERRUPT', `${name} is open already; close that one first`)
    const source = new RaisedSource(() => this.#open.delete(key))
    this.#open.set(key, source)
    return new Interrupt(name, source)
  }

  /** Does nothing if no driver has it open. */
  raise(kind: InterruptKind, index: number): void {
    this.#check(kind, index)
    this.#open.get(`${kind} ${index}`)?.raise()
  }

  #check(kind: InterruptKind, index: number): string {
    const count = this.#counts[kind] ?? 0
    const name = `Interrupt ${kind} ${index} of ${this.#device}`
    if (!isByteCount(index))
      throw badArgument(`The number of an interrupt of ${this.#device}`, index, '0 or more')
    if (index < count) return name
    const has = Object.entries(this.#counts).map(([each, number]) => `${each} (${number})`)
    throw new IoMappingError(
      'ERR_IO_INTERRUPT',
      `${name} does not exist; the device has ${has.length > 0 ? has.join(', ') : 'none: name them in options.interrupts'}`,
    )
  }
}
