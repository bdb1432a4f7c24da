/** What software may do with a field or a register. */
export type Access = 'read-write' | 'read-only' | 'write-only'

/** What a read does to the device, besides being answered. */
export type ReadEffect = 'clear' | 'set' | 'other'

/** What a write does, where it is not to keep what was written. */
export type WriteEffect =
  | 'one-to-clear'
  | 'one-to-set'
  | 'one-to-toggle'
  | 'zero-to-clear'
  | 'zero-to-set'
  | 'zero-to-toggle'
  | 'clear'
  | 'set'
  | 'other'

/** How a field, or all of a register, behaves. */
export interface Modes {
  readonly access?: Access
  readonly onRead?: ReadEffect
  readonly onWrite?: WriteEffect
}

/** The effects of a write, by the names that a description uses. */
export interface WriteEffectModes {
  /** Write 1 to clear: an interrupt's status. 0 changes nothing. */
  readonly w1c: 'one-to-clear'
  /** Write 1 to set. 0 changes nothing. */
  readonly w1s: 'one-to-set'
  /** Write 1 to toggle. 0 changes nothing. */
  readonly w1t: 'one-to-toggle'
  /** Write 0 to clear. 1 changes nothing. */
  readonly w0c: 'zero-to-clear'
  /** Write 0 to set. 1 changes nothing. */
  readonly w0s: 'zero-to-set'
  /** Write 0 to toggle. 1 changes nothing. */
  readonly w0t: 'zero-to-toggle'
  /** Any write clears it. */
  readonly wc: 'clear'
  /** Any write sets it. */
  readonly ws: 'set'
  /** A write does something else, such as start a transfer: it does not keep what was written. */
  readonly wx: 'other'
}

/** The effects of a read, by the names that a description uses. */
export interface ReadEffectModes {
  /** A read clears it. */
  readonly rc: 'clear'
  /** A read sets it. */
  readonly rs: 'set'
  /** A read does something else, such as take an element out of a FIFO. */
  readonly rx: 'other'
}

const MODES: Readonly<Record<string, Modes>> = {
  ro: { access: 'read-only' },
  wo: { access: 'write-only' },
  w1c: { onWrite: 'one-to-clear' },
  w1s: { onWrite: 'one-to-set' },
  w1t: { onWrite: 'one-to-toggle' },
  w0c: { onWrite: 'zero-to-clear' },
  w0s: { onWrite: 'zero-to-set' },
  w0t: { onWrite: 'zero-to-toggle' },
  wc: { onWrite: 'clear' },
  ws: { onWrite: 'set' },
  wx: { onWrite: 'other' },
  rc: { onRead: 'clear' },
  rs: { onRead: 'set' },
  rx: { onRead: 'other' },
}

/** What has modes, and can be made anew with others. */
export interface Moded {
  with(change: Modes): unknown
}

/** Gives a class the getters `ro`, `w1c` and so on: each answers the same thing with that mode. */
export const addModes = (prototype: Moded): void => {
  for (const [name, change] of Object.entries(MODES)) {
    Object.defineProperty(prototype, name, {
      get(this: Moded) {
        return this.with(change)
      },
    })
  }
}

/** The modes of a part of what has modes itself. */
export const within = (outer: Modes, inner: Modes): Modes => ({
  ...outer,
  ...inner,
  ...(outer.access === undefined || outer.access === 'read-write' ? {} : { access: outer.access }),
})

/** Whether a write of 1 to a bit leaves it as it is, where one of 0 might not. */
export const keepsByOnes = ({ onWrite = 'other' }: Modes): boolean => onWrite.startsWith('zero-')

/** Whether two fields that have a bit in common leave no value for it that changes nothing. */
export const areContrary = (one: Modes, other: Modes): boolean =>
  one.onWrite !== undefined && other.onWrite !== undefined && keepsByOnes(one) !== keepsByOnes(other)

export const canRead = ({ access }: Modes): boolean => access !== 'write-only'
export const canWrite = ({ access }: Modes): boolean => access !== 'read-only'
