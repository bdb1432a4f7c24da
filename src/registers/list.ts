import { blockSpec } from './block.js'
import type { Kind } from './field.js'
import { formatRaw, readable } from './format.js'
import { mapValues } from './map-values.js'
import type { Access } from './modes.js'
import type { Plan } from './plan.js'
import type { Block, Parts, Word } from './types.js'

/** A field of a register that can be read. */
export interface FieldInfo {
  readonly name: string
  /** Its highest bit, and its lowest. */
  readonly high: number
  readonly low: number
  readonly kind: Kind
  /** Of an enumeration: the values of each name, of which the first is written. */
  readonly names: Readonly<Record<string, readonly number[]>>
  readonly writable: boolean
}

/** A register of a described block. */
export interface RegisterInfo {
  /** Such as `CHANNELS[2].CONTROL`. */
  readonly path: string
  /** From the start of the block, in bytes. */
  readonly offset: number
  /** In bytes. */
  readonly width: 1 | 2 | 4 | 8
  readonly access: Access
  /** Whether a read of it does something to the device. */
  readonly readEffect: boolean
  readonly fields: readonly FieldInfo[]
  /** What is to be written so that nothing changes, where this was read: bits that a write of 1 clears are 0 in it. */
  kept(raw: Word): Word
  /** A raw value's fields by name; of a register without fields, the value. */
  decode(raw: Word): unknown
  /** A raw value in one line: `0x00000081 { BUSY: true, MODE: IDLE }`. */
  format(raw: Word): string
}

/** All registers of a block, those of its blocks and arrays too, in the order of their description. */
export const listRegisters = <P extends Parts>(described: Block<P>): RegisterInfo[] =>
  Array.from(blockSpec('listRegisters', described).find({ base: 0, path: '' }), ({ plan, path, offset }) => ({
    path,
    offset,
    width: (plan.bits / 8) as RegisterInfo['width'],
    access: plan.readable ? (plan.writable ? 'read-write' : 'read-only') : 'write-only',
    readEffect: plan.readEffect,
    fields: fieldsOf(plan),
    kept: raw => plan.kept(plan.checkRaw(`${path}: a value`, raw)),
    decode: raw => readable(plan, path, plan.checkRaw(`${path}: a value`, raw)),
    format: raw => formatRaw(plan, plan.checkRaw(`${path}: a value`, raw)),
  }))

const fieldsOf = (plan: Plan): FieldInfo[] =>
  Array.from(plan.reads, ([name, { field }]) => {
    const { high, low, kind, readNames } = field
    const names = mapValues(readNames, values => [values].flat())
    return { name, high, low, kind, names, writable: plan.writes.has(name) }
  })
