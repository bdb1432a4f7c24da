// What a register does with the bits that are written to it, and to those that are read: as its description says.
import { canRead, canWrite, type Modes, within } from '../registers/modes.js'
import type { Description } from '../registers/plan.js'

/** Bits of a register that behave alike. */
interface Group {
  readonly mask: bigint
  readonly modes: Modes
}

/** How the bits of a register behave. Bits that no field describes are reserved: they stay as they are. */
export interface Semantics {
  /** What it holds once `written` was written. */
  afterWrite(held: bigint, written: bigint): bigint
  /** What a read gives. */
  answer(held: bigint): bigint
  /** What it holds after a read. */
  afterRead(held: bigint): bigint
}

const WRITTEN: Readonly<Record<NonNullable<Modes['onWrite']>, (held: bigint, written: bigint) => bigint>> = {
  'one-to-clear': (held, written) => held & ~written,
  'one-to-set': (held, written) => held | written,
  'one-to-toggle': (held, written) => held ^ written,
  'zero-to-clear': (held, written) => held & written,
  'zero-to-set': (held, written) => held | ~written,
  'zero-to-toggle': (held, written) => held ^ ~written,
  clear: () => 0n,
  set: () => ~0n,
  other: (_held, written) => written,
}

/** What a register does by itself; the rest is for a device's hooks. */
export const semanticsOf = ({ bits, reads, writes, sided, modes }: Description): Semantics => {
  const all = 2n ** BigInt(bits) - 1n
  const groups = (fields: Description['reads']): Group[] =>
    Object.keys(fields).length === 0
      ? [{ mask: all, modes }]
      : Object.values(fields).map(field => ({
          mask: (2n ** BigInt(field.width) - 1n) << BigInt(field.low),
          modes: within(modes, field.modes),
        }))
  const readable = groups(reads).filter(each => canRead(each.modes))
  const shown = readable.reduce((mask, each) => mask | each.mask, 0n)
  const hidden = groups(reads).reduce((mask, each) => mask | each.mask, 0n) & ~shown
  // What is written to a register with two sides is not what is read from it.
  const writable = (sided ? [] : groups(writes).filter(each => canWrite(each.modes))).map(
    ({ mask, modes }) => ({
      mask: canRead(modes) ? mask : mask & ~shown,
      modes,
    }),
  )
  const change = (held: bigint, { mask }: Group, next: bigint) => (held & ~mask) | (next & mask)
  return {
    afterWrite: (held, written) =>
      writable.reduce((now, group) => {
        const { onWrite } = group.modes
        return change(now, group, onWrite === undefined ? written : WRITTEN[onWrite](held, written))
      }, held),
    answer: held => held & ~hidden,
    afterRead: held =>
      readable.reduce((now, group) => {
        const { onRead } = group.modes
        if (onRead === undefined || onRead === 'other') return now
        return change(now, group, onRead === 'clear' ? 0n : ~0n)
      }, held),
  }
}
