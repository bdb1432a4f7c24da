import type { Found } from './part.js'

/** The bytes of a block that a read changes: whatever register is read there. Found when they are first asked for. */
export class Changing {
  readonly #registers: () => Iterable<Found>
  #bytes: ReadonlySet<number> | undefined

  constructor(registers: () => Iterable<Found>) {
    this.#registers = registers
  }

  /** Whether one of `[offset, offset + width)` is among them. */
  touches(offset: number, width: number): boolean {
    this.#bytes ??= bytesOf(this.#registers())
    for (let at = offset; at < offset + width; at++) if (this.#bytes.has(at)) return true
    return false
  }
}

const bytesOf = (registers: Iterable<Found>): ReadonlySet<number> => {
  const bytes = new Set<number>()
  for (const { plan, offset } of registers)
    if (plan.readEffect) for (let at = offset; at < offset + plan.bits / 8; at++) bytes.add(at)
  return bytes
}
