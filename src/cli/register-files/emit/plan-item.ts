// How the parts of a model are said with io-mapping/registers: what definition.ts calls, and emit.ts writes.
import { RESERVED_NAMES } from 'io-mapping/registers'
import type { Behaviour, Field, Names, Register } from '../model.js'

/** A call of io-mapping/registers: its name, its arguments, and the modes behind it. */
export interface FieldCall {
  readonly call: 'bit' | 'bits' | 'bigBits' | 'enumeration'
  readonly bits: readonly number[]
  /** An enumeration's names: when read, and when written, if those are others. */
  readonly names: readonly Names[]
  readonly modes: readonly string[]
}

const MODES: Readonly<Record<string, string>> = {
  'read-only': 'ro',
  'write-only': 'wo',
  'one-to-clear': 'w1c',
  'one-to-set': 'w1s',
  'one-to-toggle': 'w1t',
  'zero-to-clear': 'w0c',
  'zero-to-set': 'w0s',
  'zero-to-toggle': 'w0t',
}
const READ_MODES: Readonly<Record<string, string>> = { clear: 'rc', set: 'rs', other: 'rx' }
const WRITE_MODES: Readonly<Record<string, string>> = { ...MODES, clear: 'wc', set: 'ws', other: 'wx' }

/** `except`: the access that goes without saying. */
const modesOf = ({ access, onRead, onWrite }: Behaviour, except: Behaviour['access']): string[] =>
  [
    ...(access === except ? [] : [MODES[access] ?? '']),
    ...(onWrite === undefined || access === 'read-only' ? [] : [WRITE_MODES[onWrite] ?? '']),
    ...(onRead === undefined || access === 'write-only' ? [] : [READ_MODES[onRead] ?? '']),
  ].filter(mode => mode !== '')

/** The access that all fields have; a register without any has its own. */
const commonAccess = ({ fields, access }: Register): Behaviour['access'] => {
  const [first, ...rest] = fields.map(field => field.access)
  if (first === undefined) return access
  return rest.every(other => other === first) ? first : 'read-write'
}

/** The modes of a whole register. */
export const registerModes = (register: Register): string[] => {
  const access = commonAccess(register)
  const { onRead, onWrite } =
    register.fields.length === 0 ? register : { onRead: undefined, onWrite: undefined }
  return modesOf({ access, onRead, onWrite }, 'read-write')
}

/** More bits than a number holds. */
const NUMBER_BITS = 53

export const fieldCall = (field: Field, register: Register): FieldCall => {
  const { high, low, readNames, writeNames, access } = field
  const modes = [...modesOf(field, commonAccess(register)), ...(field.overlaps ? ['overlaps'] : [])]
  const names =
    access === 'write-only' ? [writeNames] : access === 'read-only' ? [readNames] : [readNames, writeNames]
  if (names.some(each => each.length > 0)) {
    const same = names[0] === names[1] || JSON.stringify(names[0]) === JSON.stringify(names[1])
    return { call: 'enumeration', bits: [high, low], names: same ? names.slice(0, 1) : names, modes }
  }
  if (high === low) return { call: 'bit', bits: [high], names: [], modes }
  return { call: high - low < NUMBER_BITS ? 'bits' : 'bigBits', bits: [high, low], names: [], modes }
}

/** A name that a block can have, beside those of `all`: one that is reserved gets an underscore. */
export const safeName = (name: string, all: readonly { readonly name: string }[]): string => {
  if (!RESERVED_NAMES.has(name)) return name
  let free = `${name}_`
  while (all.some(each => each.name === free)) free += '_'
  return free
}
