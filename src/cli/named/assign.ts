// CONTROL.ENABLE=1: registers and fields, written as io-mapping/registers writes them.
import type { AnyRegister, RegisterInfo } from 'io-mapping/registers'
import { UsageError } from '../failure.js'
import type { IoMapping, IoMem } from '../library.js'
import { swapped, type Width } from '../typed/widths.js'
import { rawOf, widthOfRegister } from './decode.js'
import type { LocatedRegister } from './located-register.js'
import type { NameIndex, Target } from './name-index.js'
import { targetBits, targetName } from './value-text.js'

/** What is to be written to one register: all of it, or some of its fields, by one access. */
export interface Change {
  readonly register: LocatedRegister
  /** Undefined: the whole register. */
  readonly fields: ReadonlyMap<string, bigint> | undefined
  readonly raw: bigint
}

/** What assignments ask for: fields of one register that stand beside each other are written together. @throws UsageError */
export const changesOf = (index: NameIndex, assignments: readonly string[]): Change[] => {
  const changes: { register: LocatedRegister; fields: Map<string, bigint> | undefined; raw: bigint }[] = []
  for (const text of assignments) {
    const { target, bits } = parseAssignment(index, text)
    const { register, field } = target
    const last = changes.at(-1)
    if (field === undefined) changes.push({ register, fields: undefined, raw: bits })
    else if (last?.register === register && last.fields && !last.fields.has(field.name))
      last.fields.set(field.name, bits)
    else changes.push({ register, fields: new Map([[field.name, bits]]), raw: 0n })
  }
  return changes
}

const parseAssignment = (index: NameIndex, text: string): { target: Target; bits: bigint } => {
  const [, name, value] = /^([^=]+)=(.+)$/s.exec(text) ?? []
  if (name === undefined || value === undefined)
    throw new UsageError(`'${text}' is no assignment; it must be such as CONTROL=0x1 or CONTROL.ENABLE=1`)
  const target = index.target(name.trim())
  const access = (target.field ?? target.register.info).access
  if (access === 'read-only')
    throw new UsageError(`${targetName(target)} is read-only; nothing can be written to it`)
  return { target, bits: targetBits(target, value.trim()) }
}

/** One access, with a register's raw value. */
export interface Traced {
  readonly kind: 'read' | 'write'
  readonly raw: bigint
}

/** A window that tells of accesses; one that is `dry` makes no writes. */
const traced = (window: IoMem, width: Width, dry: boolean, log: Traced[]): IoMem => {
  const turned = (carried: bigint) => (width.swaps ? swapped(carried, width.bytes) : carried)
  const told = <T extends number | bigint>(kind: Traced['kind'], value: T): T => {
    log.push({ kind, raw: turned(BigInt(value)) })
    return value
  }
  const write = (make: () => void, value: number | bigint) => {
    told('write', value)
    if (!dry) make()
  }
  const accesses = {
    read8: (at: number) => told('read', window.read8(at)),
    read16: (at: number) => told('read', window.read16(at)),
    read32: (at: number) => told('read', window.read32(at)),
    read64: (at: number) => told('read', window.read64(at)),
    write8: (at: number, value: number) => write(() => window.write8(at, value), value),
    write16: (at: number, value: number) => write(() => window.write16(at, value), value),
    write32: (at: number, value: number) => write(() => window.write32(at, value), value),
    write64: (at: number, value: bigint) => write(() => window.write64(at, value), value),
  }
  return accesses as Partial<IoMem> as IoMem // what a register needs of a window
}

/** Makes a change, or, if it is `dry`, its reads alone; the accesses that it needs, in their order. */
export const apply = (mapping: IoMapping, { register, fields, raw }: Change, dry: boolean): Traced[] => {
  const { info, offset } = register
  const log: Traced[] = []
  using window = mapping.map(offset, info.width)
  const bound = info.at(traced(window, widthOfRegister(register), dry, log), 0)
  if (fields === undefined) bound.writeRaw(rawOf(raw, register))
  else writeFields(bound, info, fields)
  return log
}

const writeFields = (bound: AnyRegister, info: RegisterInfo, fields: ReadonlyMap<string, bigint>): void => {
  const values = Object.fromEntries([...fields].map(([name, bits]) => [name, valueOfBits(info, name, bits)]))
  if (info.keeps) bound.modify(values)
  else bound.write(values)
}

/** A field's bits as its kind has them. */
const valueOfBits = ({ fields }: RegisterInfo, name: string, bits: bigint): boolean | number | bigint => {
  const kind = fields.find(each => each.name === name)?.kind
  if (kind === 'bit') return bits === 1n
  return kind === 'big-bits' ? bits : Number(bits)
}
