import type { IoAccess } from '../access/io-access.js'
import { blockSpec } from './block.js'
import type { Kind, Values } from './field.js'
import { formatRaw, readable } from './format.js'
import type { Access } from './modes.js'
import type { Plan } from './plan.js'
import type { Endianness } from './port.js'
import type { Block, Parts, Place, Word } from './types.js'

/** A field of a described register. */
export interface FieldInfo {
  readonly name: string
  readonly high: number
  readonly low: number
  readonly access: Access
  /** What its bits stand for. */
  readonly kind: Kind
  /** The names of an enumeration's values when they are written; where they can't be, when they are read. */
  readonly values: Values
}

/** A register that lies in a window, for tools: which fields there are, is not known to TypeScript. */
export interface AnyRegister extends Place {
  readRaw(): Word
  writeRaw(value: Word): void
  write(values: unknown): void
  modify(values: unknown): void
}

/** A register of a described block. */
export interface RegisterInfo {
  /** Such as `CHANNELS[2].CONTROL`. */
  readonly path: string
  /** From the start of the block, in bytes. */
  readonly offset: number
  /** In bytes. */
  readonly width: 1 | 2 | 4 | 8
  readonly endianness: Endianness
  readonly access: Access
  /** Whether a read of it does something to the device. */
  readonly readEffect: boolean
  /** Whether a write of some of its fields needs a read before it: others keep what was written. */
  readonly keeps: boolean
  readonly fields: readonly FieldInfo[]
  /** What is to be written so that nothing changes, where this was read: bits that a write of 1 clears are 0 in it. */
  kept(raw: Word): Word
  /** A raw value's fields by name; of a register without fields, the value. */
  decode(raw: Word): unknown
  /** A raw value in one line: `0x00000081 { BUSY: true, MODE: IDLE }`. */
  format(raw: Word): string
  /** The register itself, where it lies at `offset` of a window, in bytes. */
  at(mem: IoAccess, offset: number): AnyRegister
}

const accessOf = (readable: boolean, writable: boolean): Access =>
  readable ? (writable ? 'read-write' : 'read-only') : 'write-only'

const fieldsOf = ({ reads, writes }: Plan): FieldInfo[] =>
  [...new Set([...reads.keys(), ...writes.keys()])].map(name => {
    const [read, written] = [reads.get(name)?.field, writes.get(name)?.field]
    const { high, low, kind, readNames, writeNames } = (written ?? read) as NonNullable<typeof read>
    const values = written === undefined ? readNames : writeNames
    return { name, high, low, access: accessOf(read !== undefined, written !== undefined), kind, values }
  })

/** All registers of a block, those of its blocks and arrays too, in the order of their description. */
export const listRegisters = <P extends Parts>(described: Block<P>): RegisterInfo[] =>
  Array.from(
    blockSpec('listRegisters', described).find({ base: 0, path: '' }),
    ({ plan, path, offset, order, bind }) => ({
      path,
      offset,
      width: (plan.bits / 8) as RegisterInfo['width'],
      endianness: order,
      access: accessOf(plan.readable, plan.writable),
      readEffect: plan.readEffect,
      keeps: plan.keeps,
      get fields() {
        return fieldsOf(plan)
      },
      kept: raw => plan.kept(plan.checkRaw(`${path}: a value`, raw)),
      decode: raw => readable(plan, path, plan.checkRaw(`${path}: a value`, raw)),
      format: raw => formatRaw(plan, plan.checkRaw(`${path}: a value`, raw)),
      at: (mem, start) => bind(mem, start) as unknown as AnyRegister,
    }),
  )
